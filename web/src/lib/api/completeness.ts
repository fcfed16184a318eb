import type { CrmCheck, CrmCheckFailure, CrmCounts } from './completeness-crm';
import type { CallFacts } from './contract';

/** The completeness ledger (docs/api-completeness.md). */

export type LedgerOutcome = 'logged' | 'not_logged' | 'undispositioned' | 'open' | 'no_wrapup';
export type LedgerReason = 'internal_call' | 'agent_did_not_pick_up' | 'no_customer' | 'listening_in';
export type LedgerCounts = {
  known: number;
  accounted: number;
  /** From 0 to 1; null: there are no calls. */
  share: number | null;
  activities: number;
  outcomes: Record<LedgerOutcome, number>;
  reasons: Record<LedgerReason, number>;
  gaps: number;
  missing: number;
  inferred: number;
  from_file: number;
};
export type LedgerDay = { date: string; counts: LedgerCounts; sources: { source: string; counts: LedgerCounts }[]; crm: CrmCounts | null };
/** A time in which a phone system was not heard. */
export type DeafSpan = { source: string; from: string; until: string; still: boolean };
export type LedgerCall = { source: string; call: CallFacts };
export type FileKind = 'cdr' | 'queue_log';
export type KnownBy = 'id' | 'time_and_numbers' | 'time_and_customer';
export type ExplainedBy = LedgerReason | 'unlisted_endpoint';
export type BesideBy = 'further_part' | 'agent_leg' | 'local_half' | 'stray';
/** A file of a phone system that is or was compared. */
export type ComparedFile = {
  id: string;
  kind: FileKind;
  source: string;
  file: string;
  bytes: number;
  hash: string;
  zone: string;
  at: string;
  by: string;
  by_name: string | null;
  uploads: number;
  state: 'running' | 'done' | 'failed';
  byte: number;
  ended_at: string | null;
  from: string | null;
  until: string | null;
  records: number;
  calls: number;
  known: Partial<Record<KnownBy, number>>;
  missing: number;
  explained: Partial<Record<ExplainedBy, number>>;
  beside: Partial<Record<BesideBy, number>>;
  unlisted: string[];
  only_ours: number;
  only_ours_calls: string[];
};
/** A call that only files tell of. */
export type MissingCall = {
  source: string;
  call: CallFacts;
  agents: string[];
  file: string;
  cdr_lines: number[];
  queue_log_lines: number[];
  made_at: string | null;
  made_by: string | null;
};
export type MissingPage = { calls: MissingCall[]; next: string | null };
export type MendedCalls = { calls: { id: string; became: 'mended' | 'no_gap' | 'unknown' }[] };
export type MadeCalls = { calls: { id: string; became: 'made' | 'known' | 'unknown' }[]; more: boolean };
export type Completeness = {
  from: string;
  until: string;
  zone: string;
  counts: LedgerCounts;
  days: LedgerDay[];
  /** Null: no CRM is mirrored. */
  crm: CrmCounts | null;
  crm_connected: boolean;
  crm_checks: CrmCheck[];
  /** Days, of these or not, that could not be compared by night. */
  crm_check_failures: CrmCheckFailure[];
  deaf: DeafSpan[];
  gaps: LedgerCall[];
  inferred: LedgerCall[];
  files: ComparedFile[];
  sources: string[];
};
