import type { CountedFrom } from './call-counts';
import type { Reason } from './centre';
import type { Correction } from './corrections';
import type { CodeChoice, CodesFrom } from './dispositions';
import type { Listened, Listener, ListensTo } from './floor';
import type { MaybeHidden } from './hidden';
import type { MessageCount } from './messages';

/** The server's API, version 1, as docs/api.md writes it down. */
export type * from './centre';
export type * from './corrections';
export type * from './dispositions';

export type Role = 'agent' | 'supervisor' | 'admin';
export type Language = 'es' | 'en';
export type Label = Record<Language, string>;

export type User = {
  id: string;
  login: string;
  name: string;
  role: Role;
  agent: string | null;
  /** Where reports are mailed to. */
  email?: string | null;
  active: boolean;
  version: number;
};

/** A user as everybody else knows them. */
export type Colleague = Pick<User, 'id' | 'name' | 'agent'>;

/** `zone`: by which the centre's days begin. */
export type Session = { access_token: string; expires_in_s: number; user: User; zone: string };

export type DemoUser = { login: string; password: string; name: string; role: Role };
export type Instance = {
  name: string;
  version: string;
  demo: { users: DemoUser[] } | null;
  needs_first_admin: boolean;
  /** absent: the server does not say, and no page of others frames the panel */
  embedding?: Embedding;
};
/** Whose pages may frame the panel, by their origins; `lightning`: those of a Salesforce org, from which its own script may come. */
export type Embedding = { ancestors: string[]; lightning: string[] };

export type AgentState = 'available' | 'ringing' | 'on_call' | 'after_call_work' | 'away';
/** What the agent last said of themselves; `holding`: has submitted and takes no calls until they say so. */
export type AgentMode = 'available' | 'away' | 'holding';
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
export type PersonLine = MaybeHidden & {
  id: string;
  kind: PersonKind;
  name: string;
  company: string | null;
  phone: string | null;
  /** what the CRM calls it; absent: it is not there, or not yet */
  crm_id?: string | null;
  /** they asked not to be called; absent: not, or it is not said here */
  do_not_call?: boolean;
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
  /** the record it was dialled from: the party, whatever else matches */
  clicked: PersonLine | null;
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

export type CaseStatus = 'new' | 'working' | 'escalated' | 'closed';
export type CasePriority = 'low' | 'medium' | 'high';
export type CaseLine = MaybeHidden & {
  id: string;
  number: number;
  subject: string;
  status: CaseStatus;
  priority: CasePriority;
  contact: PersonLine | null;
  account: PersonLine | null;
  opened_at: string;
  closed_at: string | null;
  /** as of a person */
  crm_id?: string | null;
};
/** What the agent said about the Case of a call. */
export type CaseChoice = { choice: 'by_itself' } | { choice: 'none' } | { choice: 'picked'; case: string };
export type RelateRule = 'dialled_from_case' | 'in_view_outbound' | 'in_view_inbound' | 'picked';
export type NotRelatedWhy =
  | 'codes_off'
  | 'said_none'
  | 'host_silent'
  | 'no_console'
  | 'several_panels'
  | 'not_saved'
  | 'none_in_view'
  | 'gone'
  | 'somebody_elses';
/** Which Case Log would relate, and by which rule, or why none (P6 to P10). */
export type Relate =
  | { decision: 'related'; case: CaseLine; rule: RelateRule }
  | { decision: 'not_related'; offer: CaseLine | null; why: NotRelatedWhy };
/** The Opportunity of the CRM that a call is related to besides its Case; `name`: null where it is not known here. */
export type Opportunity = { id: string; name: string | null; rule: 'dialled' | 'in_view' };
/** A record as the CRM names it, untouched; the server knows what it is here. `account`, `contact`: the other half of a Person Account. */
export type CrmRecord = { object: string; id: string; account?: string; contact?: string };
/** What is on screen beside the panel at one moment. */
export type View =
  | { kind: 'case'; case: string }
  | ({ kind: 'crm_record' } & CrmRecord)
  | { kind: 'unsaved_case' }
  | { kind: 'other' }
  | { kind: 'no_console' }
  | { kind: 'silent' };
/** Where a number was clicked. */
export type DialFrom =
  | { from: 'case'; case: string }
  | { from: 'person'; person: string }
  | ({ from: 'crm_record' } & CrmRecord)
  | { from: 'message'; call: string }
  | { from: 'typed' };

export type DraftContent = { code: string | null; notes: string; party: Party | null; case: CaseChoice };
export type Draft = DraftContent & { revision: number };

export type Outcome = 'open' | 'logged' | 'not_logged' | 'undispositioned' | 'no_wrapup';
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
  /** the Case it is related to */
  case: CaseLine | null;
  did: string | null;
  wait_ms: number | null;
  hold_ms: number;
  hung_up_by: 'customer' | 'agent' | 'system' | null;
  recorded: boolean;
  voicemail: boolean;
  /** several agents had the customer */
  handed_over: boolean;
  /** counts corrections */
  revision: number;
  logged_at: string | null;
};

