import type { AgentState, Direction } from './contract';

/** What supervisors look at: docs/api-floor.md. */

/** How somebody listens in on a call. */
export type How = 'listen' | 'whisper' | 'barge';
export const HOWS: readonly How[] = ['listen', 'whisper', 'barge'];
export type WhoListens = 'supervisors' | 'admins' | 'nobody';

export type Listener = { agent: string; agent_name: string | null; how: How | null; since: string | null };
/** `agent` and `since` are null while the phone still rings */
export type ListensTo = { engagement: string; agent: string | null; agent_name: string | null; how: How | null; since: string | null };
/** `from` is null where they did not pick up, `until` as long as they listen */
export type Listened = { by: { id: string; name: string } | null; how: How; agent: string | null; agent_name: string | null; asked_at: string; from: string | null; until: string | null };
export type FloorCall = {
  engagement: string;
  call: string;
  direction: Direction;
  state: 'ringing' | 'connected' | 'held';
  via: string;
  number_display: string | null;
  party: string | null;
  ring_group: string | null;
  since: string;
  can_listen: boolean;
  listeners: Listener[];
};
export type FloorAgent = {
  agent: string;
  agent_name: string | null;
  state: AgentState;
  reason: string | null;
  since: string;
  calls: FloorCall[];
  listens_to: ListensTo | null;
};
export type WaitingCaller = { call: string; since: string; ring_group: string | null; number_display: string | null; party: string | null; rings_at: number };
export type FloorGroup = { ring_group: string; waiting: number; waiting_since: string | null; talking: number };
/** It stands from `from` on; before that it will, if nothing else happens. */
export type Alert = {
  kind: 'acw_overrun' | 'long_wait';
  from: string;
  since: string;
  agent: string | null;
  agent_name: string | null;
  wrapup: string | null;
  call: string | null;
  ring_group: string | null;
  number_display: string | null;
};
export type Floor = {
  agents: FloorAgent[];
  waiting: WaitingCaller[];
  ring_groups: FloorGroup[];
  alerts: Alert[];
  who_listens: WhoListens;
  more: boolean;
};

export type FloorScope = 'whole' | 'alerts';
export type FloorTold = { type: 'floor'; now: string; floor: Floor } | { type: 'alerts'; now: string; alerts: Alert[] };
