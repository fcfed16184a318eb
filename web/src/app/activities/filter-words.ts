import type { CallType, CaseLine, Outcome, PersonLine } from '../../lib/api/contract';
import { outcomeName } from '../../lib/activity/words';
import { caseName } from '../../lib/cases/words';
import { isDay } from '../../lib/days';
import { dateTime, dayName, duration } from '../../lib/i18n/format';
import { language } from '../../lib/i18n/language.svelte';
import type { FilterChoices } from './choices.svelte';
import { FROM, LENGTHS, LOGGED, rangeDays, spanOf, UNTIL, valuesOf, WHEN, YES_NO, type Filter } from './filters';

/** What ids in an address stand for, as far as it is known. */
export type Named = { choices: FilterChoices; groupName: (key: string) => string; agentName: (key: string) => string | undefined; person: PersonLine | null; case: CaseLine | null };

/** As much of it as the words of a filter need. */
export type Known = Omit<Named, 'choices'> & { choices: Pick<FilterChoices, 'codes' | 'reasons' | 'agents'> };

export const TYPES: readonly CallType[] = ['inbound', 'outbound', 'outbound_missed', 'voicemail', 'abandoned', 'short_abandoned', 'missed'];
export const OUTCOMES: readonly Outcome[] = ['logged', 'not_logged', 'undispositioned', 'open', 'no_wrapup'];
export const DIRECTIONS = ['inbound', 'outbound'] as const;
export const ENDED_BY = ['customer', 'agent', 'system'] as const;
/** How an Activity stands in the CRM. */
export const CARRIED = ['sent', 'waiting', 'refused', 'deleted_there', 'never'] as const;
/** How it was settled whose a call is. */
export const SETTLED = ['one_match', 'chosen', 'clicked', 'created', 'late', 'corrected', 'nobody_matches'] as const;

export function filterName(name: Filter | typeof WHEN): string {
  const words = language.t.activities;
  return name === WHEN ? words.when : words.names[name];
}

/** The value of a filter that holds, in words. */
export function filterValue(name: Filter | typeof WHEN, query: URLSearchParams, zone: string, named: Known): string {
  const words = language.t.activities;
  if (name === WHEN) return periodText(query, zone);
  const value = query.get(name) ?? '';
  const each = (word: (one: string) => string): string => valuesOf(query, name as 'type').map(word).join(', ');
  if (YES_NO.includes(name)) return value === 'true' ? words.yes : value === 'false' ? words.no : value;
  switch (name) {
    case 'type':
      return each((one) => (TYPES.includes(one as CallType) ? language.t.call.types[one as CallType] : one));
    case 'outcome':
      return each((one) => (OUTCOMES.includes(one as Outcome) ? outcomeName(one as Outcome) : one));
    case 'direction':
      return each((one) => (one in words.directions ? words.directions[one as 'inbound'] : one));
    case 'code':
      return each((one) => {
        const code = named.choices.codes.find(({ id }) => id === one);
        return code ? language.label(code.label) : words.someCode;
      });
    case 'hung_up_by':
      return each((one) => (one in words.endedBy ? words.endedBy[one as 'agent'] : one));
    case 'crm':
      return each((one) => (one in words.carried ? words.carried[one as 'sent'] : one));
    case 'settled_by':
      return each((one) => (one in words.settledBy ? words.settledBy[one as 'late'] : one));
    case 'reason':
      return each((one) => {
        const reason = named.choices.reasons.find(({ id }) => id === one);
        return reason ? language.label(reason) : one;
      });
    case 'agent':
      return named.agentName(value) ?? named.choices.agents.get(value) ?? value;
    case 'ring_group':
      return named.groupName(value);
    case 'party':
      return named.person?.name ?? language.t.changes.someRecord;
    case 'case':
      return named.case ? caseName(named.case) : words.someCase;
    default:
      if (LOGGED.some((one) => one === name)) return isDay(value) ? dayName(value) : dateTime(value);
      return LENGTHS.some((one) => one === name) && /^\d+$/.test(value) ? duration(Number(value)) : value;
  }
}

/** Whole days are said as days, moments to the second. */
function periodText(query: URLSearchParams, zone: string): string {
  const words = language.t.activities;
  const span = spanOf(query);
  if (span) return words.spans[span];
  // An own range is the same at any time.
  const { from, until } = rangeDays(query, 0, zone);
  const say = (as: string, day: string): string => {
    const text = query.get(as);
    if (text === null || day === '') return text ?? '';
    return isDay(text) ? dayName(day) : dateTime(text);
  };
  const [first, last] = [say(FROM, from), say(UNTIL, until)];
  if (first && last) return first === last ? first : `${first} – ${last}`;
  return first ? words.since(first) : words.upTo(last);
}
