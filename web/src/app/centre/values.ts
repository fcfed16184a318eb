import type { AfterSubmit, AutoCreate, Centre, Label, OnExpiry } from '../../lib/api/contract';
import { language } from '../../lib/i18n/language.svelte';
import { AWAY_REASON_MAX, CENTRE_SECONDS_MAX, CORRECTION_HOURS_MAX, EXTENSIONS_MAX, OWN_NUMBERS_MAX } from '../../lib/limits';

/** The settings as they are typed, under the names that the server gives a field it refuses. */
export type CentreValues = {
  /** One a line. */
  own_numbers: string;
  auto_create: AutoCreate;
  /** null: off */
  short_abandon_s: string | null;
  wrapup_unreached: boolean;
  'acw.seconds': string | null;
  'acw.extension_s': string;
  'acw.max_extensions': string;
  'acw.on_expiry': OnExpiry;
  'acw.after_submit': AfterSubmit;
  'acw.dial_during': boolean;
  away_reasons: Label[];
  pop_single_match: boolean;
  codes_enabled: boolean;
  /** null: they may not */
  'corrections.agent_hours': string | null;
};
export type CentreField = keyof CentreValues;

/** The smallest and the largest number that makes sense in a field. */
const RANGES = {
  short_abandon_s: [1, CENTRE_SECONDS_MAX],
  'acw.seconds': [1, CENTRE_SECONDS_MAX],
  'acw.extension_s': [1, CENTRE_SECONDS_MAX],
  'acw.max_extensions': [0, EXTENSIONS_MAX],
  'corrections.agent_hours': [1, CORRECTION_HOURS_MAX],
} as const;

const text = (value: number | null): string | null => (value === null ? null : String(value));
const number = (value: string | null): number | null => (value === null ? null : Number(value.trim()));

export function valuesOf(centre: Centre): CentreValues {
  const { acw } = centre;
  return {
    own_numbers: centre.own_numbers.join('\n'),
    auto_create: centre.auto_create,
    short_abandon_s: text(centre.short_abandon_s),
    wrapup_unreached: centre.wrapup_unreached,
    'acw.seconds': text(acw.seconds),
    'acw.extension_s': String(acw.extension_s),
    'acw.max_extensions': String(acw.max_extensions),
    'acw.on_expiry': acw.on_expiry,
    'acw.after_submit': acw.after_submit,
    'acw.dial_during': acw.dial_during,
    away_reasons: centre.away_reasons.map(({ es, en }) => ({ es, en })),
    pop_single_match: centre.pop_single_match,
    codes_enabled: centre.codes_enabled,
    'corrections.agent_hours': text(centre.corrections.agent_hours),
  };
}

/** The whole of it, as the API wants it; `read` holds whatever a newer server has that this page does not know. */
export function asSent(values: CentreValues, version: number, read: Centre): Centre {
  return {
    ...read,
    version,
    own_numbers: lines(values.own_numbers),
    auto_create: values.auto_create,
    short_abandon_s: number(values.short_abandon_s),
    wrapup_unreached: values.wrapup_unreached,
    acw: {
      ...read.acw,
      seconds: number(values['acw.seconds']),
      extension_s: Number(values['acw.extension_s']),
      max_extensions: Number(values['acw.max_extensions']),
      on_expiry: values['acw.on_expiry'],
      after_submit: values['acw.after_submit'],
      dial_during: values['acw.dial_during'],
    },
    away_reasons: values.away_reasons.map(({ es, en }) => ({ es: es.trim(), en: en.trim() })),
    pop_single_match: values.pop_single_match,
    codes_enabled: values.codes_enabled,
    corrections: { ...read.corrections, agent_hours: number(values['corrections.agent_hours']) },
  };
}

/** The lines that say something, each once. */
export function lines(typed: string): string[] {
  return [...new Set(typed.split('\n').map((line) => line.trim()).filter(Boolean))];
}

/** A whole number within what a field takes, or null. */
export function wholeNumber(field: keyof typeof RANGES, typed: string): number | null {
  const [least, most] = RANGES[field];
  const value = /^\s*\d{1,9}\s*$/.test(typed) ? Number(typed) : NaN;
  return value >= least && value <= most ? value : null;
}

/** What is wrong with a number: the server says no more than that it is too large. */
export function numberFault(field: keyof typeof RANGES): string {
  const [least, most] = RANGES[field];
  return language.t.centre.faults.wholeNumber(least, new Intl.NumberFormat(language.locale).format(most));
}

export const isNumberField = (field: string): field is keyof typeof RANGES => field in RANGES;

export const reasonPlace = (index: number, code: keyof Label): string => `away_reasons.${index}.${code}`;

/** What can be said before it is sent, by the field; in order of the page. */
export function faults(values: CentreValues): Record<string, string> {
  const found: Record<string, string> = {};
  const words = language.t.centre.faults;
  const bad = values.own_numbers.split('\n').findIndex((line) => line.trim() !== '' && !/\d/.test(line));
  if (bad >= 0) found['own_numbers'] = words.noDigits(bad + 1, values.own_numbers.split('\n')[bad]?.trim() ?? '');
  if (lines(values.own_numbers).length > OWN_NUMBERS_MAX) found['own_numbers'] = words.tooManyNumbers(OWN_NUMBERS_MAX);
  for (const field of Object.keys(RANGES) as (keyof typeof RANGES)[]) {
    const typed = values[field];
    if (typed !== null && wholeNumber(field, typed) === null) found[field] = numberFault(field);
  }
  values.away_reasons.forEach((reason, index) => {
    for (const code of ['es', 'en'] as const) {
      if (reason[code].trim() === '') found[reasonPlace(index, code)] = words.reasonEmpty;
      else if (reason[code].trim().length > AWAY_REASON_MAX) found[reasonPlace(index, code)] = language.t.errors.invalid.too_long;
    }
  });
  return found;
}
