import { SvelteMap } from 'svelte/reactivity';
import type { AutoCreateRule, CasePriority, CaseStatus, FieldChange, Label, PersonKind, PersonLine, PhoneField, RingGroupSetting } from '../../lib/api/contract';
import type { CrmPhoneChoice } from '../../lib/api/crm';
import type { MessageHow, MessageState } from '../../lib/api/messages';
import type { ReportKind } from '../../lib/api/saved-reports';
import { language } from '../../lib/i18n/language.svelte';
import { filterName, filterValue, type Known } from '../activities/filter-words';
import { FILTERS, FROM, hasRange, spanOf, UNTIL, valuesOf, WHEN, type Filter } from '../activities/filters';
import { hourName, kindName, PATHS } from '../reports/saved';
import { createText, fieldText, groupText, kindText, reasonText, settingName, unitOf } from '../centre/words';

/** One field as a reader sees it: from what to what, or of a list what came and what went. */
export type ChangeLine =
  | { label: string; before: string | null; after: string | null }
  | { label: string; added: string[]; removed: string[] };

/** How the records, users and ring groups are called that an entry names by their id or key. */
export type NamesOf = { person: (id: string) => PersonLine | undefined; user: (id: string) => string | null; group: (key: string) => string };

/** The changed fields of one entry in words; what has no words yet is shown as the server says it. */
export function changeLines(kind: string, fields: FieldChange[], names: NamesOf): ChangeLine[] {
  return fields.flatMap((change) => (kind === 'centre' ? ofCentre(change, names) : [ofRecord(kind, change, names)]));
}

/** Settings come as JSON, a group of them as one object: it is taken apart into what differs. */
function ofCentre({ field, before, after }: FieldChange, of: NamesOf): ChangeLine[] {
  const old = parsed(before);
  const now = parsed(after);
  if (isGroup(old) && isGroup(now)) {
    const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]));
    return names.map((name) => setting(`${field}.${name}`, old[name], now[name], of));
  }
  return [setting(field, old, now, of)];
}

function setting(field: string, before: unknown, after: unknown, of: NamesOf): ChangeLine {
  const label = settingName(field);
  if (Array.isArray(before) && Array.isArray(after)) {
    const [old, now] = [before.map((one) => entry(field, one)), after.map((one) => entry(field, one))];
    const added = now.filter((one) => !old.includes(one));
    const removed = old.filter((one) => !now.includes(one));
    if (added.length + removed.length > 0) return { label, added, removed };
    return { label, before: old.join(', '), after: now.join(', ') };
  }
  return { label, before: settingValue(field, before, of), after: settingValue(field, after, of) };
}

/** One of a list. */
function entry(field: string, one: unknown): string {
  if (field === 'matching.kinds') return kindText(one as PersonKind) ?? String(one);
  if (field === 'matching.fields') return fieldText(one as PhoneField) ?? String(one);
  if (!isGroup(one)) return String(one);
  if (field === 'crm_phones') return crmPhoneText(one as CrmPhoneChoice);
  if (field === 'ring_groups') return groupText(one as RingGroupSetting);
  if (field === 'do_not_log_reasons') return reasonText(one as Label & { retired: boolean });
  return 'es' in one ? language.label(one as Label) : JSON.stringify(one);
}

const crmPhoneText = ({ object, field, as }: CrmPhoneChoice): string => `${object}.${field} (${fieldText(as)})`;

function settingValue(field: string, value: unknown, of: NamesOf): string | null {
  const words = language.t.centre;
  if (value === null || value === undefined) return words.off;
  if (typeof value === 'boolean') return value ? words.on : words.off;
  if (field.startsWith('auto_create.') && isGroup(value)) return createText(value as AutoCreateRule, (id) => of.user(id) ?? language.t.changes.nameless);
  if (typeof value === 'number') return `${value} ${unitOf(field)}`;
  const choices: Record<string, Record<string, string>> = { auto_create: words.create, 'acw.on_expiry': words.onExpiry, 'acw.after_submit': words.afterSubmit, 'listening.who': language.t.floor.settings.who };
  return choices[field]?.[String(value)] ?? String(value);
}

function ofRecord(kind: string, { field, before, after }: FieldChange, of: NamesOf): ChangeLine {
  const word = (value: string | null): string | null => (value === null || value === '' ? null : recordValue(kind, field, value, of));
  return { label: recordField(kind, field), before: word(before), after: word(after) };
}

function recordField(kind: string, field: string): string {
  const { people, record, cases, changes, users, codes, sets, settings, views, webhooks, imports, savedReports } = language.t;
  const known: Record<string, Record<string, string>> = {
    person: { name: people.name, company: people.company, account: record.account, email: people.email, phones: people.phones, owner: settings.owner },
    case: { subject: cases.subject, description: cases.description, status: cases.status, priority: cases.priority, contact: record.contact, account: record.account },
    user: { login: users.login, name: users.name, role: users.role, agent: users.agent },
    set: { name: sets.name, direction: sets.direction, ring_groups: sets.groups, retired: codes.retired },
    endpoint: { name: webhooks.name, url: webhooks.url, types: webhooks.types, with_notes: webhooks.withNotes, on: webhooks.on },
    import: { file: changes.importFields.file, source: changes.importFields.source, failure: changes.importFields.failure, ...imports.tally },
    view: { name: views.name, filters: changes.filters, columns: views.columns },
    report: { name: savedReports.name, report: savedReports.report, query: changes.query, mailed: savedReports.when, recipients: savedReports.recipients, language: savedReports.language, form: savedReports.form },
    code: { favourite: codes.favourite, requires_notes: codes.requiresNotes, retired: codes.retired, 'label.es': codes.labelEs, 'label.en': codes.labelEn },
  };
  return known[kind]?.[field] ?? changes.fields[field] ?? field;
}

