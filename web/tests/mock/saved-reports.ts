import type { ReportContent, ReportMail, SavedReport, SavedReports } from '../../src/lib/api/saved-reports.ts';
import { find, Refusal, type Ask } from './ask.ts';

/** One that somebody else shares. */
export const first: SavedReport[] = [
  { id: 'r-codes', name: 'Códigos de la semana', shared: true, own: false, can_change: false, report: 'codes', query: { when: '7d' }, schedule: { every: 'week', weekday: 0, day: null, hour: 8, recipients: ['u-sup'], language: 'es', form: 'csv' }, version: 1 },
];

const mail = (due: string, more: Partial<ReportMail>): ReportMail => ({ due, state: 'sent', tries: 1, next_at: null, fault: null, code: null, doubtful: false, ended_at: due, sent_to: 2, readers: [], ...more });

export const mails: ReportMail[] = [
  mail('2026-03-09T07:00:00.000000Z', {
    state: 'waiting',
    tries: 2,
    next_at: '2026-03-12T11:00:00.000000Z',
    fault: 'refused_for_now',
    code: 451,
    ended_at: null,
    sent_to: 1,
    readers: [
      { user: 'u-adm', state: 'sent', code: null, answer: null },
      { user: 'u-sup', state: 'waiting', code: 451, answer: 'try later' },
    ],
  }),
  mail('2026-03-02T07:00:00.000000Z', { doubtful: true }),
  mail('2026-02-28T07:00:00.000000Z', {
    sent_to: 1,
    readers: [
      { user: 'u-adm', state: 'sent', code: null, answer: null },
      { user: 'u-sup', state: 'refused', code: 550, answer: '5.1.1 <…>: no such mailbox' },
      { user: 'u-gone', state: 'bad_address', code: null, answer: null },
    ],
  }),
  mail('2026-02-23T07:00:00.000000Z', {
    state: 'dead',
    fault: 'letter_refused',
    code: 552,
    sent_to: 0,
    readers: [{ user: 'u-sup', state: 'letter_refused', code: 552, answer: '5.3.4 too big' }],
  }),
];

export function list({ mock }: Ask): SavedReports {
  const readers = mock.users.filter(({ role, active }) => active && role !== 'agent').map(({ id, name, email }) => ({ id, name, has_address: Boolean(email) }));
  return { reports: mock.savedReports, readers, mail_set_up: mock.mailSetUp, zone: 'Europe/Madrid' };
}

export function create({ mock, body }: Ask): { report: SavedReport } {
  const report: SavedReport = { ...(body as ReportContent), id: `r-${mock.savedReports.length + 1}`, own: true, can_change: true, version: 1 };
  mock.savedReports = [...mock.savedReports, report];
  return { report };
}

export function change({ mock, params, body }: Ask): { report: SavedReport } {
  const { version, ...content } = body as ReportContent & { version: number };
  const before = find(mock.savedReports, params[0]);
  if (before.version !== version) throw new Refusal(409, 'stale_revision', { current: before });
  const report: SavedReport = { ...before, ...content, version: version + 1 };
  mock.savedReports = mock.savedReports.map((one) => (one.id === report.id ? report : one));
  return { report };
}

export function remove({ mock, params }: Ask): null {
  mock.savedReports = mock.savedReports.filter((one) => one.id !== params[0]);
  return null;
}
