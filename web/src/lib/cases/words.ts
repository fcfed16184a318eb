import type { CaseLine } from '../api/contract';

/** Digits of a Case number, as a CRM writes it: 00001042. */
const DIGITS = 8;

export function caseNumber(number: number): string {
  return String(number).padStart(DIGITS, '0');
}

/** How a Case is called wherever one line is for it: its number and what it is about. */
export function caseName(one: Pick<CaseLine, 'number' | 'subject'>): string {
  return `${caseNumber(one.number)} · ${one.subject}`;
}
