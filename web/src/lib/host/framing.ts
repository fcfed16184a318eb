/** A page of another's, or ours, is around this one. */
export const framed = window.parent !== window;
/** A sandboxed frame without an origin of its own: it has no cookies and no storage. */
export const opaque = self.origin === 'null';
