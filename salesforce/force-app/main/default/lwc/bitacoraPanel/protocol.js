/**
 * What this component and the panel in its frame say to each other, as salesforce/README.md writes it down: reading
 * what came, and making what goes out. Nothing here knows a window.
 */

/** The version of the envelope; the value of its mark. */
export const VERSION = 1;

/** Why a request was not answered with what it asked for. Closed: the panel has a sentence for each. */
export const REFUSAL = {
    /** The mark of the envelope is a version that is not spoken here. */
    VERSION: 'version',
    /** No request has that type. */
    UNKNOWN: 'unknown',
    /** The request lacks something, or has it in another form. */
    MALFORMED: 'malformed',
    /** The org did not do it; the panel may ask again later. */
    FAILED: 'failed'
};

/** Longest id of a request, in characters. */
const MAX_ID = 64;
const RECORD_ID = /^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/;

/**
 * What a message says, if it is one of the panel in that frame.
 * @param {unknown} data of a message event whose origin was compared already @param {string} frame the frame's own
 * mark @returns {{id?: string, type?: string, refusal?: string, body: object} | undefined} nothing where the message
 * is another's
 */
export function read(data, frame) {
    if (data === null || typeof data !== 'object' || !('bitacora' in data) || data.frame !== frame) return undefined;
    const id = typeof data.id === 'string' && data.id.length <= MAX_ID ? data.id : undefined;
    if (data.bitacora !== VERSION) return { id, refusal: REFUSAL.VERSION, body: data };
    if (typeof data.type !== 'string' || id === undefined) return { id, refusal: REFUSAL.MALFORMED, body: data };
    return { id, type: data.type, body: data };
}

/** A message for the panel: an answer where it has the id of a request, else an event. */
export function write(type, frame, more = {}) {
    return { bitacora: VERSION, frame, type, ...more };
}

/** Whether a text has the form of a record id. */
export function isRecordId(id) {
    return typeof id === 'string' && RECORD_ID.test(id);
}

/** A mark that no other frame on the page has: 128 random bits. */
export function newFrameMark(random = crypto) {
    return Array.from(random.getRandomValues(new Uint32Array(4)), (word) => word.toString(16).padStart(8, '0')).join(
        ''
    );
}
