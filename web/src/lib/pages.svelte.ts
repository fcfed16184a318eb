import { asApiError, type ApiError } from './api/errors';
import { Resource } from './resource.svelte';

type Page<T> = { items: T[]; next: string | null };

/** A list that the server hands out page by page: the first, and what was asked for since. */
export class Pages<T> {
  readonly first: Resource<T[]>;
  /** Where the list goes on; null at its end. */
  next = $state<string | null>(null);
  /** Whether more is being asked for, and why the last time it did not come. */
  busy = $state(false);
  failure = $state.raw<ApiError | null>(null);
  #older = $state.raw<T[]>([]);
  #turn = 0;

  constructor(private readonly fetch: (after: string | null, signal?: AbortSignal) => Promise<Page<T>>) {
    this.first = new Resource(async (signal) => {
      const turn = ++this.#turn;
      const page = await fetch(null, signal);
      if (turn === this.#turn) {
        this.#older = [];
        this.next = page.next;
        this.failure = null;
      }
      return page.items;
    });
  }

  get all(): T[] {
    return [...(this.first.value ?? []), ...this.#older];
  }

  load = (): Promise<void> => this.first.load();

  /** Shows some of them otherwise than they were handed out: something was done about them here. */
  change(each: (item: T) => T): void {
    if (this.first.value) this.first.value = this.first.value.map(each);
    this.#older = this.#older.map(each);
  }

  more = async (): Promise<void> => {
    if (this.next === null || this.busy) return;
    const turn = this.#turn;
    this.busy = true;
    this.failure = null;
    try {
      const page = await this.fetch(this.next);
      // The list may have begun anew while this was on its way.
      if (turn === this.#turn) {
        this.#older = [...this.#older, ...page.items];
        this.next = page.next;
      }
    } catch (thrown) {
      if (turn === this.#turn) this.failure = asApiError(thrown);
    }
    this.busy = false;
  };
}
