import { createContext } from 'svelte';
import type { ServerClock } from '../lib/clock.svelte';
import type { SessionStore } from '../lib/session.svelte';
import type { FloorFeed } from './floor/feed.svelte';
import type { WaitingMessages } from './messages/waiting.svelte';
import type { Router } from './router.svelte';
import type { TabStore } from './tabs.svelte';

/** What every page of the app may reach for; `floor` is there for supervisors. */
export type Shelf = { session: SessionStore; router: Router; tabs: TabStore; clock: ServerClock; messages: WaitingMessages; floor: FloorFeed | null };

export const [shelf, provideShelf] = createContext<Shelf>();
