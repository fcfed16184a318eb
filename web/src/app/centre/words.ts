import type { AfterSubmit, AutoCreate, Label, OnExpiry } from '../../lib/api/contract';
import { language } from '../../lib/i18n/language.svelte';
import type { RecordForm } from '../records/form.svelte';
import { lines, type CentreField, type CentreValues } from './values';

/** How many entries of a list are named before the rest is counted. */
const NAMED = 6;

const numbers = (value: unknown): string[] => lines(String(value));
const reasons = (value: unknown): string[] => (value as Label[]).map(({ es, en }) => `${es} / ${en}`);

/** A value in words, where two versions of a setting stand beside each other. */
export function settingText(form: RecordForm<CentreValues>, field: CentreField, value: unknown): string {
  const words = language.t.centre;
  if (field === 'own_numbers') return listed(form, field, value, numbers);
  if (field === 'away_reasons') return listed(form, field, value, reasons);
  if (typeof value === 'boolean') return value ? words.on : words.off;
  if (value === null) return words.off;
  if (field === 'auto_create') return words.create[value as AutoCreate];
  if (field === 'acw.on_expiry') return words.onExpiry[value as OnExpiry];
  if (field === 'acw.after_submit') return words.afterSubmit[value as AfterSubmit];
  return `${String(value)} ${unitOf(field)}`;
}

/** What a number of a setting is a number of. */
export function unitOf(field: string): string {
  const words = language.t.centre;
  if (field === 'acw.max_extensions') return words.times;
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
