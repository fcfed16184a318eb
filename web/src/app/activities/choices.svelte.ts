import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { ApiClient } from '../../lib/api/client';
import type { Reason } from '../../lib/api/centre';
import type { Code, Dispositions, DispositionSet } from '../../lib/api/contract';

type Seen = { agent?: string | null; agent_name?: string | null; ring_group?: string | null };

/** What the filters offer besides who works here and which ring groups there are. Whoever is not among it can still be named by an address. */
export class FilterChoices {
  sets = $state.raw<DispositionSet[]>([]);
  reasons = $state.raw<Reason[]>([]);
  /** Whether Activities are carried out to a CRM at all. */
  withCrm = $state(false);
  /** Agents of what was shown, by their key, with their names. */
  readonly agents = new SvelteMap<string, string>();
  readonly groups = new SvelteSet<string>();

  constructor(private readonly api: ApiClient) {}

  get codes(): Code[] {
    return this.sets.flatMap((set) => set.codes);
  }

  /** Without an answer there is less to choose from; the list itself says what is wrong. */
  async loadCodes(): Promise<void> {
    try {
      const book = await this.api.get<Dispositions>('/dispositions');
      this.sets = book.sets;
      this.reasons = book.reasons;
      this.withCrm = book.with_crm;
    } catch {
      // What is known stays.
    }
  }

  /** Whoever is seen somewhere can be chosen. */
  learn(lines: readonly Seen[]): void {
    for (const { agent, agent_name, ring_group } of lines) {
      if (agent) this.agents.set(agent, agent_name ?? agent);
      if (ring_group) this.groups.add(ring_group);
    }
  }
}
