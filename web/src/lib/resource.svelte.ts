import { asApiError, type ApiError } from './api/errors';

/** Something asked of the server for a page: being loaded, there, or refused. */
export class Resource<T> {
  value = $state.raw<T | null>(null);
  failure = $state.raw<ApiError | null>(null);
  loading = $state(false);
  #turn = 0;

  constructor(private readonly fetch: (signal: AbortSignal) => Promise<T>) {}

  #abort = new AbortController();

  /** Loads again; an answer to an earlier question that comes late is not shown. */
  load = async (): Promise<void> => {
    this.#abort.abort();
    this.#abort = new AbortController();
    const turn = ++this.#turn;
    this.loading = true;
    try {
      const value = await this.fetch(this.#abort.signal);
      if (turn !== this.#turn) return;
      this.value = value;
      this.failure = null;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.failure = asApiError(thrown);
    }
    this.loading = false;
  };
}
