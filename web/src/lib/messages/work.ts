import type { ApiClient } from '../api/client';
import type { MessageCount, MessageHow, MessageLine, MessagePage, MessageStates } from '../api/messages';

/** Which messages are asked for: `ring_group` null is those of no ring group, absent those of any. */
export type MessageQuery = { state: MessageStates; ring_group?: string | null };

export async function listMessages(api: ApiClient, asked: MessageQuery, after: string | null, signal?: AbortSignal): Promise<MessagePage> {
  const query = new URLSearchParams({ state: asked.state });
  if (asked.ring_group !== undefined) query.set('ring_group', asked.ring_group ?? '');
  if (after !== null) query.set('after', after);
  return api.get<MessagePage>(`/messages?${query}`, signal ? { signal } : {});
}

export async function countMessages(api: ApiClient, signal?: AbortSignal): Promise<MessageCount[]> {
  return (await api.get<{ counts: MessageCount[] }>('/messages/counts', signal ? { signal } : {})).counts;
}

/** What is done with a message; the answer is how it then is. */
export async function workOn(
  api: ApiClient,
  line: MessageLine,
  step: 'take' | 'give-back' | 'done' | 'reopen',
  how: { how: MessageHow; reason?: string } | Record<string, never> = {},
): Promise<MessageLine> {
  const path = `/messages/${encodeURIComponent(line.id)}/${step}`;
  return (await api.post<{ message: MessageLine }>(path, { revision: line.revision, ...how })).message;
}

/** How many of them all there are. */
export function sum(counts: readonly MessageCount[], of: 'open' | 'taken'): number {
  return counts.reduce((total, count) => total + count[of], 0);
}
