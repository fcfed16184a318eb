import type { Label } from './contract';

/** The review of a disposition set: docs/api-review.md. */
export type Review = { set: string; set_name: string; from: string; until: string; zone: string; calls: number; left_out: number; findings: Finding[] };

export type FindingKind = 'never_used' | 'hardly_used' | 'other_large' | 'other_rising' | 'overlap' | 'agent_differs' | 'implausible' | 'uncovered';
export type Severity = 'high' | 'medium' | 'low';
export type ReviewCode = { id: string; label: Label };
export type Measure = 'calls' | 'share' | 'share_first_and_last' | 'callers_with_both' | 'words_alike' | 'swapped' | 'agent_and_team' | 'moved' | 'too_short' | 'talk_seconds' | 'with_word' | 'word_in_other';
export type Evidence = { what: Measure; seen: number; beside: number | null };
export type ReviewChange =
  | { kind: 'retire'; code: string }
  | { kind: 'merge'; from: string; into: string }
  | { kind: 'split'; code: string; by: string[] }
  | { kind: 'coach'; agent: string; code: string }
  | { kind: 'recheck'; code: string; below_ms: number }
  | { kind: 'new_code'; words: string[] };
/** Both null: calls that would have no code. */
export type Replayed = { code: ReviewCode | null; new_code: string | null; before: number; after: number };

export type Finding = {
  kind: FindingKind;
  severity: Severity;
  codes: ReviewCode[];
  agent: string | null;
  agent_name: string | null;
  words: string[];
  evidence: Evidence[];
  parts: { hits: number; of: number }[];
  examples: string[];
  change: ReviewChange;
  replayed: Replayed[];
};
