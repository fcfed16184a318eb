import type { ApiClient } from '../lib/api/client';
import type { Suggestion } from '../lib/api/suggestions';

/** How long the notes have to rest before they are asked about. */
const ASK_AFTER_MS = 350;

/** The codes that the notes of one wrap-up speak for, asked for as they are typed. */
export class SuggestedCodes {
  found = $state.raw<Suggestion[]>([]);
  #asked: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: ApiClient,
    private readonly wrapup: string,
  ) {}

  /** The notes as they are now; at once where nothing was asked yet. */
  ask(notes: string): void {
    if (notes === this.#asked) return;
    const first = this.#asked === null;
    this.#asked = notes;
    clearTimeout(this.#timer);
    if (first) void this.#send(notes);
    else this.#timer = setTimeout(() => void this.#send(notes), ASK_AFTER_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** What comes late is not shown, and nobody is told of what fails: all codes are there without it. */
  async #send(notes: string): Promise<void> {
    try {
      const { suggestions } = await this.api.post<{ suggestions: Suggestion[] }>(`/wrapups/${encodeURIComponent(this.wrapup)}/suggestions`, { notes });
      if (notes === this.#asked) this.found = suggestions;
    } catch {
      if (notes === this.#asked) this.found = [];
    }
  }
}
