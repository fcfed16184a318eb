import type { CallCounts, Counts, Spread } from '../../src/lib/api/call-counts.ts';
import type { ActivityLine, CallType } from '../../src/lib/api/contract.ts';
import { addDays, dayOf, daysBetween } from '../../src/lib/days.ts';
import { all } from './activities.ts';
import { Refusal, type Ask } from './ask.ts';
import { dispositions } from './reports.ts';

const ZONE = 'Europe/Madrid';
const HOUR_DAYS_MAX = 31;

function spread(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number | null => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
  const sum_ms = sorted.reduce((sum, one) => sum + one, 0);
  return { calls: sorted.length, sum_ms, mean_ms: sorted.length > 0 ? Math.floor(sum_ms / sorted.length) : null, p50_ms: at(0.5), p90_ms: at(0.9) };
}

function countsOf(lines: ActivityLine[]): Counts {
  const kinds: Partial<Record<CallType, number>> = {};
  for (const { type } of lines) if (type) kinds[type] = (kinds[type] ?? 0) + 1;
  const talks = lines.filter(({ talk_ms }) => talk_ms > 0).map(({ talk_ms }) => talk_ms);
  // Lines of the list tell no other times: here each waits a twentieth of its talk, and takes a tenth to be summed up.
  const part = (share: number): Spread => spread(talks.map((ms) => Math.round(ms * share)));
  return { total: lines.length, counts: [], kinds, times: { wait: part(0.05), wait_lost: spread(lines.filter(({ talk_ms }) => talk_ms === 0).map(() => 42_000)), talk: spread(talks), hold: spread(talks.map(() => 0)), after_call_work: part(0.1) } };
}

export function callCounts(ask: Ask): { calls: CallCounts } {
  const { mock, query } = ask;
  if (mock.signedIn?.role === 'agent') throw new Refusal(403, 'forbidden');
  const zone = query.get('zone') ?? ZONE;
  // It says what is wrong with the days.
  const { report } = dispositions(ask);
  const { from, until } = report;
  const per = query.get('per') ?? 'day';
  if (per === 'hour' && daysBetween(from, until) > HOUR_DAYS_MAX) throw new Refusal(422, 'invalid', { reason: 'too_long' }, 'until');
  const kinds = query.get('kinds')?.split(',');
  const dayIn = (one: ActivityLine): string => dayOf(Date.parse(one.started_at), zone);
  const hourIn = (one: ActivityLine): number => Number(new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: zone }).format(Date.parse(one.started_at)));
  const weekday = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  const lines = all(mock).filter((one) => {
    const kept = (name: 'ring_group' | 'agent'): boolean => !query.has(name) || one[name] === query.get(name);
    return one.type && dayIn(one) >= from && dayIn(one) <= until && (!kinds || kinds.includes(one.type)) && kept('ring_group') && kept('agent');
  });
  const groupBy = <K>(key: (one: ActivityLine) => K): Map<K, ActivityLine[]> => {
    const found = new Map<K, ActivityLine[]>();
    for (const one of lines) found.set(key(one), [...(found.get(key(one)) ?? []), one]);
    return found;
  };
  const periodOf = (one: ActivityLine): string => {
    const day = dayIn(one);
    const first = { hour: `${day} ${hourIn(one)}`, week: addDays(day, -weekday(day)), month: `${day.slice(0, 7)}-01` }[per] ?? day;
    return first < from ? from : first;
  };
  const hours = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  for (const one of lines) {
    const day = hours[weekday(dayIn(one))];
    if (day) day[hourIn(one)] = (day[hourIn(one)] ?? 0) + 1;
  }
  const by = query.get('by') === 'agent' ? 'agent' : 'ring_group';
  const names = new Map(lines.map((one) => [one.agent, one.agent_name]));
  const periods = [...groupBy(periodOf)].sort(([a], [b]) => a.localeCompare(b)).map(([period, some]) => {
    const [day = '', hour] = period.split(' ');
    return { from: day, hour: hour === undefined ? null : Number(hour), ...countsOf(some) };
  });
  const segments = [...groupBy((one) => one[by])].map(([key, some]) => ({ key, name: by === 'agent' ? (names.get(key) ?? null) : null, ...countsOf(some) })).sort((a, b) => b.total - a.total);
  const counted_from = per === 'hour' ? ('calls_by_hour' as const) : query.has('zone') ? ('calls_meanwhile' as const) : ('rollups' as const);
  return { calls: { from, until, zone, counted_from, columns: [], whole: countsOf(lines), periods, segments, hours } };
}
