/** What became of an admin's consent travels from the window it was given in to the page that opened it. */

export const CONSENT_PAGE = '/admin/salesforce';
const CHANNEL = 'bitacora-consent';
/** How long a window waits for the page that opened it. Nobody may be there: it was closed, or the window is that page's own tab. */
const ANSWER_WITHIN_MS = 400;

type Note = { became: string } | { taken: true };

/** What this window came back with; null: it is no such window. */
export function cameBack(hash: string): string | null {
  const [path, query] = hash.replace(/^#/, '').split('?');
  return path === CONSENT_PAGE ? new URLSearchParams(query).get('consent') : null;
}

/** Tells the page that opened this window what became of it, which closes the window; answers once it is known that nobody listens. */
export function handOver(became: string): Promise<void> {
  return new Promise((resolve) => {
    const channel = new BroadcastChannel(CHANNEL);
    const done = (): void => {
      channel.close();
      resolve();
    };
    const timer = setTimeout(done, ANSWER_WITHIN_MS);
    channel.onmessage = ({ data }: MessageEvent<Note>) => {
      if (!('taken' in data)) return;
      clearTimeout(timer);
      window.close();
      // Where the window cannot be closed it is one more page of the app.
      setTimeout(done, ANSWER_WITHIN_MS);
    };
    channel.postMessage({ became } satisfies Note);
  });
}

/** Listens for what becomes of it; returns how to stop. */
export function onBecame(take: (became: string) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<Note>) => {
    if (!('became' in data)) return;
    channel.postMessage({ taken: true } satisfies Note);
    take(data.became);
  };
  return () => channel.close();
}
