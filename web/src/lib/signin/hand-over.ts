/** What a window of ours and a panel in a frame say to one another so that the panel becomes that of whoever signs in there. */

/** The window's pages, in the fragment: what is behind it never reaches a server's log. */
const HAND_OVER = '#/hand-over';
const PAIR = '#/pair';

export type Errand = { kind: 'hand_over'; challenge: string } | { kind: 'pair'; code: string };

/** Where the window goes. */
export function errandUrl(errand: Errand): URL {
  const url = new URL('/panel.html', location.href);
  const lang = new URLSearchParams(location.search).get('lang');
  if (lang) url.searchParams.set('lang', lang);
  const { kind, ...said } = errand;
  // The window may be open already: another address than its own has it begin anew.
  url.searchParams.set('for', kind);
  url.hash = `${kind === 'pair' ? PAIR : HAND_OVER}?${new URLSearchParams(said).toString()}`;
  return url;
}

/** What this page was opened for; null: it is the panel. */
export function errandOf(hash: string): Errand | null {
  const [path, query] = hash.split('?');
  const said = new URLSearchParams(query);
  if (path === PAIR) return { kind: 'pair', code: said.get('code') ?? '' };
  const challenge = said.get('challenge');
  return path === HAND_OVER && challenge ? { kind: 'hand_over', challenge } : null;
}

/** The address to type where no window can be opened. */
export const pairAddress = (): string => `${new URL('/panel', location.href).href}${PAIR}`;

type CodeMessage = { bitacora: 1; type: 'code'; code: string };

/** Tells the frame that opened this window its code; nobody but a page of our own origin gets it. */
export function sendCode(to: Window, code: string): void {
  const message: CodeMessage = { bitacora: 1, type: 'code', code };
  to.postMessage(message, location.origin);
}

/** The code in a message of the window that was opened; null: it is none, or another's. */
export function codeIn(event: MessageEvent, opened: Window | null): string | null {
  if (event.origin !== location.origin || opened === null || event.source !== opened) return null;
  const { bitacora, type, code } = (typeof event.data === 'object' && event.data !== null ? event.data : {}) as Partial<CodeMessage>;
  return bitacora === 1 && type === 'code' && typeof code === 'string' ? code : null;
}
