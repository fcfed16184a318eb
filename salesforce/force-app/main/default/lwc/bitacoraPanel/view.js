/**
 * Which record a page shows. What Salesforce leaves out of a page's reference is told from the record's id.
 */

import { isRecordId } from './protocol';

/** Objects by the first three characters of their ids: those that a call can be about. */
const OBJECTS = { '001': 'Account', '003': 'Contact', '00Q': 'Lead', 500: 'Case', '006': 'Opportunity' };

/**
 * The record that a page reference leads to.
 * @param {object | undefined} reference of a page, as `CurrentPageReference` gives it @returns {{id: string, object:
 * string | null} | null} null where the page shows no record; a record that is being made has no id
 */
export function recordOf(reference) {
    const { recordId, objectApiName } = reference?.attributes ?? {};
    return record(recordId, objectApiName);
}

/**
 * The record of the tab in front of a console.
 * @param {object | undefined} tab as `getFocusedTabInfo` gives it
 */
export function recordOfTab(tab) {
    return record(tab?.recordId, tab?.pageReference?.attributes?.objectApiName) ?? recordOf(tab?.pageReference);
}

function record(id, object) {
    return isRecordId(id) ? { id, object: object ?? OBJECTS[id.slice(0, 3)] ?? null } : null;
}
