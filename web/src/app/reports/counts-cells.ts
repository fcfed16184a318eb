import { MEASURES, type Counts, type Spread } from '../../lib/api/call-counts';
import type { Cells } from '../../lib/csv';
import { language } from '../../lib/i18n/language.svelte';
import { lostOf } from './call-counts';
import type { CountsRow } from './CountsTable.svelte';

const seconds = (ms: number | null): number | string => (ms === null ? '' : Math.round(ms / 1000));

/** The rows of a table as cells of a file, times in seconds. */
export function countsCells(head: string, rows: readonly CountsRow[]): Cells[] {
  const words = language.t.callTimes;
  const compared = rows.some(({ before }) => before);
  const names = [words.calls, words.lost, ...[words.waitMean, words.talkMean, words.talkMost, words.workMean].map(words.inSeconds)];
  const cells = (calls: Counts): Cells => [calls.total, lostOf(calls), ...[calls.times.wait.mean_ms, calls.times.talk.mean_ms, calls.times.talk.p90_ms, calls.times.after_call_work.mean_ms].map(seconds)];
  return [[head, ...names, ...(compared ? names.map(language.t.charts.then) : [])], ...rows.map(({ name, calls, before }) => [name, ...cells(calls), ...(before ? cells(before) : [])])];
}

/** How long calls took, as cells of a file, in seconds. */
export function measureCells(calls: Counts, before: Counts | null): Cells[] {
  const words = language.t.callTimes;
  const names = [words.calls, ...[words.mean, words.half, words.most].map(words.inSeconds)];
  const cells = (spread: Spread): Cells => [spread.calls, ...[spread.mean_ms, spread.p50_ms, spread.p90_ms].map(seconds)];
  return [[words.measure, ...names, ...(before ? names.map(language.t.charts.then) : [])], ...MEASURES.map((measure) => [words.measures[measure], ...cells(calls.times[measure]), ...(before ? cells(before.times[measure]) : [])])];
}
