import { duration } from '../../lib/i18n/format';
import { language } from '../../lib/i18n/language.svelte';
import type { RecordForm } from '../records/form.svelte';
import { isNumberField, wholeNumber } from './faults';
import type { CentreField, CentreValues } from './values';
import { settingName } from './words';

/** What stands beside the control of a setting: its name, what it does, and whether it is changed. */
export function rowOf(form: RecordForm<CentreValues>, field: CentreField): { title: string; text: string; changed: boolean } {
  const texts: Partial<Record<CentreField, string>> = { ...language.t.centre.texts, ...language.t.settings.texts, ...language.t.floor.settings.texts, ...language.t.targets.texts, ...language.t.service.texts };
  return { title: settingName(field), text: texts[field] ?? '', changed: form.changed(field) };
}

/** Seconds of a minute and more, the way that timers show them. */
export function clockOf(values: CentreValues, field: CentreField): string | null {
  const typed = values[field];
  const seconds = isNumberField(field) && typeof typed === 'string' ? wholeNumber(field, typed) : null;
  return seconds !== null && seconds >= 60 ? `= ${duration(seconds)}` : null;
}
