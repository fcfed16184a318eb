import type { View } from '../api/contract';
import type { Host } from './host';

/** How long a submit waits for what frames the panel; after that no Case is related by itself. */
export const VIEW_LIMIT_MS = 500;

/** What is on screen now, or that the host did not say so in time. */
export async function askView(host: Pick<Host, 'view'>): Promise<View> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<View>((silent) => {
    timer = setTimeout(() => silent({ kind: 'silent' }), VIEW_LIMIT_MS);
  });
  try {
    return await Promise.race([host.view(), silence]);
  } catch {
    return { kind: 'silent' };
  } finally {
    clearTimeout(timer);
  }
}
