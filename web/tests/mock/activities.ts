import type { Activity, ActivityLine, ActivityPage, CallType, ListedActivity } from '../../src/lib/api/contract.ts';
import { find, Refusal, type Ask } from './ask.ts';
import type { Mock } from './server.ts';
import { activity, ago, ana, bruno, codes, invoice, line } from './world.ts';

/** The list of Activities: so many are found a page, and so many looked at a request. */
const PAGE = 5;
const LOOKED_AT = 12;
const HOUR = 3600;

const AGENTS = [
  ['1001', 'Lucía Herrero'],
  ['1002', 'Marta Vidal'],
  ['1004', 'Mateo Gil'],
] as const;
const TYPES: CallType[] = ['inbound', 'inbound', 'outbound', 'missed', 'inbound', 'voicemail', 'outbound_missed', 'abandoned'];

/** So many calls of several agents, one every so many hours. */
export const calls = (length: number, hours: number): ActivityLine[] => Array.from({ length }, (_, at) => {
  const type = TYPES[at % TYPES.length] ?? 'inbound';
  const [agent, agent_name] = AGENTS[at % AGENTS.length] ?? AGENTS[0];
  const met = type === 'inbound' || type === 'outbound';
  const code = met ? codes[at % 5] : undefined;
  return line(`b-${at}`, {
    type,
    direction: type.startsWith('outbound') ? 'outbound' : 'inbound',
    started_at: ago(hours * HOUR * (at + 3)),
    ring_group: type.startsWith('outbound') ? null : at % 2 ? 'Soporte' : 'Ventas',
    talk_ms: met ? 30_000 + at * 7000 : 0,
    agent: met ? agent : null,
    agent_name: met ? agent_name : null,
    code: code ? { id: code.id, label: code.label } : null,
    notes: met && at % 4 === 0 ? 'Pide que se le confirme por correo.' : null,
    party: at % 3 === 0 ? ana : at % 3 === 1 ? bruno : null,
    case: at === 8 ? invoice : null,
    outcome: met ? 'logged' : 'no_wrapup',
    number_display: `+34 6${String(10_000_000 + at * 37_111).slice(0, 8)}`,
  });
});
export const past = calls(60, 12);

export function all(mock: Mock): ActivityLine[] {
  return [...mock.history, ...mock.past].sort((a, b) => b.started_at.localeCompare(a.started_at));
}

const digits = (text: string): string => text.replace(/\D/g, '');
const plain = (text: string): string => text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLowerCase();

/** What each filter keeps. */
const KEEPS: Record<string, (one: ActivityLine, value: string) => boolean> = {
  from: (one, value) => one.started_at >= value,
  until: (one, value) => one.started_at < value,
  type: (one, value) => one.type !== null && value.split(',').includes(one.type),
  direction: (one, value) => value.split(',').includes(one.direction),
  outcome: (one, value) => value.split(',').includes(one.outcome),
  code: (one, value) => value.split(',').includes(one.code?.id ?? ''),
  coded: (one, value) => String(one.code !== null) === value,
  agent: (one, value) => one.agent === value,
  ring_group: (one, value) => one.ring_group === value,
  party: (one, value) => one.party?.id === value,
  case: (one, value) => one.case?.id === value,
  number: (one, value) => digits(one.number_display ?? '').endsWith(digits(value)),
  did: (_, value) => value === '+34 910 00 00 01',
  talk_min_s: (one, value) => one.talk_ms >= Number(value) * 1000,
  talk_max_s: (one, value) => one.talk_ms <= Number(value) * 1000,
  recording: (one, value) => (one.talk_ms > 0) === (value === 'true'),
  voicemail: (one, value) => (one.type === 'voicemail') === (value === 'true'),
  party_name: (one, value) => plain(one.party?.name ?? '').split(' ').some((word) => word.startsWith(plain(value))),
  wait_min_s: (_, value) => Number(value) <= 5,
  wait_max_s: (_, value) => Number(value) >= 5,
  hold_min_s: (_, value) => Number(value) === 0,
  hold_max_s: () => true,
  acw_min_s: (_, value) => Number(value) <= 20,
  acw_max_s: (_, value) => Number(value) >= 20,
  hung_up_by: (_, value) => value.split(',').includes('customer'),
  reason: () => false,
  settled_by: (one, value) => one.party !== null && value.split(',').includes('one_match'),
  logged_from: (one, value) => one.logged_at !== null && one.logged_at >= value,
  logged_until: (one, value) => one.logged_at !== null && one.logged_at < value,
  crm: (_, value) => value.split(',').includes('never'),
  handed_over: (_, value) => value === 'false',
  corrected: (_, value) => value === 'false',
  possible: (one, value) => String(one.possible) === value,
  matched: (one, value) => String(one.party !== null) === value,
  notes: (one, value) => plain(value).split(/\s+/).every((word) => plain(one.notes ?? '').split(/\W+/).some((said) => said.startsWith(word))),
  after: () => true,
};

/** As the list shows it. */
function listed(one: ActivityLine): ListedActivity {
  const unlogged = one.outcome === 'not_logged' ? { id: 'wrong_number', es: 'Número equivocado', en: 'Wrong number' } : null;
  return { ...one, acw_ms: one.outcome === 'logged' ? 20_000 : null, reason: unlogged, settled_by: one.party ? 'one_match' : null, crm: one.outcome === 'logged' ? 'sent' : 'waiting' };
}

export function list({ mock, query }: Ask): ActivityPage {
  const wanted = new URLSearchParams(query);
  const user = mock.signedIn;
  if (user?.role === 'agent') {
    if (wanted.has('agent') && wanted.get('agent') !== user.agent) throw new Refusal(403, 'forbidden');
    wanted.set('agent', user.agent ?? '');
  }
  for (const [name, value] of wanted) {
    const bad = !(name in KEEPS) || (name === 'number' && digits(value).length < 4) || (/^(logged_)?(from|until)$/.test(name) && Number.isNaN(Date.parse(value)));
    if (bad) throw new Refusal(422, 'invalid', { reason: 'unknown' }, name);
  }
  const known = all(mock);
  const from = Number(wanted.get('after') ?? 0);
  const activities: ActivityLine[] = [];
  let at = from;
  while (at < known.length && at < from + LOOKED_AT && activities.length < PAGE) {
    const one = known[at] as ActivityLine;
    if ([...wanted].every(([name, value]) => KEEPS[name]?.(one, value))) activities.push(one);
    at += 1;
  }
  const over = at >= known.length;
  return { activities: activities.map(listed), next: over ? null : String(at), searched_to: over ? null : (known[at - 1]?.started_at ?? null) };
}

export function one(mock: Mock, id: string | undefined): Activity {
  const known = mock.activities.get(id ?? '');
  if (known) return known;
  const base = find(all(mock), id);
  const made = activity(base, { reason: mock.reason, can_correct: mock.signedIn?.role !== 'agent' });
  if (base.agent === null) {
    made.call = { ...made.call, answered_at: null, talk_ms: 0, hold_ms: 0 };
    made.engagements = made.engagements.map((part) => ({ ...part, result: 'missed', answered_at: null, wrapup: null }));
  }
  mock.activities.set(made.id, made);
  return made;
}
