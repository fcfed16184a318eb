import type { AfterSubmit, CreatingType, Label, OnExpiry, PersonKind, PhoneField, RingGroupSetting } from '../../lib/api/contract';
import type { WhoListens } from '../../lib/api/floor';
import { language } from '../../lib/i18n/language.svelte';
import type { RecordForm } from '../records/form.svelte';
import { lines, type CentreField, type CentreValues, type CreateValues, type GroupValues, type ReasonValues } from './values';

/** How many entries of a list are named before the rest is counted. */
const NAMED = 6;
const CREATE = 'auto_create.';

/** How users are called by their id. */
export type UserName = (id: string) => string;

/** What a setting is called; one that has no name yet is shown as the server says it. */
export function settingName(field: string): string {
  const { centre, settings, floor, call } = language.t;
  const type = field.startsWith(CREATE) ? field.slice(CREATE.length) : '';
  if (type in call.types) return settings.create.name(call.types[type as CreatingType]);
  if (field === 'auto_create') return centre.sections.create;
  const names: Record<string, string> = { ...centre.names, ...settings.names, ...floor.settings.names, ...language.t.targets.names, ...language.t.service.names };
  return names[field] ?? field;
}

const numbers = (value: unknown): string[] => lines(String(value));
const reasons = (value: unknown): string[] => (value as Label[]).map(({ es, en }) => `${es} / ${en}`);
const notLogged = (value: unknown): string[] => (value as ReasonValues[]).map((one) => reasonText(one));
const groups = (value: unknown): string[] => (value as GroupValues[]).map(({ key, name, numbers: typed, agents, answer_within_s }) => groupText({ key, name, numbers: lines(typed), agents, answer_within_s: answer_within_s ? Number(answer_within_s) : null }));

/** A value in words, where two versions of a setting stand beside each other. */
export function settingText(form: RecordForm<CentreValues>, field: CentreField, value: unknown, userName: UserName): string {
  const words = language.t.centre;
  if (field === 'own_numbers') return listed(form, field, value, numbers);
  if (field === 'away_reasons') return listed(form, field, value, reasons);
  if (field === 'do_not_log_reasons') return listed(form, field, value, notLogged);
  if (field === 'ring_groups') return listed(form, field, value, groups);
  if (field === 'matching.kinds') return (value as PersonKind[]).map(kindText).join(', ') || language.t.settings.none;
  if (field === 'matching.fields') return (value as PhoneField[]).map(fieldText).join(', ') || language.t.settings.none;
  if (field.startsWith(CREATE)) return createText(value as CreateValues, userName);
  if (typeof value === 'boolean') return value ? words.on : words.off;
  if (value === null) return words.off;
  if (field === 'acw.on_expiry') return words.onExpiry[value as OnExpiry];
  if (field === 'acw.after_submit') return words.afterSubmit[value as AfterSubmit];
  if (field === 'listening.who') return language.t.floor.settings.who[value as WhoListens];
  return `${String(value)} ${unitOf(field)}`;
}

export const kindText = (kind: PersonKind): string => language.t.kinds[kind];
export const fieldText = (field: PhoneField): string => language.t.fields[field];

export function reasonText({ es, en, retired }: Label & { retired?: boolean }): string {
  const both = es === en ? es : `${es} / ${en}`;
  return retired ? language.t.settings.reason.retiredMark(both) : both;
}

export function groupText({ key, name, numbers: own, agents, answer_within_s = null }: RingGroupSetting): string {
  const words = language.t.settings.group;
  const parts = [...(key === name ? [] : [words.keyIs(key)]), ...(own.length > 0 ? [own.join(', ')] : []), ...(agents.length > 0 ? [`${words.agents} ${agents.join(', ')}`] : []), ...(answer_within_s === null ? [] : [language.t.service.groupWithin(answer_within_s)])];
  return parts.length > 0 ? `${name} (${parts.join('; ')})` : name;
}

/** “A Contact; Name: Caller {number}; Owner: Marta Vidal”. */
export function createText({ make, name, company, email, owner }: Omit<CreateValues, 'name' | 'company' | 'email'> & Record<'name' | 'company' | 'email', string | null>, userName: UserName): string {
  const { settings, centre } = language.t;
  const words = settings.create;
  if (make === 'none') return centre.create.none;
  const whose = owner.is === 'nobody' ? '' : owner.is === 'agent' ? words.owners.agent : userName(owner.user);
  const parts = [[words.record, name], [words.company, company], [words.email, email], [words.owner, whose]].filter(([, value]) => value);
  return words.said(centre.create[make], parts.map(([what, value]) => words.part(what ?? '', value ?? '')).join('; '));
}

/** What a number of a setting is a number of. */
export function unitOf(field: string): string {
  const words = language.t.centre;
  if (field === 'acw.max_extensions') return words.times;
  if (field === 'inbox.most') return words.wrapups;
  if (field.endsWith('_percent')) return language.t.targets.percent;
  if (field.endsWith('_days')) return language.t.service.days;
  return field === 'corrections.agent_hours' ? words.hours : words.seconds;
}

/** Of a long list what the other version has not is what matters. */
function listed(form: RecordForm<CentreValues>, field: CentreField, value: unknown, parts: (value: unknown) => string[]): string {
  const difference = form.differences.find((one) => one.field === field);
  const other = difference && parts(value === difference.theirs ? difference.mine : difference.theirs);
  const all = parts(value);
  const only = other ? all.filter((one) => !other.includes(one)) : [];
  const rest = only.length - NAMED;
  const named = [...only.slice(0, NAMED), ...(rest > 0 ? [language.t.centre.andMore(rest)] : [])].join(', ');
  return language.t.centre.listed(all.length, named);
}
