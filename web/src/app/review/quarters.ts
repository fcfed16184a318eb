import { dayOf } from '../../lib/days';

/** A quarter, and whether it goes on. */
export type Quarter = { key: string; nth: number; year: number; from: string; until: string; open: boolean };

/** How many that are over can be chosen. */
const PAST = 6;
const MONTHS = 3;

const day = (year: number, month: number, date: number): string => new Date(Date.UTC(year, month, date)).toISOString().slice(0, 10);

/** This quarter and those before it, the latest first; the days are those of the zone. */
export function quarters(now: number, zone: string): Quarter[] {
  const today = dayOf(now, zone);
  const year = Number(today.slice(0, 4));
  const current = Math.floor((Number(today.slice(5, 7)) - 1) / MONTHS);
  return Array.from({ length: PAST + 1 }, (_, back) => {
    const from = day(year, (current - back) * MONTHS, 1);
    const until = back === 0 ? today : day(year, (current - back + 1) * MONTHS, 0);
    const [ofYear, nth] = [Number(from.slice(0, 4)), Math.floor((Number(from.slice(5, 7)) - 1) / MONTHS) + 1];
    return { key: `${ofYear}-${nth}`, nth, year: ofYear, from, until, open: back === 0 };
  });
}
