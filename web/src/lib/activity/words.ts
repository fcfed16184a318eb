import type { ActivityLine, CallType, Direction, Outcome } from '../api/contract';
import { language } from '../i18n/language.svelte';

/** The type in words. A call has none while it lives, nor for a moment after it ended: its direction is known. */
export function typeName(line: Pick<ActivityLine, 'type' | 'outcome' | 'direction'>): string {
  if (line.type) return language.t.call.types[line.type];
  return line.outcome === 'open' ? language.t.call.live : language.t.call[line.direction];
}

export function directionName(direction: Direction): string {
  return language.t.call[direction];
}

export function outcomeName(outcome: Outcome): string {
  return language.t.activity.outcome[outcome];
}

/** Words for a code of the server, or the code itself: a newer server may know more. */
export function worded(words: Record<string, string>, code: string): string {
  return words[code] ?? code;
}

const UNANSWERED: readonly CallType[] = ['missed', 'abandoned', 'short_abandoned', 'outbound_missed'];

export function isUnanswered(type: CallType | null): boolean {
  return type !== null && UNANSWERED.includes(type);
}

/** With whom, in one word for a list: the record, the number, or that there is none. */
export function withWhom(line: ActivityLine): string {
  return line.party?.name ?? line.number_display ?? language.t.call.numberKinds.withheld;
}
