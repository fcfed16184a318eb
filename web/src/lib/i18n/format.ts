import { language } from './language.svelte';

/** `1:05`, `12:30`, `1:02:07`: the way a phone shows how long a call has lasted. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

export function durationMs(ms: number | null): string {
  return ms === null ? language.t.common.none : duration(ms / 1000);
}

const formats = new Map<string, Intl.DateTimeFormat>();
const numbers = new Map<string, Intl.NumberFormat>();
function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language.locale} ${name}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(language.locale, options);
  formats.set(key, known);
  return known;
}

export function dateTime(time: string | null): string {
  if (time === null) return language.t.common.none;
  return format('dateTime', { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(time));
}

/** A day that was written as the API does, in words: “12 Mar 2026”. */
export function dayName(day: string): string {
  return format('longDay', { dateStyle: 'medium', timeZone: 'UTC' }).format(Date.parse(`${day}T00:00:00Z`));
}

/** The same for the foot of a chart: “12 Mar”. */
export function dayShort(day: string): string {
  return format('shortDay', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(Date.parse(`${day}T00:00:00Z`));
}

/** “1,204”, the way the reader's language writes it. */
export function figure(n: number): string {
  const known = numbers.get(language.locale) ?? new Intl.NumberFormat(language.locale);
  numbers.set(language.locale, known);
  return known.format(n);
}

/** “12%”, of a share of one. */
export function percent(share: number): string {
  return new Intl.NumberFormat(language.locale, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

/** The time of day to the second. */
export function clockTime(time: number): string {
  return format('clock', { timeStyle: 'medium' }).format(time);
}

/** Short form for lists: the time alone for today, the day and the time before. */
export function whenShort(time: string, now: number): string {
  const then = new Date(time);
  const sameDay = then.toDateString() === new Date(now).toDateString();
  if (sameDay) return format('time', { timeStyle: 'short' }).format(then);
  const sameYear = then.getFullYear() === new Date(now).getFullYear();
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' };
  if (!sameYear) options.year = 'numeric';
  return format(sameYear ? 'day' : 'dayAndYear', options).format(then);
}

const STEPS: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** “5 minutes ago”, “yesterday”: how long it is since a time of the server. */
export function ago(time: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(time)) / 1000));
  const [unit, length] = STEPS.find(([, size]) => seconds >= size) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(language.locale, { numeric: 'auto' }).format(-Math.floor(seconds / length), unit);
}

/** Without accents and case, so that “resolucion” finds “Resolución”. */
export function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLocaleLowerCase(language.code);
}

/** A share of which nothing is rounded up: only all of it is 100 %. */
export function percentDown(share: number): string {
  const digits = share === 1 ? 0 : 1;
  return new Intl.NumberFormat(language.locale, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(Math.floor(share * 1000) / 1000);
}
