import { SvelteSet } from 'svelte/reactivity';
import type { ApiClient } from '../../lib/api/client';
import { BULK_MAX, type Bulk, type BulkChange, type BulkPreview } from '../../lib/api/bulk';
import { asApiError, type ApiError } from '../../lib/api/errors';

/** The correction of many Activities: which are chosen, what would become of them, and how far it is. */
export class BulkCorrection {
  readonly chosen = new SvelteSet<string>();
  /** More were found than can be corrected at once. */
  cut = $state(false);
  preview = $state.raw<BulkPreview[] | null>(null);
  busy = $state<'choosing' | 'looking' | 'applying' | 'undoing' | null>(null);
  /** How far it is, from 0 to 1. */
  share = $state(0);
  last = $state.raw<Bulk[]>([]);
  failure = $state.raw<ApiError | null>(null);
  #abort = new AbortController();

  constructor(private readonly api: ApiClient) {}

  /** What was looked at before is of other Activities. */
  toggle = (id: string, on: boolean): void => {
    if (on) this.chosen.add(id);
    else this.chosen.delete(id);
    this.cut = false;
    this.preview = null;
  };

  has = (id: string): boolean => this.chosen.has(id);

  choose(ids: readonly string[]): void {
    for (const id of ids.slice(0, BULK_MAX)) this.chosen.add(id);
    this.preview = null;
  }

  clear(): void {
    this.chosen.clear();
    this.cut = false;
    this.preview = null;
  }

  async chooseFound(asked: URLSearchParams): Promise<void> {
    await this.#work('choosing', async (signal) => {
      const { activities, more } = await this.api.get<{ activities: string[]; more: boolean }>(`/bulk-corrections/matching?${asked}`, { signal });
      this.clear();
      this.choose(activities);
      this.cut = more;
    });
  }

  async look(change: BulkChange): Promise<void> {
    await this.#work('looking', async (signal) => {
      const body = { activities: [...this.chosen], change };
      this.preview = (await this.api.postTold<{ activities: BulkPreview[] }>('/bulk-corrections/preview', body, signal, this.#tell)).activities;
    });
  }

  /** Once it is written down it can go on after a stop, here or elsewhere. */
  async apply(change: BulkChange): Promise<boolean> {
    const begun = await this.#work('applying', async () => {
      const { bulk } = await this.api.post<{ bulk: Bulk }>('/bulk-corrections', { activities: [...this.chosen], change });
      this.#put(bulk);
      this.clear();
      return bulk;
    });
    return begun !== null && (await this.goOn(begun));
  }

  async goOn(bulk: Bulk): Promise<boolean> {
    return this.#step('applying', bulk, 'apply');
  }

  async putBack(bulk: Bulk): Promise<boolean> {
    return this.#step('undoing', bulk, 'undo');
  }

  async loadLast(): Promise<void> {
    try {
      this.last = (await this.api.get<{ bulks: Bulk[] }>('/bulk-corrections')).bulks;
    } catch (thrown) {
      this.failure = asApiError(thrown);
    }
  }

  stop = (): void => this.#abort.abort();

  async #step(busy: 'applying' | 'undoing', bulk: Bulk, verb: 'apply' | 'undo'): Promise<boolean> {
    const done = await this.#work(busy, async (signal) => {
      this.#put((await this.api.postTold<{ bulk: Bulk }>(`/bulk-corrections/${bulk.id}/${verb}`, {}, signal, this.#tell)).bulk);
      return true;
    });
    // Whatever was done before it was stopped is done.
    if (done === null) await this.loadLast();
    return done !== null;
  }

  #put(bulk: Bulk): void {
    this.last = [bulk, ...this.last.filter((one) => one.id !== bulk.id)].sort((a, b) => b.at.localeCompare(a.at));
  }

  #tell = (share: number): void => {
    this.share = share;
  };

  async #work<T>(busy: NonNullable<BulkCorrection['busy']>, act: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.busy = busy;
    this.share = 0;
    this.failure = null;
    try {
      return await act(signal);
    } catch (thrown) {
      if (!signal.aborted) this.failure = asApiError(thrown);
      return null;
    } finally {
      this.busy = null;
    }
  }
}