function recordValue(kind: string, field: string, value: string, of: NamesOf): string {
  const { cases, centre, changes, floor, imports, messages, roles, sets, webhooks } = language.t;
  if (field === 'account' || field === 'contact' || field === 'party') return of.person(value)?.name ?? changes.someRecord;
  if (kind === 'view' || kind === 'report') return ofShared(field, value, of);
  if (kind === 'import' && field === 'failure' && value in imports.failures) return imports.failures[value as keyof typeof imports.failures];
  if (kind === 'message' && field === 'state' && value in messages.stateOne) return messages.stateOne[value as MessageState];
  if (kind === 'message' && field === 'how' && value in messages.hows) return messages.hows[value as MessageHow];
  if (kind === 'message' && field === 'user') return of.user(value) ?? changes.nameless;
  if (kind === 'person' && field === 'owner') return of.user(value) ?? changes.nameless;
  if (kind === 'endpoint' && field === 'state' && value in webhooks.state) return webhooks.state[value as keyof typeof webhooks.state];
  if (kind === 'endpoint' && field === 'types') return value.split(', ').map((one) => webhooks.kinds[one as keyof typeof webhooks.kinds] ?? one).join(', ');
  if (kind === 'set' && field === 'ring_groups') return value.split(', ').map(of.group).join(', ');
  if (kind === 'set' && field === 'direction' && value in sets.directions) return sets.directions[value as keyof typeof sets.directions];
  if (kind === 'case' && field === 'status') return cases.statuses[value as CaseStatus] ?? value;
  if (kind === 'case' && field === 'priority') return cases.priorities[value as CasePriority] ?? value;
  if (kind === 'activity' && field === 'how' && value in floor.hows) return floor.hows[value as keyof typeof floor.hows];
  if (field === 'role' && value in roles) return roles[value as keyof typeof roles];
  if (value === 'true') return centre.on;
  return value === 'false' ? centre.off : value;
}

/** What of views and saved reports is shared: filters as the address says them, columns, readers and when it is mailed. */
function ofShared(field: string, value: string, of: NamesOf): string {
  const { changes, savedReports, exports, views } = language.t;
  const each = (word: (one: string) => string): string => value.split(', ').map(word).join(', ');
  if (field === 'columns') return each((one) => views.names[one as keyof typeof views.names] ?? one);
  if (field === 'recipients') return each((one) => of.user(one) ?? changes.nameless);
  if (field === 'filters' || field === 'query') return askedText(new URLSearchParams(value), of);
  if (field === 'report' && value in PATHS) return kindName(value as ReportKind);
  if (field === 'language' && value in savedReports.languages) return savedReports.languages[value as keyof typeof savedReports.languages];
  if (field === 'form' && (value === 'csv' || value === 'parquet')) return exports[value];
  return field === 'mailed' ? mailedText(value) : value;
}

/** Days are the same days in any zone, and moments are said where the reader is. */
const ANY_ZONE = 'UTC';

/** What an address asks for in the words of the list; what stands there by an id of which nothing is known here is said as what it is. */
function askedText(query: URLSearchParams, of: NamesOf): string {
  const { activities, changes } = language.t;
  const isFilter = (name: string): name is Filter => FILTERS.some((one) => one === name);
  const line = (name: string, text: string): string => `${isFilter(name) || name === WHEN ? filterName(name) : name}: ${text}`;
  const lines = [...query].map(([name, one]) => {
    if (name === 'code') return line(name, changes.someCodes(valuesOf(query, name).length));
    if (name === 'reason') return line(name, changes.someReasons(valuesOf(query, name).length));
    const isRange = hasRange(query) && (name === FROM || name === UNTIL);
    if (isRange) return `${activities.when}: ${filterValue(WHEN, query, ANY_ZONE, known(one, of))}`;
    return line(name, isFilter(name) || (name === WHEN && spanOf(query)) ? filterValue(name as Filter, query, ANY_ZONE, known(one, of)) : one);
  });
  return [...new Set(lines)].join(' · ');
}

const known = (id: string, of: NamesOf): Known => ({
  choices: { codes: [], reasons: [], agents: new SvelteMap() },
  groupName: of.group,
  agentName: () => undefined,
  person: of.person(id) ?? null,
  case: null,
});

/** How often, on which day and at which hour, as the server says it: `day 8`, `week 0 8`, `month 31 8`. */
function mailedText(value: string): string {
  const { savedReports, callTimes } = language.t;
  const [every, ...rest] = value.split(' ');
  const numbers = rest.map(Number);
  const hour = hourName(numbers.at(-1) ?? 0);
  if (every === 'day') return savedReports.daily(hour);
  return every === 'week' ? savedReports.weekly(callTimes.weekdays[numbers[0] ?? 0] ?? '', hour) : savedReports.monthly(numbers[0] ?? 1, hour);
}

/** The records that the fields name by their id only. */
export function peopleIn(fields: FieldChange[]): string[] {
  const named = fields.filter(({ field }) => field === 'account' || field === 'contact' || field === 'party');
  return named.flatMap(({ before, after }) => [before, after]).filter((id): id is string => id !== null && id !== '');
}

function parsed(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