/** How it was settled whose a call is. */
export type SettledBy = 'one_match' | 'chosen' | 'clicked' | 'created' | 'nobody_matches' | 'corrected' | 'late';

/** An Activity of the list, with what is read for a list alone. */
export type ListedActivity = ActivityLine & {
  /** null while an agent is at it, and where nobody was to sum it up */
  acw_ms: number | null;
  /** why it was not logged */
  reason: { id: string; es: string; en: string } | null;
  /** null while it is not settled */
  settled_by: SettledBy | null;
  /** null where there is no CRM */
  crm: 'sent' | 'waiting' | 'refused' | 'deleted_there' | 'never' | null;
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
  /** null while the party is unsettled */
  relate: Relate | null;
  /** open Cases of the party */
  /** what Log would relate besides; only where an org is connected and the settings say so */
  opportunity?: Opportunity | null;
  cases: CaseLine[];
  draft: Draft;
  codes: CodeChoice[];
  codes_from: CodesFrom;
  controls: Controls;
  /** who listens in, where the settings let agents know */
  listeners?: Listener[];
};
/** What can be asked of a call now, and how what was asked stands. */
export type Controls = {
  answer: boolean;
  hold: boolean;
  mute: boolean;
  transfer: boolean;
  ask_first: boolean;
  pause_recording: boolean;
  muted: boolean;
  recording: 'on' | 'paused' | null;
  /** what was dialled to ask somebody first, while the other party waits */
  asks: string | null;
};
export type Asked =
  | { ask: 'answer' | 'hold' | 'resume' | 'mute' | 'unmute' | 'pause_recording' | 'resume_recording' | 'take_back' }
  | { ask: 'transfer' | 'ask_first'; to: string };
/** Whom a call can be handed to by name. */
export type TransferTargets = {
  agents: { agent: string; name: string; state: AgentState | null }[];
  ring_groups: { key: string; name: string; number: string }[];
};
export type Wrapup = {
  id: string;
  call: CallFacts;
  opened_at: string;
  match: Match;
  draft: Draft;
  codes: CodeChoice[];
  codes_from: CodesFrom;
  last_calls: ActivityLine[];
  relate: Relate | null;
  /** what Log would relate besides; only where an org is connected and the settings say so */
  opportunity?: Opportunity | null;
  cases: CaseLine[];
  /** its time, by the server's clock */
  deadline: string | null;
  late: boolean;
  can_extend: boolean;
  /** owed, and calls are offered all the same */
  released: boolean;
  /** `undispositioned`: closed by the timer, can still be submitted; absent: open */
  state?: 'open' | 'undispositioned';
};
export type DialFault = 'no_answer' | 'busy' | 'rejected' | 'unreachable';
/** The agent's last click-to-dial for as long as their own phone rings for it, and after that where it was not picked up. */
export type PanelDial = {
  engagement: string;
  number: string;
  number_display: string | null;
  from: DialFrom;
  at: string;
  /** null: the phone still rings */
  fault: DialFault | null;
};
export type Panel = {
  version: number;
  now: string;
  agent: { key: string; name: string; state: AgentState; since: string; mode: AgentMode; away_reason: string | null };
  codes_enabled: boolean;
  /** whether codes are suggested while notes are taken; absent: the server does not */
  suggest_codes?: boolean;
  /** panels that this agent has open */
  instances: number;
  can_dial: boolean;
  /** the agent has a phone in the browser (`GET /me/phone`); absent: the server knows of none */
  web_phone?: boolean;
  away_reasons: Label[];
  pop_single_match: boolean;
  /** those that can be given now */
  do_not_log_reasons: Reason[];
  calls: LiveCall[];
  wrapups: Wrapup[];
  /** whether the timer closed more than these */
  more_wrapups?: boolean;
  /** what waits in the agent's inbox; absent: the server does not say */
  inbox?: { put_aside: boolean; waiting: number; most: number | null; full: boolean; remind_at: string | null };
  /** whose call the agent listens in on */
  listens_to?: ListensTo | null;
  /** how many messages wait for the agent and their ring groups; absent: the server does not say */
  messages?: MessageCount[];
  /** how many of this agent's Activities are not in the CRM yet; absent: there is no CRM but ours */
  crm?: { waiting: number };
  /** absent: the server does not say; null: there is none to speak of */
  dial?: PanelDial | null;
};

