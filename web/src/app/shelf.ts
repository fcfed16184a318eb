import { createContext } from 'svelte';
import type { ServerClock } from '../lib/clock.svelte';
import type { SessionStore } from '../lib/session.svelte';
import type { Router } from './router.svelte';

/** What every page of the app may reach for. */
export type Shelf = { session: SessionStore; router: Router; clock: ServerClock };

export const [shelf, provideShelf] = createContext<Shelf>();
