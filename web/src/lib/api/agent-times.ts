import type { AgentState } from './contract';

/** How long agents were in each state over some days: docs/api.md, “Time in each state”. */
export type AgentTimes = { from: string; until: string; zone: string; as_of: string; agents: TimesOfAgent[] };

export type TimesOfAgent = {
  agent: string;
  agent_name: string;
  available_ms: number;
  ringing_ms: number;
  on_call_ms: number;
  after_call_work_ms: number;
  away_ms: number;
  away: { reason: string | null; ms: number }[];
  /** Null: the days are over, or nothing is known of them. */
  now: { state: AgentState; reason: string | null; since: string } | null;
};
