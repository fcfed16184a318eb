import type { DispositionSet } from '../../lib/api/contract';
import { language } from '../../lib/i18n/language.svelte';
import type { RingGroupNames } from '../../lib/ring-groups.svelte';

/** Which calls a set is for, in words; `sets` are all that there are. */
export function callsOf(set: DispositionSet, sets: readonly DispositionSet[], groups: RingGroupNames): string {
  const words = language.t.sets;
  if (set.ring_groups.length > 0) return words.of[set.direction](groups.list(set.ring_groups));
  const narrower = sets.some((one) => !one.retired && one.direction === set.direction && one.ring_groups.length > 0);
  return narrower ? words.others[set.direction] : words.all[set.direction];
}

/** In the order in which the panel offers their codes. */
export function byName(sets: readonly DispositionSet[]): DispositionSet[] {
  return sets.toSorted((a, b) => a.name.localeCompare(b.name, language.locale));
}
