/** What the tabs of the console point at. */
export const TABPANEL_ID = 'front-record';

/** An id of the document from an address: whatever an id may not hold is written otherwise. */
export function tabElementId(address: string): string {
  return `tab-${address.replace(/[^\w-]/g, (sign) => `_${sign.charCodeAt(0)}`)}`;
}
