import type { CallFacts, Label, PersonLine } from './contract';

/** What is still to be done after a call, as docs/api-codes.md writes it down. */
export type FollowUp = {
  /** also that of its call and Activity */
  id: string;
  version: number;
  state: 'open' | 'done' | 'withdrawn';
  /** a day */
  due: string;
  overdue: boolean;
  label: Label;
  agent: string;
  agent_name: string | null;
  call: CallFacts;
  party: PersonLine | null;
  done_by: { id: string; name: string } | null;
  done_at: string | null;
};
export type FollowUpPage = { follow_ups: FollowUp[]; next: string | null };
