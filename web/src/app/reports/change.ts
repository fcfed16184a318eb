import { durationMs } from '../../lib/i18n/format';
import { language } from '../../lib/i18n/language.svelte';

/** Calls, a share of one, or milliseconds. */
export type Unit = 'count' | 'share' | 'time';

const MINUS = '−';

/** A difference with its sign: “+12”, “−1.5 points”, “+0:08”. */
export function signed(difference: number, unit: Unit): string {
  const number = (value: number, digits: number): string => new Intl.NumberFormat(language.locale, { signDisplay: 'exceptZero', maximumFractionDigits: digits }).format(value).replace('-', MINUS);
  if (unit === 'count') return number(difference, 0);
  if (unit === 'share') return language.t.charts.points(number(difference * 100, 1));
  const shown = durationMs(Math.abs(difference));
  if (shown === durationMs(0)) return shown;
  return `${difference > 0 ? '+' : MINUS}${shown}`;
}

/** How much more or less it is as a share of what it was: “+8%”; null where there was nothing. */
export function grown(now: number, before: number): string | null {
  if (before === 0) return null;
  const style = new Intl.NumberFormat(language.locale, { style: 'percent', signDisplay: 'exceptZero', maximumFractionDigits: 0 });
  return style.format(now / before - 1).replace('-', MINUS);
}
