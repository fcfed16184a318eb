import type { CallFacts, PersonLine } from './contract';

/** Messages as work, as docs/api-messages.md writes them down. */
export type MessageState = 'open' | 'taken' | 'done';
/** Which of them a list is of; `waiting`: open and taken. */
export type MessageStates = MessageState | 'waiting';
export type MessageHow = 'called_back' | 'no_need' | 'reached_otherwise';

type UserName = { id: string; name: string };

export type MessageLine = {
  /** also that of its call and Activity */
  id: string;
  revision: number;
  state: MessageState;
  ring_group: string | null;
  /** whose work it is where it is no ring group's */
  agent: string | null;
  agent_name: string | null;
  left_at: string;
  call: CallFacts;
  party: PersonLine | null;
  /** who took it, or was done with it, and when */
  by: UserName | null;
  at: string | null;
  how: MessageHow | null;
  reason: string | null;
  /** the call back that reached the caller */
  back_call: string | null;
  /** `reached` is null while that is not known */
  called_back: { at: string; by: UserName; reached: boolean | null } | null;
  /** the last time somebody talked to the caller since */
  spoke: { call: string; direction: 'inbound' | 'outbound'; at: string; agent: string | null; agent_name: string | null } | null;
  sound: boolean;
  theirs: boolean;
  can: { take: boolean; give_back: boolean; finish: boolean; reopen: boolean; call_back: boolean };
};

export type MessagePage = { messages: MessageLine[]; next: string | null };
/** How many wait in the box of a ring group; null: of no ring group. */
export type MessageCount = { ring_group: string | null; open: number; taken: number };
