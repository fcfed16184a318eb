import type { CallFacts, Match } from '../lib/api/contract';
import { language } from '../lib/i18n/language.svelte';
import { onlyPerson } from './party';

/** The shortest true name of the other party: the one record, else the number, else why there is none. */
export function headline(call: CallFacts, match: Match): string {
  return onlyPerson(match)?.name ?? call.number_display ?? call.number ?? language.t.call.numberKinds[call.number_kind];
}
