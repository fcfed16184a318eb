import { SvelteMap } from 'svelte/reactivity';
import type { ApiClient } from './api/client';
import type { Person, PersonLine } from './api/contract';

/** Records seen on this page, so that a draft that only names an id can be shown by name. */
export class PeopleSeen {
  #people = new SvelteMap<string, PersonLine>();
  #asked = new Set<string>();

  constructor(private readonly api: ApiClient) {}

  remember(person: PersonLine): void {
    this.#people.set(person.id, person);
  }

  get = (id: string): PersonLine | undefined => this.#people.get(id);

  /** Asks the server once for a record that is not known here. */
  async want(id: string): Promise<void> {
    if (this.#people.has(id) || this.#asked.has(id)) return;
    this.#asked.add(id);
    try {
      const { person } = await this.api.get<{ person: Person }>(`/people/${encodeURIComponent(id)}`);
      this.remember(person);
    } catch {
      // Shown without a name until then; the next look asks again.
      this.#asked.delete(id);
    }
  }
}
