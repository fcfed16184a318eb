import type { ApiClient } from '../../lib/api/client';
import type { ListedActivity, ActivityPage } from '../../lib/api/contract';
import { asApiError, type ApiError } from '../../lib/api/errors';

/**
 * One search through the Activities. The server looks at so many calls a request, so a page may be empty and the
 * list go on: then the next one is asked for by itself, as long as the search gets further back.
 */
export class ActivitySearch {
  lines = $state.raw<ListedActivity[]>([]);
  /** Where the list goes on; null at its end. */
  next = $state.raw<string | null>(null);
  /** How far back it has looked. */
  searchedTo = $state.raw<string | null>(null);
  /** Whether what is shown answers what was asked last. */
  answered = $state(false);
  busy = $state(false);
  failure = $state.raw<ApiError | null>(null);
  readAt = $state.raw<number | null>(null);
  /** Which of them was looked at last. */
  opened = $state.raw<string | null>(null);
  #asked: string | null = null;
  #pages = 0;
  #turn = 0;
  #abort = new AbortController();

  constructor(
    readonly user: string,
    private readonly api: ApiClient,
    public now: () => number,
  ) {}

  /** Takes up the search of that question: what was found for it before stays, however far it had come. */
  async ask(asked: URLSearchParams): Promise<void> {
    const text = asked.toString();
    if (text === this.#asked && this.answered && this.#pages > 1) return;
    if (text !== this.#asked) {
      this.answered = false;
      this.opened = null;
    }
    this.#asked = text;
    await this.#run(null);
  }

  /** The same from its beginning: a span such as today may mean another one by now. */
  again = async (asked: URLSearchParams): Promise<void> => {
    this.#asked = asked.toString();
    await this.#run(null);
  };

  more = async (): Promise<void> => {
    if (this.next !== null && !this.busy) await this.#run(this.next);
  };

  /** Leaves off where it is; it can go on from there. */
  stop = (): void => {
    this.#turn += 1;
    this.#abort.abort();
    this.busy = false;
  };

  async #run(after: string | null): Promise<void> {
    this.stop();
    const turn = this.#turn;
    this.#abort = new AbortController();
    this.busy = true;
    this.failure = null;
    try {
      let from = after;
      let searched = after === null ? null : this.searchedTo;
      for (;;) {
        const page = await this.#page(from);
        if (turn !== this.#turn) return;
        this.#take(page, from === null);
        const further = page.searched_to !== null && page.searched_to !== searched;
        if (page.activities.length > 0 || page.next === null || !further) break;
        from = page.next;
        searched = page.searched_to;
      }
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.failure = asApiError(thrown);
    }
    this.busy = false;
  }

  #page(after: string | null): Promise<ActivityPage> {
    const query = new URLSearchParams(this.#asked ?? '');
    if (after !== null) query.set('after', after);
    return this.api.get<ActivityPage>(`/activities${query.size > 0 ? `?${query}` : ''}`, { signal: this.#abort.signal });
  }

  #take(page: ActivityPage, first: boolean): void {
    this.lines = first ? page.activities : [...this.lines, ...page.activities];
    this.#pages = first ? 1 : this.#pages + 1;
    this.next = page.next;
    this.searchedTo = page.searched_to;
    this.answered = true;
    if (first) this.readAt = this.now();
  }
}

let kept: ActivitySearch | null = null;

/** What was found outlasts the look at one of the calls: whoever comes back is where they were. */
export function searchOf(user: string, api: ApiClient, now: () => number): ActivitySearch {
  if (kept?.user !== user) kept = new ActivitySearch(user, api, now);
  // The clock is that of the page as it stands, which is a new one after a new sign-in.
  kept.now = now;
  return kept;
}
