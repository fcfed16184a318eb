import { SvelteSet } from 'svelte/reactivity';
import type { ApiClient } from '../../lib/api/client';
import type { ErrorCode } from '../../lib/api/error-codes';
import { asApiError, type ApiError } from '../../lib/api/errors';
import { FINISH_MAX } from '../../lib/limits';

export type FinishChange = { as: 'log'; code: string | null; notes: string } | { as: 'do_not_log'; reason: string | null };
/** How many were submitted, and how many stay for which error. */
export type FinishResult = { done: number; stay: [code: ErrorCode, count: number][] };

/** Several wrap-ups of the inbox submitted together: which, how far, and what became of them. */
export class FinishMany {
  readonly chosen = new SvelteSet<string>();
  progress = $state<number | null>(null);
  result = $state.raw<FinishResult | null>(null);
  failure = $state.raw<ApiError | null>(null);
  /** Of what was to be chosen only the first are. */
  cut = $state(false);

  constructor(private readonly api: ApiClient) {}

  choose(ids: string[]): void {
    this.chosen.clear();
    for (const id of ids.slice(0, FINISH_MAX)) this.chosen.add(id);
    this.cut = ids.length > FINISH_MAX;
  }

  toggle(id: string): void {
    this.cut = false;
    if (!this.chosen.delete(id) && this.chosen.size < FINISH_MAX) this.chosen.add(id);
  }

  /** Those that are submitted are chosen no more. */
  async run(change: FinishChange): Promise<void> {
    if (this.progress !== null) return;
    this.progress = 0;
    this.failure = null;
    this.result = null;
    try {
      const body = { wrapups: [...this.chosen], ...change };
      const tell = (share: number): void => {
        this.progress = share;
      };
      const { wrapups } = await this.api.postTold<{ wrapups: { id: string; refused: ErrorCode | null }[] }>('/wrapups/finish', body, new AbortController().signal, tell);
      const stay = new Map<ErrorCode, number>();
      for (const { id, refused } of wrapups) {
        if (refused === null) this.chosen.delete(id);
        else stay.set(refused, (stay.get(refused) ?? 0) + 1);
      }
      this.result = { done: wrapups.filter(({ refused }) => refused === null).length, stay: [...stay] };
    } catch (thrown) {
      this.failure = asApiError(thrown);
    }
    this.progress = null;
  }
}
