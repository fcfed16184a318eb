import { asApiError, type ApiError } from './api/errors';

/** Something asked of the server for a page: being loaded, there, or refused. */
export class Resource<T> {
  value = $state.raw<T | null>(null);
  failure = $state.raw<ApiError | null>(null);
  loading = $state(false);
  /** How far the server is with it, from 0 to 1, where it says so. */
  progress = $state<number | null>(null);
  #turn = 0;

  constructor(private readonly fetch: (signal: AbortSignal, tell: (share: number) => void) => Promise<T>) {}

  #abort = new AbortController();

  /** Loads again; an answer to an earlier question that comes late is not shown. */
  load = async (): Promise<void> => {
    this.#abort.abort();
    this.#abort = new AbortController();
    const turn = ++this.#turn;
    this.loading = true;
    this.progress = null;
    const tell = (share: number): void => {
      if (turn === this.#turn) this.progress = share;
    };
    try {
      const value = await this.fetch(this.#abort.signal, tell);
      if (turn !== this.#turn) return;
      this.value = value;
      this.failure = null;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.failure = asApiError(thrown);
    }
    this.loading = false;
    this.progress = null;
  };
}
