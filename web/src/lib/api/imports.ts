import type { CallType } from './contract';

/** Imports of past calls (docs/api-imports.md). */

export const IMPORT_FIELDS = [
  'id',
  'type',
  'started_at',
  'ended_at',
  'customer_number',
  'our_number',
  'agent',
  'ring_group',
  'wait_time',
  'talk_time',
  'hold_time',
  'total_time',
  'code',
  'notes',
  'recording',
  'record',
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];
/** Without these nothing can be imported. */
export const NEEDED_FIELDS: readonly ImportField[] = ['id', 'type', 'started_at', 'customer_number'];
export type ImportState = 'uploaded' | 'checking' | 'checked' | 'running' | 'paused' | 'done' | 'cancelled' | 'failed';
export type ImportStep = 'check' | 'start' | 'pause' | 'cancel';
export type RefusedReason =
  | 'missing'
  | 'wrong_width'
  | 'too_long'
  | 'not_a_time'
  | 'in_future'
  | 'ends_before_start'
  | 'not_a_duration'
  | 'unknown_type'
  | 'unknown_agent'
  | 'unknown_code';
export type RefusedRow = { line: number; field: ImportField | null; reason: RefusedReason; value: string };
export type WordCount = { word: string; rows: number };
/** How a file is read. In the last five, words as they stand in the file. */
export type ImportMapping = {
  columns: Partial<Record<ImportField, string>>;
  zone: string;
  times: 'day_first' | 'month_first';
  durations: 'seconds' | 'milliseconds' | 'minutes' | 'days';
  unknown_agents: 'refuse' | 'keep' | 'leave_out';
  unknown_codes: 'refuse' | 'leave_out';
  types: Record<string, CallType>;
  agents: Record<string, string | null>;
  codes: Record<string, string | null>;
  ring_groups: Record<string, string>;
};
export type ImportProgress = {
  byte: number;
  rows: number;
  new: number;
  there: number;
  refused: number;
  refused_by: Record<string, number>;
  rows_per_second: number | null;
  seconds_left: number | null;
};
export type PastImport = {
  id: string;
  version: number;
  state: ImportState;
  failure: 'file_missing' | 'row_too_long' | 'column_missing' | null;
  file: string;
  source: string;
  bytes: number;
  created_at: string;
  created_by: string;
  started_at: string | null;
  ended_at: string | null;
  mapping: ImportMapping;
  findings: null | { agents: WordCount[]; codes: WordCount[]; types: WordCount[]; more_words: boolean; refused: RefusedRow[] };
  progress: ImportProgress;
};
/** A row as a call that it would become. */
export type PastCall = {
  id: string;
  type: CallType;
  started_at: string;
  number: string | null;
  agent: string | null;
  talk_ms: number;
  code: { es: string; en: string } | null;
  candidates: number;
  person: string | null;
};
export type ImportPreview = { headings: string[]; missing: ImportField[]; rows: { line: number; call: PastCall | null; refused: RefusedRow | null }[] };
