import type { ApiClient } from '../../lib/api/client';
import type { InboxCounts, InboxLine, InboxPage, InboxState } from '../../lib/api/contract';
import { INBOX_PAGES_MAX } from '../../lib/limits';
import { Resource } from '../../lib/resource.svelte';

/** In the order in which somebody has to look after them. */
export const INBOX_STATES: readonly InboxState[] = ['late', 'open', 'released', 'undispositioned'];

/** `whole`: nothing that was asked for is left out of the lines; `counts` leave out nothing at all. */
type Read = { lines: InboxLine[]; whole: boolean; counts: InboxCounts };

const NONE: InboxCounts = { open: 0, late: 0, released: 0, undispositioned: 0 };

/** What is there to sum up, of one agent or of all. Where it is too much to be read, one state is read alone. */
export class Inbox {
  readonly read: Resource<Read>;
  /** An agent's key; null: all that may be seen. */
  agent: string | null = null;
  /** The state that is shown alone; null: any. */
  state: InboxState | null = null;

  constructor(private readonly api: ApiClient) {
    this.read = new Resource((signal) => this.#all(signal));
  }

  get lines(): InboxLine[] {
    return this.read.value?.lines ?? [];
  }

  /** How many the server counted in each state, and time that has run out here since. */
  counts(now: number): InboxCounts {
    const counts = { ...(this.read.value?.counts ?? NONE) };
    for (const line of this.lines) move(counts, line.state, stateNow(line, now));
    return counts;
  }

  async release(line: InboxLine, reason: string): Promise<InboxLine> {
    const { wrapup } = await this.api.post<{ wrapup: InboxLine }>(`/wrapups/${encodeURIComponent(line.id)}/release`, { reason });
    const { value } = this.read;
    if (!value) return wrapup;
    const counts = { ...value.counts };
    move(counts, line.state, wrapup.state);
    this.read.value = { ...value, counts, lines: value.lines.map((one) => (one.id === wrapup.id ? wrapup : one)) };
    return wrapup;
  }

  async #all(signal: AbortSignal): Promise<Read> {
    const known = this.read.value;
    if (this.state !== null && known && total(known.counts) > known.lines.length) return this.#pages(this.state, signal);
    const read = await this.#pages(null, signal);
    return read.whole || this.state === null ? read : this.#pages(this.state, signal);
  }

  async #pages(state: InboxState | null, signal: AbortSignal): Promise<Read> {
    const lines: InboxLine[] = [];
    let counts = NONE;
    let after: string | null = null;
    for (let page = 0; page < INBOX_PAGES_MAX; page += 1) {
      const query = new URLSearchParams({ ...(this.agent !== null && { agent: this.agent }), ...(state !== null && { state }), ...(after !== null && { after }) });
      const asked: InboxPage = await this.api.get<InboxPage>(`/wrapups${query.size > 0 ? `?${query}` : ''}`, { signal });
      lines.push(...asked.wrapups);
      counts = asked.counts;
      after = asked.next;
      if (after === null) break;
    }
    return { lines, whole: after === null, counts };
  }
}

export function total(counts: InboxCounts): number {
  return INBOX_STATES.reduce((sum, state) => sum + counts[state], 0);
}

function move(counts: InboxCounts, from: InboxState, to: InboxState): void {
  if (from === to || counts[from] === 0) return;
  counts[from] -= 1;
  counts[to] += 1;
}

/** The state at this moment: time that runs out here is up before the server is asked again. */
export function stateNow(line: InboxLine, now: number): InboxState {
  const up = line.deadline !== null && Date.parse(line.deadline) <= now;
  return line.state === 'open' && up ? 'late' : line.state;
}
