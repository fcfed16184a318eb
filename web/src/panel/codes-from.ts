import { language } from '../lib/i18n/language.svelte';
import type { DeskItem } from './desk.svelte';

/** Why a call gets the codes it gets, in a sentence; null where there is nothing to say. `name` names a ring group. */
export function whyCodes({ call, codesFrom }: Pick<DeskItem, 'call' | 'codesFrom'>, name: (key: string) => string): string | null {
  const words = language.t.sets.from;
  if (codesFrom === null) return null;
  if (codesFrom === 'agent') return words.agent;
  if (codesFrom === 'direction') return call.direction === 'internal' ? null : words.direction[call.direction];
  return call.ring_group === null ? words.ring_group_number : words.ring_group(name(call.ring_group));
}
