import type { MailSchedule, ReportKind, SavedReport } from '../../lib/api/saved-reports';
import { language } from '../../lib/i18n/language.svelte';

/** Where each report is. */
export const PATHS: Record<ReportKind, string> = { codes: '/reports', calls: '/reports/calls', service: '/reports/service', agents: '/reports/agents' };
/** Longest name, as the server says. */
export const REPORT_NAME_MAX = 80;

export const kindOf = (path: string): ReportKind | null => (Object.keys(PATHS) as ReportKind[]).find((kind) => PATHS[kind] === path) ?? null;

export function kindName(kind: ReportKind): string {
  const { times, service } = language.t;
  return { codes: times.nav.codes, calls: times.nav.calls, service: service.title, agents: times.nav.agents }[kind];
}

/** Where a saved report is seen. */
export const addressOf = ({ report, query }: Pick<SavedReport, 'report' | 'query'>): string => `#${PATHS[report]}?${new URLSearchParams(query)}`;

export const hourName = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

export function scheduleText(schedule: MailSchedule | null): string {
  const { savedReports: words, callTimes } = language.t;
  if (!schedule) return words.never;
  const hour = hourName(schedule.hour);
  const when = { day: () => words.daily(hour), week: () => words.weekly(callTimes.weekdays[schedule.weekday ?? 0] ?? '', hour), month: () => words.monthly(schedule.day ?? 1, hour) }[schedule.every]();
  return `${when} · ${words.to(schedule.recipients.length)}`;
}

/** Why a mail went as it did, in words. */
export function mailReason(fault: string | null, code: number | null): string {
  const { savedReports: words } = language.t;
  return [fault ? (words.faults[fault] ?? fault) : '', code === null ? '' : words.answered(code)].filter(Boolean).join(' ');
}
