import type { DispositionReport, ReportColumn } from '../../lib/api/contract';
import { worded } from '../../lib/activity/words';
import { addDays, dayOf, dayStart, daysBetween, isDay, isZone, centreZone, ownZone } from '../../lib/days';
import { dayName, dayShort } from '../../lib/i18n/format';
import { language } from '../../lib/i18n/language.svelte';
import { REPORT_DAYS_MAX } from '../../lib/limits';
import { changed, FROM, hasRange, putPeriod, rangeDays, spanOf, UNTIL, WHEN, type Span } from '../activities/filters';

export const ZONE = 'zone';
/** What a report can be narrowed to, as the API names it. */
export const NARROWED = ['direction', 'ring_group', 'agent'] as const;
export const REPORT_SPANS: readonly Span[] = ['7d', '30d', '90d'];
const DEFAULT_SPAN: Span = '30d';
/** Days beyond which weeks are drawn: a column must stay wide enough to be hit. */
const DAYS_DRAWN_MAX = 92;
/** Codes with a colour of their own; the others share one. */
export const CODES_DRAWN_MAX = 7;

/** The address with the span that holds where it names none. */
export function withSpan(query: URLSearchParams): URLSearchParams {
  return spanOf(query) || hasRange(query) ? query : changed(query, { [WHEN]: DEFAULT_SPAN });
}

export function zoneOf(query: URLSearchParams): string {
  const zone = query.get(ZONE);
  return zone && isZone(zone) ? zone : centreZone();
}

/** What is asked of the server. Without a zone of its own a report has the centre's. */
export function askedOf(query: URLSearchParams, now: number): URLSearchParams {
  const asked = new URLSearchParams();
  const zone = zoneOf(query);
  const today = dayOf(now, zone);
  const full = withSpan(query);
  const range = rangeDays(full, now, zone);
  const last = range.until || today;
  asked.set(FROM, range.from || addDays(last, -29));
  asked.set(UNTIL, last);
  for (const name of [ZONE, ...NARROWED]) {
    const value = query.get(name);
    if (value) asked.set(name, value);
  }
  return asked;
}

export function tooLong(from: string, until: string): boolean {
  return isDay(from) && isDay(until) && daysBetween(from, until) > REPORT_DAYS_MAX;
}

export function columnName(column: ReportColumn): string {
  const words = language.t.reports;
  if (column.kind !== 'code') return worded(words.kinds, column.kind);
  const label = language.label(column.label);
  return column.retired ? words.retired(label) : label;
}

/** One colour of the picture: a code, those that share a colour, or what has no code. `column` is null of several. */
export type Series = { look: string; label: string; columns: number[]; column: ReportColumn | null };

export function seriesOf(report: DispositionReport): Series[] {
  const numbered = report.columns.map((column, at) => ({ column, at }));
  const codes = numbered.filter(({ column }) => column.kind === 'code');
  const own = codes.length > CODES_DRAWN_MAX + 1 ? codes.slice(0, CODES_DRAWN_MAX) : codes;
  const rest = codes.slice(own.length);
  const series: Series[] = own.map(({ column, at }, place) => ({ look: `code-${place}`, label: columnName(column), columns: [at], column }));
  if (rest.length > 0) series.push({ look: 'other', label: language.t.reports.other(rest.length), columns: rest.map(({ at }) => at), column: null });
  const without = numbered.filter(({ column }) => column.kind !== 'code');
  return [...series, ...without.map(({ column, at }) => ({ look: column.kind, label: columnName(column), columns: [at], column }))];
}

export const countOf = (series: Series, counts: readonly number[]): number => series.columns.reduce((sum, at) => sum + (counts[at] ?? 0), 0);

/** A column of the picture: a day, or a week of them. */
export type Bucket = { from: string; until: string; name: string; short: string; counts: number[]; total: number };

export function drawsWeeks(report: DispositionReport): boolean {
  return report.days.length > DAYS_DRAWN_MAX;
}

export function bucketsOf(report: DispositionReport): Bucket[] {
  const weeks = drawsWeeks(report);
  const buckets: Bucket[] = [];
  for (const { day, counts, total } of report.days) {
    const last = buckets.at(-1);
    const monday = new Date(`${day}T00:00:00Z`).getUTCDay() === 1;
    if (!weeks || !last || monday) {
      buckets.push({ from: day, until: day, name: weeks ? language.t.reports.ofWeek(dayName(day)) : dayName(day), short: dayShort(day), counts: [...counts], total });
    } else {
      last.until = day;
      last.total += total;
      last.counts = last.counts.map((count, at) => count + (counts[at] ?? 0));
    }
  }
  return buckets;
}


export type Narrow = { days?: { from: string; until: string }; column?: ReportColumn | null; ring_group?: string; agent?: string };

/** The list of Activities behind a number; none of those that were logged without a code, which no filter of it says. */
export function activitiesOf(report: DispositionReport, query: URLSearchParams, narrow: Narrow): string | null {
  if (narrow.column?.kind === 'no_code') return null;
  const wanted = new URLSearchParams();
  const { from, until } = narrow.days ?? report;
  putPeriod(wanted, { from: dayStart(from, report.zone), until: dayStart(addDays(until, 1), report.zone) }, ownZone());
  for (const name of NARROWED) {
    const value = (name !== 'direction' && narrow[name]) || query.get(name);
    if (value) wanted.set(name, value);
  }
  if (narrow.column?.kind === 'code') wanted.set('code', narrow.column.id);
  else if (narrow.column) wanted.set('outcome', narrow.column.kind);
  return `#/activities?${wanted}`;
}

/** Lines across a chart, at numbers that are easily read; the last is the top. */
export function ticksFor(most: number): number[] {
  const rough = Math.max(1, most) / 4;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((one) => one * size).find((one) => one >= rough) ?? rough);
  const lines = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: lines + 1 }, (_, at) => at * step);
}
