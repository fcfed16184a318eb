import { createContext } from 'svelte';
import type { Host } from '../lib/host/host';
import type { PeopleSeen } from '../lib/people.svelte';
import type { AgentDesk } from './desk.svelte';

/** What every part of the panel may reach for. */
export type Surroundings = { desk: AgentDesk; host: Host; people: PeopleSeen };

export const [surroundings, provideSurroundings] = createContext<Surroundings>();
