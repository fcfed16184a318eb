import type { SuggestedFor } from '../lib/api/suggestions';
import { language } from '../lib/i18n/language.svelte';

/** A reason as words of a table; one that a newer server gives and this page does not know is left out. */
function ofFact(reason: SuggestedFor): string | undefined {
  const t = language.t.suggestions;
  const { value } = reason;
  if (value === null) return reason.reason === 'usual' ? t.usual : undefined;
  const tables: Record<string, Record<string, string>> = { kind: t.kinds, talk: t.talk, hours: t.hours, direction: t.direction };
  if (reason.reason === 'ring_group') return t.ringGroup(value);
  if (reason.reason === 'from_case') return value === 'true' ? t.fromCase.yes : t.fromCase.no;
  return tables[reason.reason]?.[value];
}

/** Why a code is suggested, in a line: the words of the notes first. */
export function why(reasons: SuggestedFor[]): string {
  const t = language.t.suggestions;
  const words = reasons.flatMap(({ reason, value }) => (reason === 'word' && value !== null ? [t.quoted(value)] : []));
  const facts = reasons.filter(({ reason }) => reason !== 'word').map(ofFact);
  return t.because([...(words.length > 0 ? [t.words(words)] : []), ...facts.filter((fact) => fact !== undefined)]);
}
