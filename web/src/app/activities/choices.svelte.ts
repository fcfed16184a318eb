import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { ApiClient } from '../../lib/api/client';
import type { Code, DispositionReport, Dispositions, DispositionSet } from '../../lib/api/contract';
import { addDays, dayOf } from '../../lib/days';

/** So far back calls are looked through for the agents and ring groups to choose from. */
const DAYS_BACK = 30;

type Seen = { agent?: string | null; agent_name?: string | null; ring_group?: string | null };

/** What the filters offer to choose from. Whoever is not among it can still be named by an address. */
export class FilterChoices {
  sets = $state.raw<DispositionSet[]>([]);
  /** Agents by their key, with their names. */
  readonly agents = new SvelteMap<string, string>();
  readonly groups = new SvelteSet<string>();

  constructor(private readonly api: ApiClient) {}

  get codes(): Code[] {
    return this.sets.flatMap((set) => set.codes);
  }

  async loadCodes(): Promise<void> {
    this.sets = (await this.#maybe<Dispositions>('/dispositions'))?.sets ?? this.sets;
  }

  /** There is no list of agents for supervisors: the report knows who had calls lately, and in which groups. */
  async loadNames(now: number, zone: string): Promise<void> {
    const today = dayOf(now, zone);
    const query = new URLSearchParams({ from: addDays(today, 1 - DAYS_BACK), until: today, zone });
    const answer = await this.#maybe<{ report: DispositionReport }>(`/reports/dispositions?${query}`);
    this.learn([...(answer?.report.agents ?? []), ...(answer?.report.ring_groups ?? [])]);
  }

  /** Whoever is seen somewhere can be chosen. */
  learn(lines: readonly Seen[]): void {
    for (const { agent, agent_name, ring_group } of lines) {
      if (agent) this.agents.set(agent, agent_name ?? agent);
      if (ring_group) this.groups.add(ring_group);
    }
  }

  /** Without it there is less to choose from; the list itself says what is wrong. */
  async #maybe<T>(path: string): Promise<T | null> {
    try {
      return await this.api.get<T>(path);
    } catch {
      return null;
    }
  }
}
