import type { ActivityLine, DispositionReport, ReportColumn } from '../../src/lib/api/contract.ts';
import { addDays, dayOf, daysBetween, isDay } from '../../src/lib/days.ts';
import { all } from './activities.ts';
import { Refusal, type Ask } from './ask.ts';
import type { Mock } from './server.ts';
import { NOW } from './world.ts';

const ZONE = 'Europe/Madrid';
const DAYS_MAX = 400;

/** How the counts of a report are kept while calls are gone through. */
type Tally = { counts: Map<string, number>; total: number; talk_ms: number };

type KeyOf = (one: ActivityLine) => string;

/** What a call counts as: its code, or, with merged codes as what they became, that. */
const keyIn = (mock: Mock, mapped: boolean): KeyOf => {
  const codes = mock.sets.flatMap((set) => set.codes);
  const became = (id: string): string => {
    const into = mapped ? codes.find((code) => code.id === id)?.merged_into : null;
    return into ? became(into) : id;
  };
  return ({ code, outcome }) => (code ? became(code.id) : outcome);
};

function columnsOf(mock: Mock, lines: ActivityLine[], keyOf: KeyOf): ReportColumn[] {
  const used = new Map<string, number>();
  for (const one of lines) used.set(keyOf(one), (used.get(keyOf(one)) ?? 0) + 1);
  const codes = mock.sets.flatMap((set) => set.codes).filter((code) => used.has(code.id));
  codes.sort((a, b) => (used.get(b.id) ?? 0) - (used.get(a.id) ?? 0));
  const kinds = (['not_logged', 'undispositioned', 'open', 'no_wrapup'] as const).filter((kind) => used.has(kind));
  return [...codes.map(({ id, label, retired }) => ({ kind: 'code' as const, id, label, retired })), ...kinds.map((kind) => ({ kind }))];
}

export function dispositions({ mock, query }: Ask): { report: DispositionReport } {
  if (mock.signedIn?.role === 'agent') throw new Refusal(403, 'forbidden');
  const zone = query.get('zone') ?? ZONE;
  const today = dayOf(NOW, zone);
  const from = query.get('from') ?? today;
  const until = query.get('until') ?? today;
  for (const [name, day] of Object.entries({ from, until })) if (!isDay(day)) throw new Refusal(422, 'invalid', { reason: 'unknown' }, name);
  const length = daysBetween(from, until);
  if (length < 1 || length > DAYS_MAX) throw new Refusal(422, 'invalid', { reason: 'too_long' }, 'until');
  const lines = all(mock).filter((one) => {
    const day = dayOf(Date.parse(one.started_at), zone);
    const kept = (name: 'direction' | 'ring_group' | 'agent'): boolean => !query.has(name) || one[name] === query.get(name);
    return day >= from && day <= until && kept('direction') && kept('ring_group') && kept('agent');
  });
  const keyOf = keyIn(mock, query.get('mapped') === 'yes');
  const columns = columnsOf(mock, lines, keyOf);
  const counted = ({ counts }: Tally): number[] => columns.map((column) => counts.get(column.kind === 'code' ? column.id : column.kind) ?? 0);
  const by = (key: (one: ActivityLine) => string | null): [string | null, Tally][] => {
    const found = new Map<string | null, Tally>();
    for (const one of lines) {
      const tally = found.get(key(one)) ?? { counts: new Map<string, number>(), total: 0, talk_ms: 0 };
      tally.counts.set(keyOf(one), (tally.counts.get(keyOf(one)) ?? 0) + 1);
      tally.total += 1;
      tally.talk_ms += one.talk_ms;
      found.set(key(one), tally);
    }
    return [...found].sort(([, a], [, b]) => b.total - a.total);
  };
  const days = new Map(by((one) => dayOf(Date.parse(one.started_at), zone)));
  const none: Tally = { counts: new Map(), total: 0, talk_ms: 0 };
  const names = new Map(lines.map((one) => [one.agent, one.agent_name]));
  const report: DispositionReport = {
    from,
    until,
    zone,
    counted_from: 'rollups',
    columns,
    days: Array.from({ length }, (_, at) => addDays(from, at)).map((day) => ({ day, counts: counted(days.get(day) ?? none), total: days.get(day)?.total ?? 0 })),
    ring_groups: by((one) => one.ring_group).map(([ring_group, tally]) => ({ ring_group, counts: counted(tally), total: tally.total, talk_ms: tally.talk_ms })),
    agents: by((one) => one.agent).map(([agent, tally]) => ({ agent, agent_name: names.get(agent) ?? null, counts: counted(tally), total: tally.total, talk_ms: tally.talk_ms })),
    total: lines.length,
    talk_ms: lines.reduce((sum, one) => sum + one.talk_ms, 0),
  };
  return { report };
}

/** The same as a file: what is in it is the server's business, that it comes is the page's. */
export function dispositionsCsv(ask: Ask): string {
  const { report } = dispositions(ask);
  return ['day;calls', ...report.days.map(({ day, total }) => `${day};${total}`)].join('\r\n');
}
