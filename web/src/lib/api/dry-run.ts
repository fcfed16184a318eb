import type { ActivityLine, CallType, PersonLine } from './contract';

/** What settings would make of past calls, as docs/api.md writes it down. */

export type Becomes = 'in_time' | 'late' | 'released' | 'full' | 'closed' | 'unknown' | 'owed' | 'not_owed';
export type DryTotals = {
  types: Partial<Record<CallType, number>>;
  one: number;
  several: number;
  nobody: number;
  pops: number;
  makes: { contact?: number; lead?: number };
  related: number;
  relation_unknown: number;
  wrapups: Partial<Record<Becomes, number>>;
  /** seconds that wrap-ups keep agents from calls, where it is known */
  kept_s: number;
};
export type DrySide = {
  type: CallType | null;
  matched: 'one' | 'several' | 'nobody';
  party: PersonLine | null;
  candidates: number;
  makes: 'contact' | 'lead' | null;
  pops: boolean;
  case: 'related' | 'not_related' | 'unknown' | 'not_logged';
  wrapups: { agent: string | null; becomes: Becomes; kept_s: number | null }[];
};
export type Differs = 'type' | 'party' | 'makes' | 'pops' | 'case' | 'wrapups';
export type DryLine = { activity: ActivityLine; differs: Differs[]; before: DrySide; after: DrySide };
export type DryRun = {
  calls: number;
  from: string | null;
  until: string | null;
  differ: number;
  before: DryTotals;
  after: DryTotals;
  /** the newest of those that differ */
  lines: DryLine[];
};
/** How many calls settings can be tried on. */
export const DRY_RUN_CALLS = [200, 500, 2000] as const;
