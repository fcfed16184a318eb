/** The server's API, version 1, as docs/api.md writes it down. */

export type Role = 'agent' | 'supervisor' | 'admin';
export type Language = 'es' | 'en';
export type Label = Record<Language, string>;

export type User = {
  id: string;
  login: string;
  name: string;
  role: Role;
  agent: string | null;
  active: boolean;
  version: number;
};

export type Session = { access_token: string; expires_in_s: number; user: User };

export type DemoUser = { login: string; password: string; name: string; role: Role };
export type Instance = {
  name: string;
  version: string;
  demo: { users: DemoUser[] } | null;
  needs_first_admin: boolean;
};

export type AgentState = 'available' | 'ringing' | 'on_call' | 'after_call_work';
export type Direction = 'inbound' | 'outbound' | 'internal';
export type CallType =
  | 'inbound'
  | 'outbound'
  | 'outbound_missed'
  | 'voicemail'
  | 'short_abandoned'
  | 'abandoned'
  | 'missed'
  | 'internal';
export type NumberKind = 'number' | 'withheld' | 'internal' | 'own' | 'unusable';

export type CallFacts = {
  id: string;
  direction: Direction;
  /** null while the call lives */
  type: CallType | null;
  number: string | null;
  number_display: string | null;
  number_kind: NumberKind;
  did: string | null;
  ring_group: string | null;
  started_at: string;
  answered_at: string | null;
  ended_at: string | null;
  talk_ms: number;
  hold_ms: number;
  wait_ms: number | null;
};

export type PersonKind = 'contact' | 'lead' | 'account' | 'person_account';
export type CreatableKind = 'contact' | 'lead';
export type PersonLine = {
  id: string;
  kind: PersonKind;
  name: string;
  company: string | null;
  phone: string | null;
};
export type Candidate = {
  person: PersonLine;
  tier: 'E' | 'N' | 'L';
  field: string;
  stored_as: string;
  preselected: boolean;
};
export type NoMatchReason = 'withheld' | 'internal' | 'own' | 'unusable';
export type Match = {
  kind: 'none' | 'one' | 'many';
  why: NoMatchReason | null;
  candidates: Candidate[];
  will_create: CreatableKind | null;
};
export type Party =
  | { choice: 'existing'; person: string }
  /** `despite`: the candidates that the agent saw and set aside */
  | { choice: 'create'; kind: CreatableKind; name: string | null; despite: string[] }
  | { choice: 'none' };

/** Whom the panel said a call would be logged on, nobody having chosen. */
export type ShownParty = { kind: 'person'; person: string } | { kind: 'create'; as: CreatableKind } | { kind: 'nobody' };

export type DraftContent = { code: string | null; notes: string; party: Party | null };
export type Draft = DraftContent & { revision: number };
export type CodeChoice = { id: string; label: Label; favourite: boolean; requires_notes: boolean };

export type Outcome = 'open' | 'logged' | 'not_logged' | 'no_wrapup';
export type ActivityLine = {
  id: string;
  type: CallType | null;
  direction: Direction;
  number_display: string | null;
  ring_group: string | null;
  started_at: string;
  talk_ms: number;
  agent: string | null;
  /** null where no user is that agent */
  agent_name: string | null;
  code: { id: string; label: Label } | null;
  notes: string | null;
  party: PersonLine | null;
  outcome: Outcome;
  possible: boolean;
};

export type LiveCall = {
  engagement: string;
  call: CallFacts;
  state: 'ringing' | 'connected' | 'held';
  via: string;
  offered_at: string;
  answered_at: string | null;
  match: Match;
  last_calls: ActivityLine[];
  draft: Draft;
  codes: CodeChoice[];
};
export type Wrapup = {
  id: string;
  call: CallFacts;
  opened_at: string;
  match: Match;
  draft: Draft;
  codes: CodeChoice[];
  last_calls: ActivityLine[];
};
export type Panel = {
  version: number;
  now: string;
  agent: { key: string; name: string; state: AgentState; since: string };
  codes_enabled: boolean;
  calls: LiveCall[];
  wrapups: Wrapup[];
};

export type DoNotLogReason = 'personal' | 'wrong_number' | 'test' | 'other';

export type EngagementWrapup = {
  state: 'open' | 'logged' | 'not_logged';
  code: { id: string; label: Label } | null;
  notes: string | null;
  party: PersonLine | null;
  closed_at: string | null;
  reason: string | null;
};
export type Engagement = {
  id: string;
  agent: string;
  agent_name: string | null;
  via: string;
  result: string;
  offered_at: string;
  answered_at: string | null;
  ended_at: string | null;
  wrapup: EngagementWrapup | null;
};
export type Reasoning = { rule: string; facts: Record<string, string> };
export type Activity = ActivityLine & {
  call: CallFacts;
  recording: boolean;
  voicemail: boolean;
  reason: string | null;
  candidates: Candidate[];
  engagements: Engagement[];
  explanation: Reasoning[];
};

export type PhoneField = 'phone' | 'mobile' | 'home' | 'other';
export type Person = PersonLine & {
  phones: { field: string; raw: string; display: string | null }[];
  email: string | null;
  version: number;
  created_by_call: string | null;
};
export type NewPerson = {
  kind: 'contact' | 'lead' | 'account';
  name: string;
  company: string | null;
  email: string | null;
  phones: { field: PhoneField; raw: string }[];
};

export type Code = {
  id: string;
  set: string;
  label: Label;
  position: number;
  favourite: boolean;
  requires_notes: boolean;
  retired: boolean;
  used: number;
  version: number;
};
export type DispositionSet = {
  id: string;
  name: string;
  direction: 'inbound' | 'outbound';
  version: number;
  codes: Code[];
};
export type Dispositions = { enabled: boolean; sets: DispositionSet[] };

export const SERVER_ERROR_CODES = [
  'unauthenticated',
  'invalid_credentials',
  'session_expired',
  'too_many_attempts',
  'forbidden',
  'not_found',
  'malformed',
  'too_large',
  'invalid',
  'code_required',
  'notes_required',
  'code_unknown',
  'code_retired',
  'code_other_set',
  'party_required',
  'party_gone',
  'match_changed',
  'stale_revision',
  'wrapup_not_due',
  'wrapup_closed_differently',
  'token_used',
  'unavailable',
  'internal',
] as const;
export type ServerErrorCode = (typeof SERVER_ERROR_CODES)[number];
/** `unreachable` is the client's own: no answer came back. */
export type ErrorCode = ServerErrorCode | 'unreachable';
export type InvalidReason = 'empty' | 'too_long' | 'unknown' | 'not_a_number' | 'taken' | 'too_short';
