import { createContext } from 'svelte';
import type { ApiClient } from './api/client';
import type { Colleague } from './api/contract';

/** Who works here, asked for once: whoever chooses an owner or an agent chooses among them. */
export class Colleagues {
  /** The active users as the server last told them, by name. */
  all = $state.raw<Colleague[]>([]);
  /** The names of those that are agents, by their key. */
  readonly agents: ReadonlyMap<string, string> = $derived(new Map(this.all.flatMap(({ agent, name }) => (agent === null ? [] : [[agent, name] as const]))));

  constructor(private readonly api: ApiClient) {}

  /** Asks anew; where no answer comes, what is known stays, and there is less to choose from. */
  load = async (): Promise<void> => {
    try {
      this.all = (await this.api.get<{ users: Colleague[] }>('/users/names')).users;
    } catch {
      // Who is chosen already, or seen in a list, can be chosen all the same.
    }
  };
}

/** Within reach of every page of the app. */
export const [colleagues, provideColleagues] = createContext<Colleagues>();
