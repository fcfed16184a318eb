import type { Label } from '../../lib/api/contract';
import type { ApiError } from '../../lib/api/errors';
import { errorText } from '../../lib/i18n/errors';
import { language } from '../../lib/i18n/language.svelte';
import {
  AWAY_REASON_MAX,
  CENTRE_SECONDS_MAX,
  WAITING_MAX,
  CORRECTION_HOURS_MAX,
  EXTENSIONS_MAX,
  OWN_NUMBERS_MAX,
  PERCENT_MAX,
  REPEAT_DAYS_MAX,
} from '../../lib/limits';
import { CREATING, createField, lines, type CentreValues, type GroupValues } from './values';

/** What is wrong, by the place on the page where it is said. */
export type Faults = Record<string, string>;

/** The smallest and the largest number that makes sense in a field. */
const RANGES = {
  short_abandon_s: [1, CENTRE_SECONDS_MAX],
  'acw.seconds': [1, CENTRE_SECONDS_MAX],
  'acw.extension_s': [1, CENTRE_SECONDS_MAX],
  'acw.max_extensions': [0, EXTENSIONS_MAX],
  'acw.longest_s': [1, CENTRE_SECONDS_MAX],
  'inbox.most': [1, WAITING_MAX],
  'inbox.oldest_s': [1, CENTRE_SECONDS_MAX],
  'inbox.remind_s': [1, CENTRE_SECONDS_MAX],
  'corrections.agent_hours': [1, CORRECTION_HOURS_MAX],
  'alerts.acw_s': [1, CENTRE_SECONDS_MAX],
  'alerts.wait_s': [1, CENTRE_SECONDS_MAX],
  'targets.undispositioned_percent': [0, PERCENT_MAX],
  'targets.lost_percent': [0, PERCENT_MAX],
  'targets.acw_p90_s': [1, CENTRE_SECONDS_MAX],
  'service.answer_within_s': [1, CENTRE_SECONDS_MAX],
  'service.repeat_days': [1, REPEAT_DAYS_MAX],
} as const;

/** A whole number within what a field takes, or null. */
export function wholeNumber(field: keyof typeof RANGES, typed: string): number | null {
  const [least, most] = RANGES[field];
  const value = /^\s*\d{1,9}\s*$/.test(typed) ? Number(typed) : NaN;
  return value >= least && value <= most ? value : null;
}

/** What is wrong with a number: the server says no more than that it is too large. */
function numberFault(field: keyof typeof RANGES): string {
  const [least, most] = RANGES[field];
  return language.t.centre.faults.wholeNumber(least, new Intl.NumberFormat(language.locale).format(most));
}

export const isNumberField = (field: string): field is keyof typeof RANGES => field in RANGES;

export const reasonPlace = (list: 'away_reasons' | 'do_not_log_reasons', index: number, code: keyof Label): string => `${list}.${index}.${code}`;
export const groupPlace = (index: number, field: keyof GroupValues): string => `ring_groups.${index}.${field}`;

/** What can be said before it is sent. */
export function faults(values: CentreValues): Faults {
  return { ...ofNumbers(values), ...ofMatching(values), ...ofReasons(values, 'away_reasons'), ...ofReasons(values, 'do_not_log_reasons'), ...ofGroups(values.ring_groups) };
}

function noDigits(typed: string): string | null {
  const all = typed.split('\n');
  const bad = all.findIndex((line) => line.trim() !== '' && !/\d/.test(line));
  return bad >= 0 ? language.t.centre.faults.noDigits(bad + 1, all[bad]?.trim() ?? '') : null;
}

function ofNumbers(values: CentreValues): Faults {
  const found: Faults = {};
  const bad = noDigits(values.own_numbers);
  if (bad) found['own_numbers'] = bad;
  if (lines(values.own_numbers).length > OWN_NUMBERS_MAX) found['own_numbers'] = language.t.centre.faults.tooManyNumbers(OWN_NUMBERS_MAX);
  for (const field of Object.keys(RANGES) as (keyof typeof RANGES)[]) {
    const typed = values[field];
    if (typed !== null && wholeNumber(field, typed) === null) found[field] = numberFault(field);
  }
  return found;
}

