import type { ApiClient } from '../../lib/api/client';
import type { InboxLine, InboxPage, InboxState } from '../../lib/api/contract';
import { INBOX_PAGES_MAX } from '../../lib/limits';
import { Resource } from '../../lib/resource.svelte';

/** In the order in which somebody has to look after them. */
export const INBOX_STATES: readonly InboxState[] = ['late', 'open', 'released', 'undispositioned'];

type Read = { lines: InboxLine[]; whole: boolean };

/** What is there to sum up, read as a whole so that it can be counted: of one agent, or of all. */
export class Inbox {
  readonly read: Resource<Read>;
  /** An agent's key; null: all that may be seen. */
  agent: string | null = null;

  constructor(private readonly api: ApiClient) {
    this.read = new Resource((signal) => this.#all(signal));
  }

  get lines(): InboxLine[] {
    return this.read.value?.lines ?? [];
  }

  async release(line: InboxLine, reason: string): Promise<void> {
    const { wrapup } = await this.api.post<{ wrapup: InboxLine }>(`/wrapups/${encodeURIComponent(line.id)}/release`, { reason });
    const { value } = this.read;
    if (value) this.read.value = { ...value, lines: value.lines.map((one) => (one.id === wrapup.id ? wrapup : one)) };
  }

  async #all(signal: AbortSignal): Promise<Read> {
    const lines: InboxLine[] = [];
    let after: string | null = null;
    for (let page = 0; page < INBOX_PAGES_MAX; page += 1) {
      const query = new URLSearchParams({ ...(this.agent !== null && { agent: this.agent }), ...(after !== null && { after }) });
      const asked: InboxPage = await this.api.get<InboxPage>(`/wrapups${query.size > 0 ? `?${query}` : ''}`, { signal });
      lines.push(...asked.wrapups);
      after = asked.next;
      if (after === null) break;
    }
    return { lines, whole: after === null };
  }
}

/** The state at this moment: time that runs out here is up before the server is asked again. */
export function stateNow(line: InboxLine, now: number): InboxState {
  const up = line.deadline !== null && Date.parse(line.deadline) <= now;
  return line.state === 'open' && up ? 'late' : line.state;
}
