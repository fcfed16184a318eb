import { addDays, dayOf, dayStart, isDay } from '../../lib/days';

/** The filters of the list as the API names them; `from` and `until` are apart, for they may be said as days. */
export const FILTERS = [
  'agent',
  'type',
  'outcome',
  'code',
  'number',
  'notes',
  'direction',
  'ring_group',
  'party',
  'party_name',
  'case',
  'did',
  'talk_min_s',
  'talk_max_s',
  'wait_min_s',
  'wait_max_s',
  'hold_min_s',
  'hold_max_s',
  'acw_min_s',
  'acw_max_s',
  'hung_up_by',
  'reason',
  'settled_by',
  'logged_from',
  'logged_until',
  'crm',
  'coded',
  'recording',
  'voicemail',
  'possible',
  'matched',
  'handed_over',
  'corrected',
] as const;
export type Filter = (typeof FILTERS)[number];

/** Those that take several values at once. */
export type ManyFilter = 'type' | 'outcome' | 'direction' | 'code' | 'hung_up_by' | 'reason' | 'settled_by' | 'crm';
export const YES_NO: readonly Filter[] = ['coded', 'recording', 'voicemail', 'possible', 'matched', 'handed_over', 'corrected'];
/** Bounds of lengths of time, in pairs. */
export const LENGTHS = ['talk_min_s', 'talk_max_s', 'wait_min_s', 'wait_max_s', 'hold_min_s', 'hold_max_s', 'acw_min_s', 'acw_max_s'] as const;
export type LengthFilter = (typeof LENGTHS)[number];
/** Bounds of when something was logged: as days in the address, the last one included. */
export const LOGGED = ['logged_from', 'logged_until'] as const;
/** Those that are always in sight; the others are behind a button. */
export const IN_SIGHT: readonly Filter[] = ['agent', 'type', 'outcome', 'code', 'number'];

/** Spans that move with the day, so that an address which is kept means them tomorrow too. */
export const SPANS = ['today', 'yesterday', '7d', '30d', '90d'] as const;
export type Span = (typeof SPANS)[number];
/** Those that the list offers. */
export const LIST_SPANS: readonly Span[] = ['today', 'yesterday', '7d', '30d'];

/** In the address: a span by its name, or where it begins and ends as days or moments. */
export const WHEN = 'when';
export const FROM = 'from';
export const UNTIL = 'until';
export const NUMBER_DIGITS_MIN = 4;
export const NOTES_WORDS_MAX = 8;

export type Period = { from: number | null; until: number | null };

const DAYS: Record<Span, [back: number, length: number | null]> = { today: [0, null], yesterday: [1, 1], '7d': [6, null], '30d': [29, null], '90d': [89, null] };

export function spanOf(query: URLSearchParams): Span | null {
  return SPANS.find((one) => one === query.get(WHEN)) ?? null;
}

export function hasRange(query: URLSearchParams): boolean {
  return spanOf(query) === null && (query.has(FROM) || query.has(UNTIL));
}

/** From when to when calls are wanted: the end is the first moment that is not. */
export function periodOf(query: URLSearchParams, now: number, zone: string): Period {
  const span = spanOf(query);
  if (span) {
    const [back, length] = DAYS[span];
    const first = addDays(dayOf(now, zone), -back);
    return { from: dayStart(first, zone), until: length === null ? null : dayStart(addDays(first, length), zone) };
  }
  return { from: moment(query.get(FROM), zone, 0), until: moment(query.get(UNTIL), zone, 1) };
}

/** A day of an own range, its end included, or a moment as it is; what is neither is passed on to be refused. */
function moment(text: string | null, zone: string, days: number): number | null {
  if (text === null) return null;
  return isDay(text) ? dayStart(addDays(text, days), zone) : Date.parse(text);
}

/** The bounds of an own range as whole days, the last one included. */
export function rangeDays(query: URLSearchParams, now: number, zone: string): { from: string; until: string } {
  const { from, until } = periodOf(query, now, zone);
  const day = (time: number | null): string => (time === null || Number.isNaN(time) ? '' : dayOf(time, zone));
  return { from: day(from), until: day(until === null ? null : until - 1) };
}

/** Puts a period into an address: as days where it is made of whole ones here, else as moments. */
export function putPeriod(query: URLSearchParams, { from, until }: Period, zone: string): void {
  const whole = (time: number | null): boolean => time === null || dayStart(dayOf(time, zone), zone) === time;
  const days = whole(from) && whole(until);
  const iso = (time: number): string => new Date(time).toISOString();
  if (from !== null) query.set(FROM, days ? dayOf(from, zone) : iso(from));
  if (until !== null) query.set(UNTIL, days ? dayOf(until - 1, zone) : iso(until));
}

/** What is asked of the server. */
export function askedOf(query: URLSearchParams, now: number, zone: string): URLSearchParams {
  const asked = new URLSearchParams();
  const { from, until } = periodOf(query, now, zone);
  const iso = (time: number, as: string): string => (Number.isNaN(time) ? (query.get(as) ?? '') : new Date(time).toISOString());
  if (from !== null) asked.set(FROM, iso(from, FROM));
  if (until !== null) asked.set(UNTIL, iso(until, UNTIL));
  for (const name of FILTERS) {
    const value = query.get(name);
    if (value) asked.set(name, value);
  }
  for (const name of LOGGED) {
    const time = moment(query.get(name), zone, name === 'logged_until' ? 1 : 0);
    if (time !== null) asked.set(name, iso(time, name));
  }
  return asked;
}

export function valuesOf(query: URLSearchParams, name: ManyFilter): string[] {
  return (query.get(name) ?? '').split(',').filter(Boolean);
}

/** The filters that hold, in the order in which they are offered. */
export function activeFilters(query: URLSearchParams): (Filter | typeof WHEN)[] {
  const period = spanOf(query) || hasRange(query) ? ([WHEN] as const) : [];
  return [...period, ...FILTERS.filter((name) => query.get(name))];
}

/** The address with some filters changed; null or nothing takes one away. */
export function changed(query: URLSearchParams, change: Record<string, string | null>): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(change)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  return next;
}

/** `90`, `1:30`, `1:00:00`: a talk time in seconds; null where it is none. */
export function seconds(text: string): number | null {
  const parts = text.trim().split(':');
  if (parts.length > 3 || parts.some((part) => !/^\d{1,6}$/.test(part))) return null;
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}
