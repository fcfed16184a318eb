/**
 * What this component and the panel in its frame say to each other, as salesforce/README.md writes it down: reading
 * what came, and making what goes out. Nothing here knows a window or a port.
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

/** Lets a request be answered with a refusal from wherever it turns out to be none. */
export class Refused extends Error {
    constructor(code) {
        super(code);
        this.code = code;
    }
}

/** Longest id of a request, in characters. */
const MAX_ID = 64;
const RECORD_ID = /^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/;

/**
 * Whether this is the panel's first message, by which it hands over its port.
 * @param {unknown} data of a message event @param {string} key what the frame's address was given
 */
export function isGreeting(data, key) {
    return data !== null && typeof data === 'object' && 'bitacora' in data && data.type === 'port' && data.key === key;
}

/**
 * What a message on the port says, if it is one of ours.
 * @param {unknown} text as it came @returns {{id?: string, type?: string, refusal?: string, body: object} | undefined}
 * nothing where it is no message
 */
export function read(text) {
    const data = parsed(text);
    if (data === null || typeof data !== 'object' || !('bitacora' in data)) return undefined;
    const id = typeof data.id === 'string' && data.id.length <= MAX_ID ? data.id : undefined;
    if (data.bitacora !== VERSION) return { id, refusal: REFUSAL.VERSION, body: data };
    if (typeof data.type !== 'string' || id === undefined) return { id, refusal: REFUSAL.MALFORMED, body: data };
    return { id, type: data.type, body: data };
}

/**
 * A message for the panel: an answer where it has the id of a request, else an event. It is text, because the objects
 * of a component are proxies, which no port takes.
 */
export function write(type, more = {}) {
    return JSON.stringify({ bitacora: VERSION, type, ...more });
}

/** Whether a text has the form of a record id. */
export function isRecordId(id) {
    return typeof id === 'string' && RECORD_ID.test(id);
}

/** What only the page that a frame was given can know: 128 random bits. */
export function newKey(random = crypto) {
    return Array.from(random.getRandomValues(new Uint32Array(4)), (word) => word.toString(16).padStart(8, '0')).join(
        ''
    );
}

function parsed(text) {
    if (typeof text !== 'string') return undefined;
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
