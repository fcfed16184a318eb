import type { DispositionReport, ReportColumn } from '../../lib/api/contract';
import { addDays, daysBetween, isDay } from '../../lib/days';
import { FROM, UNTIL } from '../activities/filters';

/** In the address: what a report is compared with. */
export const COMPARE = 'compare';
/** As many days before them, or the same dates of the year before. */
export const COMPARES = ['before', 'year'] as const;
export type Compare = (typeof COMPARES)[number];

/** A report, and the same of the time that it is compared with. */
export type Pair<T> = { now: T; before: T | null };

export function compareOf(query: URLSearchParams): Compare | null {
  return COMPARES.find((one) => one === query.get(COMPARE)) ?? null;
}

/** That date a year before; null of the 29th of February. */
function yearBefore(day: string): string | null {
  const then = `${String(Number(day.slice(0, 4)) - 1).padStart(4, '0')}${day.slice(4)}`;
  return isDay(then) ? then : null;
}

/**
 * What is asked of the time before: days of a calendar, whose hours are the server's business, so that a clock that was
 * changed in between moves nothing. Where a leap day would make it longer than can be asked, it begins a day later.
 */
export function askedBefore(asked: URLSearchParams, how: Compare, daysMax: number): URLSearchParams {
  const from = asked.get(FROM) ?? '';
  const until = asked.get(UNTIL) ?? '';
  const before = new URLSearchParams(asked);
  if (!isDay(from) || !isDay(until)) return before;
  if (how === 'before') {
    before.set(FROM, addDays(from, -daysBetween(from, until)));
    before.set(UNTIL, addDays(from, -1));
    return before;
  }
  const first = yearBefore(from) ?? addDays(from, -366);
  const last = yearBefore(until) ?? addDays(until, -366);
  before.set(FROM, daysBetween(first, last) > daysMax ? addDays(first, 1) : first);
  before.set(UNTIL, last);
  return before;
}

/** Which day of the time before a day is compared with; null where the year before had none. */
export function counterpart(how: Compare, now: { from: string; until: string }): (day: string) => string | null {
  const length = daysBetween(now.from, now.until);
  return (day) => (how === 'before' ? addDays(day, -length) : yearBefore(day));
}

const keyOf = (column: ReportColumn): string => (column.kind === 'code' ? column.id : column.kind);

/** Both with the same columns, and with the same ring groups and agents: what is gone counts as none, and is not left out. */
export function aligned({ now, before }: Pair<DispositionReport>): Pair<DispositionReport> {
  if (!before) return { now, before };
  const known = new Set(now.columns.map(keyOf));
  const gone = before.columns.filter((column) => !known.has(keyOf(column)));
  const all = [...now.columns, ...gone];
  const columns = [...all.filter(({ kind }) => kind === 'code'), ...all.filter(({ kind }) => kind !== 'code')];
  return { now: inColumns(now, columns, before), before: inColumns(before, columns, now) };
}

function inColumns(report: DispositionReport, columns: ReportColumn[], other: DispositionReport): DispositionReport {
  const places = columns.map((column) => report.columns.findIndex((own) => keyOf(own) === keyOf(column)));
  const counts = (own: readonly number[]): number[] => places.map((place) => own[place] ?? 0);
  const none = { counts: columns.map(() => 0), total: 0, talk_ms: 0 };
  const missing = <R>(own: R[], others: R[], key: (row: R) => string | null): R[] => others.filter((row) => !own.some((one) => key(one) === key(row)));
  const groups = missing(report.ring_groups, other.ring_groups, ({ ring_group }) => ring_group);
  const agents = missing(report.agents, other.agents, ({ agent }) => agent);
  return {
    ...report,
    columns,
    days: report.days.map((day) => ({ ...day, counts: counts(day.counts) })),
    ring_groups: [...report.ring_groups.map((row) => ({ ...row, counts: counts(row.counts) })), ...groups.map((row) => ({ ...row, ...none }))],
    agents: [...report.agents.map((row) => ({ ...row, counts: counts(row.counts) })), ...agents.map((row) => ({ ...row, ...none }))],
  };
}

/** What the time before has in place of each of these days or weeks: counts of columns, and all of them. */
export function bucketsBefore(buckets: readonly { from: string; until: string }[], { now, before }: Pair<DispositionReport>, how: Compare | null): ({ counts: number[]; total: number } | null)[] {
  if (!before || !how) return buckets.map(() => null);
  const then = counterpart(how, now);
  return buckets.map(({ from, until }) => {
    const [first, last] = [then(from), then(until) ?? then(addDays(until, -1))];
    const days = before.days.filter(({ day }) => first !== null && last !== null && day >= first && day <= last);
    if (days.length === 0) return null;
    const counts = before.columns.map((_, at) => days.reduce((sum, day) => sum + (day.counts[at] ?? 0), 0));
    return { counts, total: days.reduce((sum, { total }) => sum + total, 0) };
  });
}

/** Asks for both at once; how far that is is how far both are. */
export async function askBoth<T>(ask: (query: URLSearchParams, tell: (share: number) => void) => Promise<T>, asked: URLSearchParams, how: Compare | null, daysMax: number, tell: (share: number) => void): Promise<Pair<T>> {
  if (!how) return { now: await ask(asked, tell), before: null };
  const shares = [0, 0];
  const part = (at: number) => (share: number) => {
    shares[at] = share;
    tell(shares.reduce((sum, one) => sum + one, 0) / shares.length);
  };
  const [now, before] = await Promise.all([ask(asked, part(0)), ask(askedBefore(asked, how, daysMax), part(1))]);
  return { now, before };
}
