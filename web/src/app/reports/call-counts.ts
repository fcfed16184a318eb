import type { CallCounts, Counts, PeriodCounts, SegmentCounts, Spread } from '../../lib/api/call-counts';
import type { CallType } from '../../lib/api/contract';
import { addDays, dayStart, daysBetween, hourStart, ownZone, weekdayOf } from '../../lib/days';
import { REPORT_DAYS_MAX } from '../../lib/limits';
import { changed, putPeriod } from '../activities/filters';
import { counterpart, type Compare, type Pair } from './compare';
import { askedOf, NARROWED } from './figures';

export const PERS = ['hour', 'day', 'week', 'month'] as const;
export type Per = (typeof PERS)[number];
export const BYS = ['ring_group', 'agent'] as const;
export type By = (typeof BYS)[number];
/** Most days of a report by the hour, as the server says. */
export const HOUR_DAYS_MAX = 31;

const KINDS: Record<string, readonly CallType[]> = {
  inbound: ['inbound', 'voicemail', 'short_abandoned', 'abandoned', 'missed'],
  outbound: ['outbound', 'outbound_missed'],
};
/** Calls that reached nobody and left nothing. */
const LOST: readonly CallType[] = ['abandoned', 'short_abandoned', 'missed'];

const one = <T extends string>(known: readonly T[], value: string | null, otherwise: T): T => known.find((word) => word === value) ?? otherwise;
export const perOf = (query: URLSearchParams): Per => one(PERS, query.get('per'), 'day');
export const byOf = (query: URLSearchParams): By => one(BYS, query.get('by'), 'ring_group');

/** What is asked of the server. */
export function askedCounts(query: URLSearchParams, now: number): URLSearchParams {
  const asked = askedOf(query, now);
  const kinds = KINDS[asked.get('direction') ?? ''];
  return changed(asked, { direction: null, kinds: kinds?.join(',') ?? null, per: perOf(query), by: byOf(query) });
}

const sumOf = (calls: Counts, kinds: readonly CallType[]): number => kinds.reduce((sum, kind) => sum + (calls.kinds[kind] ?? 0), 0);
export const lostOf = (calls: Counts): number => sumOf(calls, LOST);
export const inboundOf = (calls: Counts): number => sumOf(calls, KINDS['inbound'] ?? []);
/** The share of the calls of customers that were lost; null without any. */
export const lostShare = (calls: Counts): number | null => (inboundOf(calls) > 0 ? lostOf(calls) / inboundOf(calls) : null);

/** Most days of what is asked, by how it is divided. */
export const daysMaxOf = (per: Per): number => (per === 'hour' ? HOUR_DAYS_MAX : REPORT_DAYS_MAX);

const NO_SPREAD: Spread = { calls: 0, sum_ms: 0, mean_ms: null, p50_ms: null, p90_ms: null };
export const NO_CALLS: Counts = { total: 0, counts: [], kinds: {}, times: { wait: NO_SPREAD, wait_lost: NO_SPREAD, talk: NO_SPREAD, hold: NO_SPREAD, after_call_work: NO_SPREAD } };

/** A row now, and what is in its place in the time before; null where nothing can be. */
export type Twin<T> = { now: T; before: Counts | null };

/** Ring groups or agents; who has no calls any more is still there. */
export function segmentTwins({ now, before }: Pair<CallCounts>): Twin<SegmentCounts>[] {
  if (!before) return now.segments.map((one) => ({ now: one, before: null }));
  const gone = before.segments.filter(({ key }) => !now.segments.some((one) => one.key === key));
  return [...now.segments, ...gone.map(({ key, name }) => ({ key, name, ...NO_CALLS }))].map((one) => ({ now: one, before: before.segments.find(({ key }) => key === one.key) ?? NO_CALLS }));
}

/** Whether periods of both begin on days that belong together: hours and days always do. */
export function periodsMeet(per: Per, how: Compare | null, { from, until }: { from: string; until: string }): boolean {
  if (per === 'hour' || per === 'day') return true;
  return per === 'month' ? how === 'year' : how === 'before' && daysBetween(from, until) % 7 === 0;
}

