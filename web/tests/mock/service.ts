import type { ActivityLine } from '../../src/lib/api/contract.ts';
import type { Service, ServiceCounts } from '../../src/lib/api/service.ts';
import { addDays, dayOf } from '../../src/lib/days.ts';
import { all } from './activities.ts';
import { Refusal, type Ask } from './ask.ts';
import { dispositions } from './reports.ts';
import { NOW } from './world.ts';

function counts(lines: ActivityLine[], too_new: boolean): ServiceCounts {
  const of = (...types: string[]): number => lines.filter(({ type }) => types.includes(type ?? '')).length;
  const [answered, lost, voicemail] = [of('inbound'), of('abandoned', 'missed'), of('voicemail')];
  // Every fifth call waited too long, every fourth caller called again.
  const repeated = Math.floor(answered / 4);
  const first_call = too_new ? { settled: 0, repeated: 0, too_new: answered, withheld: 0 } : { settled: answered - repeated, repeated, too_new: 0, withheld: 0 };
  return { offered: answered + lost + voicemail, answered, in_time: answered - Math.floor(answered / 5), lost, voicemail, short_abandoned: of('short_abandoned'), first_call };
}

export function service(ask: Ask): { service: Service } {
  const { mock, query } = ask;
  if (mock.signedIn?.role === 'agent') throw new Refusal(403, 'forbidden');
  // It says what is wrong with the days.
  const { from, until, zone } = dispositions(ask).report;
  const { answer_within_s, repeat_days } = mock.centre.service;
  const today = dayOf(NOW, zone);
  const dayIn = (one: ActivityLine): string => dayOf(Date.parse(one.started_at), zone);
  const kept = (one: ActivityLine, name: 'ring_group' | 'agent'): boolean => !query.has(name) || one[name] === query.get(name);
  const lines = all(mock).filter((one) => one.direction === 'inbound' && dayIn(one) >= from && dayIn(one) <= until && kept(one, 'ring_group') && kept(one, 'agent'));
  const days = [...new Set(lines.map(dayIn))].sort();
  const keys = [...new Set(lines.map(({ ring_group }) => ring_group))];
  const periods = days.map((day) => ({ from: day, hour: null, ...counts(lines.filter((one) => dayIn(one) === day), addDays(day, repeat_days) > today) }));
  const ring_groups = keys.map((key) => ({ key, name: null, answer_within_s, ...counts(lines.filter(({ ring_group }) => ring_group === key), false) }));
  return { service: { from, until, zone, as_of: new Date(NOW).toISOString(), answer_within_s, repeat_days, whole: counts(lines, false), periods, ring_groups } };
}
