/** Saved reports and their mails: docs/api-reports.md, “Saved reports”. */
export const REPORT_KINDS = ['codes', 'calls', 'service', 'agents'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];
export type Every = 'day' | 'week' | 'month';
export type MailForm = 'csv' | 'parquet';

export type MailSchedule = {
  every: Every;
  /** Of a week: 0 is Monday. */
  weekday: number | null;
  /** Of a month; in a shorter one its last. */
  day: number | null;
  hour: number;
  recipients: string[];
  language: 'es' | 'en';
  form: MailForm;
};

export type SavedReport = {
  id: string;
  name: string;
  shared: boolean;
  own: boolean;
  can_change: boolean;
  report: ReportKind;
  query: Record<string, string>;
  schedule: MailSchedule | null;
  version: number;
};

export type ReportReader = { id: string; name: string; has_address: boolean };
export type SavedReports = { reports: SavedReport[]; readers: ReportReader[]; mail_set_up: boolean; zone: string };

/** What became of a mail for one of its readers; `answer`: what the mail server said. */
export type MailReader = { user: string; state: 'sent' | 'waiting' | 'refused' | 'letter_refused' | 'given_up' | 'bad_address'; code: number | null; answer: string | null };

export type ReportMail = {
  due: string;
  state: 'waiting' | 'sent' | 'dead';
  tries: number;
  next_at: string | null;
  fault: string | null;
  code: number | null;
  doubtful: boolean;
  ended_at: string | null;
  sent_to: number;
  readers: MailReader[];
};

/** What is kept of a report. */
export type ReportContent = Pick<SavedReport, 'name' | 'shared' | 'report' | 'query' | 'schedule'>;
