import type { AgentTimes, TimesOfAgent } from '../../lib/api/agent-times';
import type { AgentState } from '../../lib/api/contract';
import type { Cells } from '../../lib/csv';
import { addDays, dayOf, daysBetween, dayStart, isDay, ownZone } from '../../lib/days';
import { language } from '../../lib/i18n/language.svelte';
import { TIME_DAYS_MAX } from '../../lib/limits';
import { changed, FROM, hasRange, putPeriod, rangeDays, spanOf, UNTIL, WHEN, type Span } from '../activities/filters';
import { ZONE, zoneOf, type Series } from './figures';

export const TIME_SPANS: readonly Span[] = ['today', 'yesterday', '7d', '30d'];
const DEFAULT_SPAN: Span = 'today';
/** In the order in which they are drawn and listed. */
export const STATES: readonly AgentState[] = ['on_call', 'after_call_work', 'ringing', 'available', 'away'];
const LOOKS: Record<AgentState, string> = { on_call: 'code-0', after_call_work: 'code-3', ringing: 'code-1', available: 'code-7', away: 'open' };

/** The address with the span that holds where it names none. */
export function withSpan(query: URLSearchParams): URLSearchParams {
  return spanOf(query) || hasRange(query) ? query : changed(query, { [WHEN]: DEFAULT_SPAN });
}

/** What is asked of the server. Without a zone of its own a report has the centre's. */
export function askedOf(query: URLSearchParams, now: number): URLSearchParams {
  const zone = zoneOf(query);
  const range = rangeDays(withSpan(query), now, zone);
  const last = range.until || dayOf(now, zone);
  const asked = new URLSearchParams({ [FROM]: range.from || addDays(last, 1 - TIME_DAYS_MAX), [UNTIL]: last });
  const own = query.get(ZONE);
  if (own) asked.set(ZONE, own);
  return asked;
}

export function tooLong(from: string, until: string): boolean {
  return isDay(from) && isDay(until) && daysBetween(from, until) > TIME_DAYS_MAX;
}

export const timesOf = (agent: TimesOfAgent): number[] => STATES.map((state) => agent[`${state}_ms`]);
export const sum = (times: readonly number[]): number => times.reduce((all, one) => all + one, 0);

export function seriesOfStates(): Series[] {
  return STATES.map((state, at) => ({ look: LOOKS[state], label: language.t.agent.state[state], columns: [at], column: null }));
}

/** The calls of an agent in the days of a report. */
export const callsOf = ({ from, until, zone }: AgentTimes) => (agent: string): string => {
  const wanted = new URLSearchParams();
  putPeriod(wanted, { from: dayStart(from, zone), until: dayStart(addDays(until, 1), zone) }, ownZone());
  wanted.set('agent', agent);
  return `#/activities?${wanted}`;
};

/** The table as cells of a file, in seconds. */
export function timesCells(agents: readonly TimesOfAgent[], before: readonly TimesOfAgent[] | null): Cells[] {
  const { times: words, callTimes, charts } = language.t;
  const names = seriesOfStates().map(({ label }) => callTimes.inSeconds(label));
  const seconds = (agent: TimesOfAgent | undefined): number[] => (agent ? timesOf(agent) : STATES.map(() => 0)).map((ms) => Math.round(ms / 1000));
  const rows = agents.map((agent) => [agent.agent_name, ...seconds(agent), ...(before ? seconds(before.find((one) => one.agent === agent.agent)) : [])]);
  return [[words.agent, ...names, ...(before ? names.map(charts.then) : [])], ...rows];
}
