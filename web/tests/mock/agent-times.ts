import type { AgentTimes, TimesOfAgent } from '../../src/lib/api/agent-times.ts';
import { dayOf, daysBetween, isDay } from '../../src/lib/days.ts';
import { Refusal, type Ask } from './ask.ts';
import { NOW } from './world.ts';

const ZONE = 'Europe/Madrid';
const DAYS_MAX = 31;
const MINUTE = 60_000;

const agent = (key: string, name: string, minutes: [available: number, ringing: number, call: number, work: number, away: number]): TimesOfAgent => {
  const [available_ms, ringing_ms, on_call_ms, after_call_work_ms, away_ms] = minutes.map((one) => one * MINUTE) as [number, number, number, number, number];
  return { agent: key, agent_name: name, available_ms, ringing_ms, on_call_ms, after_call_work_ms, away_ms, away: [], now: null };
};

/** A morning of three agents, of whom nothing is known of the last. */
function morning(): TimesOfAgent[] {
  const lucia = agent('1001', 'Lucía Herrero', [60, 3, 75, 12, 30]);
  lucia.away = [{ reason: 'Descanso', ms: 20 * MINUTE }, { reason: null, ms: 10 * MINUTE }];
  lucia.now = { state: 'away', reason: 'Descanso', since: new Date(NOW - 5 * MINUTE).toISOString() };
  const marta = agent('1002', 'Marta Vidal', [120, 1, 40, 19, 0]);
  marta.now = { state: 'on_call', reason: null, since: new Date(NOW - 2 * MINUTE).toISOString() };
  return [lucia, marta, agent('1003', 'Nuevo Agente', [0, 0, 0, 0, 0])];
}

export function agentTimes({ mock, query }: Ask): { report: AgentTimes } {
  if (mock.signedIn?.role === 'agent') throw new Refusal(403, 'forbidden');
  const zone = query.get('zone') ?? ZONE;
  const today = dayOf(NOW, zone);
  const from = query.get('from') ?? today;
  const until = query.get('until') ?? today;
  for (const [name, day] of Object.entries({ from, until })) if (!isDay(day)) throw new Refusal(422, 'invalid', { reason: 'unknown' }, name);
  if (daysBetween(from, until) > DAYS_MAX) throw new Refusal(422, 'invalid', { reason: 'too_long' }, 'until');
  const agents = morning().map((one) => (until < today ? { ...one, now: null } : one));
  return { report: { from, until, zone, as_of: new Date(NOW).toISOString(), agents } };
}

export function agentTimesCsv(ask: Ask): string {
  const { report } = agentTimes(ask);
  return ['agent;seconds', ...report.agents.map((one) => `${one.agent};${one.on_call_ms / 1000}`)].join('\r\n');
}