/** What is made and never found again would be made by each call anew. */
function ofMatching(values: CentreValues): Faults {
  const found: Faults = {};
  const words = language.t.settings.faults;
  const { 'matching.kinds': kinds, 'matching.fields': fields } = values;
  if (kinds.length === 0) found['matching.kinds'] = words.noKind;
  if (fields.length === 0) found['matching.fields'] = words.noField;
  for (const type of CREATING) {
    const { make } = values[createField(type)];
    if (make === 'none') continue;
    if (kinds.length > 0 && !kinds.includes(make)) found[`auto_create.${type}.make`] = words.kindNotMatched[make];
    if (fields.length > 0 && !fields.includes('phone')) found['matching.fields'] = words.phoneNeeded;
  }
  return found;
}

function ofReasons(values: CentreValues, list: 'away_reasons' | 'do_not_log_reasons'): Faults {
  const found: Faults = {};
  values[list].forEach((reason, index) => {
    for (const code of ['es', 'en'] as const) {
      const typed = reason[code].trim();
      if (typed === '') found[reasonPlace(list, index, code)] = language.t.centre.faults.reasonEmpty;
      else if ([...typed].length > AWAY_REASON_MAX) found[reasonPlace(list, index, code)] = language.t.errors.invalid.too_long;
    }
  });
  return found;
}

function ofGroups(groups: readonly GroupValues[]): Faults {
  const found: Faults = {};
  const { invalid } = language.t.errors;
  groups.forEach(({ key, name, numbers, answer_within_s }, index) => {
    if (key.trim() === '') found[groupPlace(index, 'key')] = invalid.empty;
    else if (groups.findIndex((one) => one.key.trim() === key.trim()) < index) found[groupPlace(index, 'key')] = language.t.settings.faults.keyTaken;
    if (name.trim() === '') found[groupPlace(index, 'name')] = invalid.empty;
    const bad = noDigits(numbers);
    if (bad) found[groupPlace(index, 'numbers')] = bad;
    if (answer_within_s?.trim() && wholeNumber('service.answer_within_s', answer_within_s) === null) found[groupPlace(index, 'answer_within_s')] = numberFault('service.answer_within_s');
  });
  return found;
}

/** What the server refused, at the place on the page that its path means; null where the page has no such place. */
export function refused(error: ApiError, values: CentreValues): Faults | null {
  const path = error.field ?? '';
  const [head = '', second = '', third = '', fourth = ''] = path.split('.');
  if (isNumberField(path)) return { [path]: numberFault(path) };
  if (head === 'own_numbers') return { own_numbers: ofLine(error, values.own_numbers, second) };
  if (head === 'matching') return { [second ? `matching.${second}` : 'matching.kinds']: errorText(error) };
  if (head === 'auto_create') return { [`auto_create.${second}.${third || 'make'}`]: errorText(error) };
  if (head === 'away_reasons' || head === 'do_not_log_reasons') return { [third === '' ? head : reasonPlace(head, Number(second), third === 'es' ? 'es' : 'en')]: errorText(error) };
  if (head !== 'ring_groups') return path in values ? { [path]: errorText(error) } : null;
  const group = values.ring_groups[Number(second)];
  if (!group || second === '') return { ring_groups: errorText(error) };
  if (third === 'numbers') return { [groupPlace(Number(second), 'numbers')]: ofLine(error, group.numbers, fourth) };
  if (third === 'agents') return { [groupPlace(Number(second), 'agents')]: fourth === '' ? errorText(error) : `“${group.agents[Number(fourth)] ?? ''}”: ${errorText(error)}` };
  return { [groupPlace(Number(second), third === 'key' || third === 'answer_within_s' ? third : 'name')]: errorText(error) };
}

/** Of many numbers in one field it must be said which it is. */
function ofLine(error: ApiError, typed: string, index: string): string {
  const line = index === '' ? undefined : lines(typed)[Number(index)];
  return line === undefined ? errorText(error) : language.t.settings.faults.ofNumber(line, errorText(error));
}
