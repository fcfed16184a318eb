import { addDays, dayOf, daysBetween, isDay } from '../../lib/days';
import { changed, hasRange, rangeDays, spanOf, WHEN, type Span } from '../activities/filters';
import { ZONE, zoneOf } from '../reports/figures';

export const LEDGER_SPANS: readonly Span[] = ['today', 'yesterday', '7d', '30d'];
const DEFAULT_SPAN: Span = '7d';
/** Days that the server answers of at once. */
export const LEDGER_DAYS_MAX = 366;

/** The address with the span that holds where it names none. */
export function withSpan(query: URLSearchParams): URLSearchParams {
  return spanOf(query) || hasRange(query) ? query : changed(query, { [WHEN]: DEFAULT_SPAN });
}

/** What is asked of the server. Without a zone of its own it has the centre's. */
export function askedOf(query: URLSearchParams, now: number): URLSearchParams {
  const zone = zoneOf(query);
  const range = rangeDays(withSpan(query), now, zone);
  const last = range.until || dayOf(now, zone);
  const asked = new URLSearchParams({ from: range.from || addDays(last, 1 - LEDGER_DAYS_MAX), until: last });
  const own = query.get(ZONE);
  if (own) asked.set('zone', own);
  return asked;
}

export function tooLong(from: string, until: string): boolean {
  return isDay(from) && isDay(until) && daysBetween(from, until) > LEDGER_DAYS_MAX;
}

