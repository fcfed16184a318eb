import { createContext } from 'svelte';
import type { ApiClient } from './api/client';
import type { RingGroup } from './api/contract';
import { language } from './i18n/language.svelte';

/** How many of a list are named before the rest is counted. */
const NAMED = 6;

/** The ring groups of the centre, asked for once: calls name them by their key, people know them by their name. */
export class RingGroupNames {
  /** As the server last told them, by name. */
  all = $state.raw<RingGroup[]>([]);
  readonly #byKey = $derived(new Map(this.all.map((group) => [group.key, group])));

  constructor(private readonly api: ApiClient) {}

  /** Asks anew; where no answer comes, what is known stays, and a key stands in for its name. */
  load = async (): Promise<void> => {
    try {
      this.all = (await this.api.get<{ ring_groups: RingGroup[] }>('/ring-groups')).ring_groups;
    } catch {
      // Whoever needs more than the names asks for themselves and is told.
    }
  };

  get = (key: string): RingGroup | undefined => this.#byKey.get(key);

  /** What people read instead of a key; one that is not known is its own name. */
  name = (key: string): string => this.#byKey.get(key)?.name ?? key;

  /** “Sales and Support”; of many the first are named and the rest is counted. */
  list = (keys: readonly string[]): string => {
    const named = keys.length > NAMED ? [...keys.slice(0, NAMED - 1).map(this.name), language.t.sets.moreGroups(keys.length - NAMED + 1)] : keys.map(this.name);
    return new Intl.ListFormat(language.locale, { type: 'conjunction' }).format(named);
  };
}

/** Within reach of everything that shows a call. */
export const [ringGroups, provideRingGroups] = createContext<RingGroupNames>();
