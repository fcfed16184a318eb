import type { CrmPhoneChoice } from './crm';
import type { CallType, CreatableKind, Label, PersonKind, PhoneField } from './contract';
import type { WhoListens } from './floor';
import type { ServicePolicy } from './service';
import type { Targets } from './targets';

/** The centre's settings, as docs/api.md writes them down. */

export type OnExpiry = 'stay' | 'release' | 'close';
export type AfterSubmit = 'available' | 'hold';
export type AutoCreate = 'none' | CreatableKind;
/** Types of calls with a customer: only those can make a record. */
export type CreatingType = Exclude<CallType, 'internal'>;
export type RecordOwner = { is: 'nobody' } | { is: 'agent' } | { is: 'user'; user: string };
export type AutoCreateRule = {
  make: AutoCreate;
  /** `{number}` is replaced; null: the number */
  name: string | null;
  company: string | null;
  email: string | null;
  owner: RecordOwner;
};
/** A reason for Do not log, in both languages. */
export type Reason = { id: string } & Label;
export type ReasonSetting = Reason & { retired: boolean };
export type RingGroupSetting = { key: string; name: string; numbers: string[]; agents: string[]; /** null: as the centre’s */ answer_within_s?: number | null };
export type Matching = { kinds: PersonKind[]; fields: PhoneField[] };

/** What admins set while the centre runs. */
export type Centre = {
  version: number;
  codes_enabled: boolean;
  suggest_codes: boolean;
  own_numbers: string[];
  matching: Matching;
  auto_create: Record<CreatingType, AutoCreateRule>;
  /** null: never */
  short_abandon_s: number | null;
  wrapup_unreached: boolean;
  pop_single_match: boolean;
  acw: {
    /** null: as long as it takes */
    seconds: number | null;
    extension_s: number;
    max_extensions: number;
    on_expiry: OnExpiry;
    /** null: no limit */
    longest_s: number | null;
    after_submit: AfterSubmit;
    dial_during: boolean;
  };
  /** what agents may leave for later; null: no limit, never */
  inbox: { put_aside: boolean; most: number | null; oldest_s: number | null; remind_s: number | null };
  away_reasons: Label[];
  do_not_log_reasons: ReasonSetting[];
  ring_groups: RingGroupSetting[];
  /** `agent_hours`: how long after Log agents may correct their own; null: they may not */
  corrections: { agent_hours: number | null };
  /** seconds after which supervisors are warned; null: never */
  alerts: { acw_s: number | null; wait_s: number | null };
  targets: Targets;
  service: ServicePolicy;
  listening: { who: WhoListens; tell_agent: boolean };
  /** phone fields of the CRM that are mirrored, in this order; none: those of the settings file */
  crm_phones: CrmPhoneChoice[];
};