/** What the phone in this agent's browser is to be; its password is kept nowhere. */
export type WebPhoneAccount = {
  url: string;
  domain: string;
  username: string;
  password: string;
  ice_servers: { urls: string[]; username?: string; credential?: string }[];
};

export type EngagementWrapup = {
  state: 'open' | 'logged' | 'not_logged';
  code: { id: string; label: Label } | null;
  notes: string | null;
  party: PersonLine | null;
  closed_at: string | null;
  reason: Reason | null;
  /** what was related besides */
  opportunity?: Opportunity | null;
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
  opportunity?: Opportunity | null;
  recording: boolean;
  /** of Do not log, as it was worded then */
  reason: Reason | null;
  candidates: Candidate[];
  engagements: Engagement[];
  explanation: Reasoning[];
  /** whether who asks may correct at least one part */
  /** whether who asks can listen to it */
  can_hear_recording: boolean;
  can_hear_voicemail: boolean;
  can_correct: boolean;
  /** newest first */
  corrections: Correction[];
  /** who listened in, for supervisors */
  listened?: Listened[];
};
/** `searched_to`: how far back this page has looked, also where it found nothing; null at the end, as `next` is */
export type ActivityPage = { activities: ListedActivity[]; next: string | null; searched_to: string | null };

export type ReportColumn =
  | { kind: 'code'; id: string; label: Label; retired: boolean }
  | { kind: 'no_code' | 'not_logged' | 'undispositioned' | 'open' | 'no_wrapup' };
export type ReportDay = { day: string; counts: number[]; total: number };
export type ReportGroup = { ring_group: string | null; counts: number[]; total: number; talk_ms: number };
export type ReportAgent = { agent: string | null; agent_name: string | null; counts: number[]; total: number; talk_ms: number };
export type DispositionReport = {
  from: string;
  until: string;
  zone: string;
  counted_from: CountedFrom;
  columns: ReportColumn[];
  days: ReportDay[];
  ring_groups: ReportGroup[];
  agents: ReportAgent[];
  total: number;
  talk_ms: number;
};

export type PhoneField = 'phone' | 'mobile' | 'home' | 'other';
export type StoredPhone = { field: string; raw: string; display: string | null };
export type Person = PersonLine & {
  account: PersonLine | null;
  owner: { id: string; name: string } | null;
  phones: StoredPhone[];
  email: string | null;
  version: number;
  created_by_call: string | null;
  /** where people open it in the CRM, as far as is known; only of what is there */
  crm_url?: string | null;
};
export type NewPerson = {
  kind: 'contact' | 'lead' | 'account';
  name: string;
  company: string | null;
  account?: string | null;
  email: string | null;
  phones: { field: PhoneField; raw: string }[];
};
export type Case = CaseLine & {
  description: string | null;
  version: number;
  created_by_call: string | null;
  /** numbers of its Contact */
  contact_phones: StoredPhone[];
  crm_url?: string | null;
};
export type NewCase = {
  subject: string;
  description: string | null;
  status: CaseStatus;
  priority: CasePriority;
  contact: string | null;
  account: string | null;
};
/** `of_contact`: not related to the Case, but a call of its Contact while it was open */
export type CaseActivityLine = ActivityLine & { of_contact: boolean };

export type InboxState = 'open' | 'late' | 'released' | 'undispositioned';
/** What is there to submit, of one agent or of all. */
export type InboxLine = {
  id: string;
  agent: string;
  /** null where no user is that agent */
  agent_name: string | null;
  state: InboxState;
  call: CallFacts;
  /** whom it would be logged on as it stands */
  party: PersonLine | null;
  party_by: 'chosen' | 'clicked' | 'matched' | null;
  opened_at: string;
  /** null where the settings give it no end, or it is released */
  deadline: string | null;
  /** when the timer closed it */
  closed_at: string | null;
  has_draft: boolean;
  /** `by` is null where it was the timer */
  released: { at: string; by: { id: string; name: string } | null; reason: string | null } | null;
  /** Its agent gets no calls though they are freed of it, or once they are: too many wait in their inbox, or for too long. */
  inbox_full: boolean;
};
/** How many there are in each state, whatever the page and the state that were asked for. */
export type InboxCounts = Record<InboxState, number>;
export type InboxPage = { wrapups: InboxLine[]; next: string | null; counts: InboxCounts };

/** `id` is null of what there is only one of; `name` of what is gone or has none, and a code's is in both languages. */
export type AuditSubject = { kind: string; id?: string | null; name?: string | Label | null };
export type FieldChange = { field: string; before: string | null; after: string | null };
export type AuditEntry = {
  id: string;
  at: string;
  /** null: a rule, such as a timer */
  by: { id: string; name: string } | null;
  subject: AuditSubject;
  action: string;
  fields: FieldChange[];
};
export type AuditPage = { entries: AuditEntry[]; next: string | null };
