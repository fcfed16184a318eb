import type { CrmCheck, CrmCounts, SentCalls } from '../../src/lib/api/completeness-crm.ts';
import type { LedgerDay } from '../../src/lib/api/completeness.ts';
import { Refusal, type Answer } from './ask.ts';
import type { Mock } from './server.ts';
import { ago } from './world.ts';

/** The CRM's side of the ledger: a week that is there, but for what the last day says. */

const NONE: CrmCounts = { sent: 0, waiting: 0, refused: 0, deleted_there: 0, not_sent: 0 };
const STATES = Object.keys(NONE) as (keyof CrmCounts)[];

export function crmOf(mock: Mock, activities: number, last: boolean): CrmCounts | null {
  if (mock.ledgerCrm === null) return null;
  const of = last ? { ...mock.ledgerCrm } : { ...NONE };
  const others = STATES.reduce((all, state) => all + of[state], 0);
  return { ...of, sent: Math.max(0, activities - others) };
}

export function crmOfAll(days: LedgerDay[]): CrmCounts | null {
  const known = days.flatMap(({ crm }) => (crm ? [crm] : []));
  if (known.length === 0) return null;
  const sum = (state: keyof CrmCounts): number => known.reduce((all, crm) => all + crm[state], 0);
  return { sent: sum('sent'), waiting: sum('waiting'), refused: sum('refused'), deleted_there: sum('deleted_there'), not_sent: sum('not_sent') };
}

/** The last day lacks two that somebody deleted, has one that nobody knew of and one of another installation. */
export const check: Answer = ({ mock, body }): { checks: CrmCheck[] } => {
  if (mock.crmDown) throw new Refusal(503, 'crm_failed', { why: 'unreachable', code: null });
  const base = { zone: 'Europe/Madrid', at: ago(0), by: 'u-supervisor', by_name: 'Sol Supervisora', waiting: 1, beside: 1 };
  const nothing = { gone: 0, gone_calls: [], unseen: 0, unlinked: 0, unlinked_calls: [], strangers: 0, stranger_records: [] };
  const good: CrmCheck = { ...base, ...nothing, date: String(body['from']), there: 107, agree: 107, waiting: 0, beside: 0, by: null, by_name: null };
  const record = 'a005500001H9cakAAB';
  const differs: CrmCheck = {
    ...base,
    date: String(body['until']),
    there: 48,
    agree: 44,
    gone: 2,
    gone_calls: ['c-1', 'c-2'],
    unseen: 21,
    unlinked: 1,
    unlinked_calls: ['c-3'],
    strangers: 1,
    stranger_records: [{ record, url: `https://acme.my.salesforce.com/${record}`, call: '01930000-0000-8000-8000-000100000009' }],
  };
  mock.crmChecks = body['from'] === body['until'] ? [good] : [good, differs];
  mock.crmCheckFailures = mock.crmCheckFailures.filter(({ date }) => date < String(body['from']) || date > String(body['until']));
  if (mock.ledgerCrm) mock.ledgerCrm.deleted_there = 2;
  return { checks: mock.crmChecks };
};

export const send: Answer = ({ mock, body }): SentCalls => {
  const calls = body['calls'] as string[] | undefined;
  const which = body['which'] as 'deleted_there' | 'not_sent' | undefined;
  const of = mock.ledgerCrm ?? NONE;
  const count = calls?.length ?? (which ? of[which] : 0);
  if (which) of[which] = 0;
  of.waiting += count;
  const ids = calls ?? Array.from({ length: count }, (_, place) => `c-${place + 1}`);
  return { calls: ids.map((id) => ({ id, became: 'noted' as const })), more: false };
};
