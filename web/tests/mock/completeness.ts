import type { CallFacts } from '../../src/lib/api/contract.ts';
import type { ComparedFile, Completeness, LedgerCall, LedgerCounts, MadeCalls, MendedCalls, MissingCall } from '../../src/lib/api/completeness.ts';
import { Refusal, type Answer } from './ask.ts';
import { crmOf, crmOfAll } from './completeness-crm.ts';
import type { Mock } from './server.ts';
import { ago } from './world.ts';

/** The completeness ledger: a week of calls, and a file of which two were heard by nobody. */

const DAY_MS = 86_400_000;
const KNOWN = [120, 131, 0, 98, 140, 133, 57];

function call(id: string, seconds: number, type: CallFacts['type'], number: string | null): CallFacts {
  return {
    id,
    direction: 'inbound',
    type,
    number,
    number_display: number,
    number_kind: number === null ? 'withheld' : 'number',
    did: '600',
    ring_group: 'support',
    started_at: ago(seconds),
    answered_at: null,
    ended_at: ago(seconds - 60),
    talk_ms: type === 'inbound' ? 42_000 : 0,
    hold_ms: 0,
    wait_ms: 12_000,
  } as CallFacts;
}

function counts(known: number, missing: number, gaps: number, made: number): LedgerCounts {
  const internal = Math.round(known / 10);
  const logged = known - internal - gaps - 3 > 0 ? known - internal - gaps - 3 : 0;
  const all = known + missing;
  return {
    known,
    accounted: known - gaps,
    share: all === 0 ? null : (known - gaps) / all,
    activities: known - internal - gaps,
    outcomes: { logged, not_logged: 1, undispositioned: 1, open: 0, no_wrapup: 1 },
    reasons: { internal_call: internal, agent_did_not_pick_up: 0, no_customer: 0, listening_in: 0 },
    gaps,
    missing,
    inferred: known > 0 ? 1 : 0,
    from_file: made,
  };
}

const open = (mock: Mock): MissingCall[] => mock.missingCalls.filter(({ made_at }) => made_at === null);

export const read: Answer = ({ mock, query }): { completeness: Completeness } => {
  const until = query.get('until') ?? '';
  const made = mock.missingCalls.length - open(mock).length;
  const days = KNOWN.map((known, place) => {
    const date = new Date(Date.parse(until) - (KNOWN.length - 1 - place) * DAY_MS).toISOString().slice(0, 10);
    const last = place === KNOWN.length - 1;
    const of = counts(known + (last ? made : 0), last ? open(mock).length : 0, last ? mock.ledgerGaps : 0, last ? made : 0);
    return { date, counts: of, sources: [{ source: 'pbx', counts: of }], crm: crmOf(mock, of.activities, last) };
  });
  const known = KNOWN.reduce((all, one) => all + one, made);
  const cut: LedgerCall = { source: 'pbx', call: call('c-cut', 90_000, 'inbound', '+34 600 123 456') };
  const gaps = Array.from({ length: mock.ledgerGaps }, (_, place): LedgerCall => ({ source: 'pbx', call: call(`c-gap-${place}`, 4_000, 'missed', null) }));
  return {
    completeness: {
      from: query.get('from') ?? '',
      until,
      zone: 'Europe/Madrid',
      counts: counts(known, open(mock).length, mock.ledgerGaps, made),
      days,
      crm: crmOfAll(days),
      crm_connected: mock.ledgerCrm !== null,
      crm_checks: mock.crmChecks,
      crm_check_failures: mock.crmCheckFailures,
      deaf: mock.comparedFiles.length > 0 ? [{ source: 'pbx', from: ago(90_400), until: ago(89_900), still: false }] : [],
      gaps,
      inferred: mock.comparedFiles.length > 0 ? [cut] : [],
      files: mock.comparedFiles,
      sources: ['pbx'],
    },
  };
};

export const missing: Answer = ({ mock }) => ({ calls: open(mock), next: null });

export const make: Answer = ({ mock, body }): MadeCalls => {
  const ids = body['calls'] as string[] | undefined;
  const wanted = open(mock).filter((one) => ids === undefined || ids.includes(one.call.id));
  for (const one of wanted) Object.assign(one, { made_at: ago(0), made_by: 'Sol Supervisora' });
  return { calls: wanted.map((one) => ({ id: one.call.id, became: 'made' as const })), more: false };
};

export const mend: Answer = ({ mock, body }): MendedCalls => {
  const ids = body['calls'] as string[];
  mock.ledgerGaps = Math.max(0, mock.ledgerGaps - ids.length);
  return { calls: ids.map((id) => ({ id, became: 'mended' as const })) };
};

export const files: Answer = ({ mock }) => {
  for (const one of mock.comparedFiles) Object.assign(one, { state: 'done', byte: one.bytes, ended_at: ago(0) });
  return { files: mock.comparedFiles };
};

export const upload: Answer = ({ mock, query }) => {
  const name = query.get('name') ?? '';
  if (name === 'broken.csv') throw new Refusal(422, 'bad_line', { line: 1_203, reason: 'columns' }, 'file');
  const made: ComparedFile = {
    id: `f-${mock.comparedFiles.length + 1}`,
    kind: query.get('kind') === 'queue_log' ? 'queue_log' : 'cdr',
    source: query.get('source') ?? '',
    file: name,
    bytes: 210_000,
    hash: '0'.repeat(64),
    zone: 'Europe/Madrid',
    at: ago(0),
    by: 'u-supervisor',
    by_name: 'Sol Supervisora',
    uploads: 1,
    state: 'running',
    byte: 90_000,
    ended_at: null,
    from: ago(600_000),
    until: ago(600),
    records: 812,
    calls: 684,
    known: { id: 622 },
    missing: 2,
    explained: { internal_call: 58, unlisted_endpoint: 2 },
    beside: { further_part: 101, agent_leg: 22, stray: 5 },
    unlisted: ['PJSIP/lobby'],
    only_ours: 1,
    only_ours_calls: ['c-1'],
  };
  mock.comparedFiles = [made, ...mock.comparedFiles];
  const lost = (id: string, seconds: number, type: CallFacts['type'], number: string | null, agents: string[]): MissingCall => ({
    source: made.source,
    call: call(id, seconds, type, number),
    agents,
    file: name,
    cdr_lines: [14],
    queue_log_lines: [],
    made_at: null,
    made_by: null,
  });
  mock.missingCalls = [lost('m-1', 90_300, 'inbound', '+34 600 777 888', ['Lucía Agente']), lost('m-2', 90_200, 'abandoned', null, [])];
  return { file: structuredClone(made) };
};
