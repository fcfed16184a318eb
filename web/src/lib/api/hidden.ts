import { language } from '../i18n/language.svelte';

/** Why nothing is said of a record but that there is one: the CRM does not show it to this user, or has not answered yet. */
export type WhyHidden = 'not_shared' | 'asking';
export type MaybeHidden = { hidden?: WhyHidden };

type Fields = Record<string, unknown>;

/**
 * Gives each record of an answer that is hidden the words that stand for its name, in the language that is shown when they
 * are read.
 */
export function wordHidden<T>(answer: T): T {
  if (typeof answer !== 'object' || answer === null) return answer;
  for (const value of Object.values(answer)) wordHidden(value);
  const record = answer as Fields & MaybeHidden;
  const why = record.hidden;
  if (why !== 'not_shared' && why !== 'asking') return answer;
  const kind = record['kind'];
  const person = kind === 'contact' || kind === 'lead' || kind === 'account' || kind === 'person_account' ? kind : null;
  const words = (): string => language.t.record.hidden[why](person === null ? language.t.cases.one : language.t.kinds[person]);
  Object.defineProperty(record, person === null ? 'subject' : 'name', { get: words, enumerable: true, configurable: true });
  return answer;
}