/** Hours, days, weeks or months; those that had calls only then are there too. */
export function periodTwins({ now, before }: Pair<CallCounts>, per: Per, how: Compare | null): Twin<PeriodCounts>[] {
  if (!before || !how || !periodsMeet(per, how, now)) return now.periods.map((one) => ({ now: one, before: null }));
  const then = counterpart(how, now);
  const id = ({ from, hour }: { from: string; hour: number | null }): string => `${from} ${hour ?? ''}`;
  const days = Array.from({ length: daysBetween(now.from, now.until) }, (_, at) => addDays(now.from, at));
  const nowOf = new Map(days.map((day) => [then(day), day]));
  const seen = new Set(now.periods.map(id));
  const gone = before.periods.flatMap(({ from, hour }) => {
    const day = nowOf.get(from);
    return day === undefined || seen.has(id({ from: day, hour })) ? [] : [{ from: day, hour, ...NO_CALLS }];
  });
  const all = [...now.periods, ...gone].sort((a, b) => a.from.localeCompare(b.from) || (a.hour ?? 0) - (b.hour ?? 0));
  const known = new Map(before.periods.map((one) => [id(one), one]));
  return all.map((one) => {
    const from = then(one.from);
    // A day that was not asked for is not one without calls.
    return { now: one, before: from === null || from < before.from ? null : (known.get(id({ from, hour: one.hour })) ?? NO_CALLS) };
  });
}

/** Which calls a number is of: all of a row, those that were lost, those that an agent answered, had, or had for longer than nine of ten. */
export type Part = 'all' | 'lost' | 'answered' | 'talked' | 'long';
export type CallsNarrow = { from?: number; until?: number; segment?: string };
const ANSWERED: readonly CallType[] = ['inbound'];
const TALKED: readonly CallType[] = ['inbound', 'outbound'];

/** The list of Activities behind a number, as near as its filters come; null where there are none or none that say it. */
export function callsOf(report: CallCounts, query: URLSearchParams, calls: Counts, part: Part, narrow: CallsNarrow = {}): string | null {
  const wanted = new URLSearchParams();
  const from = narrow.from ?? dayStart(report.from, report.zone);
  const until = narrow.until ?? dayStart(addDays(report.until, 1), report.zone);
  putPeriod(wanted, { from, until }, ownZone());
  for (const name of NARROWED) {
    const value = (name === byOf(query) && narrow.segment) || query.get(name);
    if (value) wanted.set(name, value);
  }
  const types = { all: null, lost: LOST, answered: ANSWERED, talked: TALKED, long: TALKED }[part]?.filter((type) => calls.kinds[type]);
  if (calls.total === 0 || types?.length === 0) return null;
  if (types) wanted.set('type', types.join(','));
  const { p90_ms } = calls.times.talk;
  if (part === 'long' && p90_ms !== null) wanted.set('talk_min_s', String(Math.floor(p90_ms / 1000) + 1));
  return `#/activities?${wanted}`;
}

/** From when to when a period is, in the zone of the report, no longer than the report itself. */
export function periodBounds({ from, hour }: { from: string; hour: number | null }, per: Per, report: { until: string; zone: string }): { from: number; until: number } {
  const { zone } = report;
  if (hour !== null) return { from: hourStart(from, hour, zone), until: hourStart(from, hour + 1, zone) };
  const last = { hour: from, day: from, week: addDays(from, 6 - weekdayOf(from)), month: lastOfMonth(from) }[per];
  return { from: dayStart(from, zone), until: dayStart(addDays(last < report.until ? last : report.until, 1), zone) };
}

function lastOfMonth(day: string): string {
  const next = addDays(`${day.slice(0, 7)}-28`, 4);
  return addDays(`${next.slice(0, 7)}-01`, -1);
}

/** The days of a time that are that day of the week, the last one first. */
export function daysOf(weekday: number, { from, until }: { from: string; until: string }): string[] {
  const first = addDays(from, (weekday - weekdayOf(from) + 7) % 7);
  const weeks = first > until ? 0 : Math.floor((daysBetween(first, until) - 1) / 7) + 1;
  return Array.from({ length: weeks }, (_, at) => addDays(first, at * 7)).reverse();
}
