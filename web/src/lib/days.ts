/** Days of a time zone, written as the API and date fields write them: 2026-11-01. */

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  clocks.set(zone, known);
  return known;
}

/** The zone that this computer is set to. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

let centre: string | null = null;

/** The zone by which the centre's days begin, once the server has told it. */
export function setCentreZone(zone: string): void {
  centre = isZone(zone) ? zone : null;
}

/** The zone in which reports count days unless they name one: that of the centre, wherever this computer is. */
export function centreZone(): string {
  return centre ?? ownZone();
}

export function isZone(zone: string): boolean {
  try {
    return clockOf(zone) !== undefined;
  } catch {
    return false;
  }
}

/** A date that exists: the 30th of February does not. */
export function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(Date.parse(text)) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
}

function wallTime(time: number, zone: string): { day: string; asUtc: number } {
  const part = Object.fromEntries(clockOf(zone).formatToParts(time).map(({ type, value }) => [type, value]));
  const day = `${part['year']}-${part['month']}-${part['day']}`;
  return { day, asUtc: Date.parse(`${day}T${part['hour']}:${part['minute']}:${part['second']}Z`) };
}

export function dayOf(time: number, zone: string): string {
  return wallTime(time, zone).day;
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How many days from one to another, both included. */
export function daysBetween(from: string, until: string): number {
  return Math.round((Date.parse(until) - Date.parse(from)) / DAY_MS) + 1;
}

/** The moment at which a day begins there. */
export function dayStart(day: string, zone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const offset = (time: number): number => wallTime(time, zone).asUtc - Math.floor(time / 1000) * 1000;
  // The offset at the moment itself counts, which is only known once the first guess is there.
  const guess = midnight - offset(midnight);
  const settled = midnight - offset(guess);
  // Where the clock skips midnight, the day begins when it goes on.
  return dayOf(settled, zone) < day ? settled + HOUR_MS : settled;
}

/** The moment at which an hour of a day begins there; of one that comes twice, for the first time. 24 is the end of the day. */
export function hourStart(day: string, hour: number, zone: string): number {
  const wall = Date.parse(`${day}T00:00:00Z`) + hour * HOUR_MS;
  const offset = (time: number): number => wallTime(time, zone).asUtc - Math.floor(time / 1000) * 1000;
  const settled = wall - offset(wall - offset(wall));
  const earlier = settled - HOUR_MS;
  return wallTime(earlier, zone).asUtc === wall ? earlier : settled;
}

/** Monday is 0, Sunday 6. */
export function weekdayOf(day: string): number {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
}
