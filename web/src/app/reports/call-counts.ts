import type { Counts } from '../../lib/api/call-counts';
import type { CallType } from '../../lib/api/contract';
import { changed } from '../activities/filters';
import { askedOf } from './figures';

export const PERS = ['hour', 'day', 'week', 'month'] as const;
export type Per = (typeof PERS)[number];
export const BYS = ['ring_group', 'agent'] as const;
export type By = (typeof BYS)[number];
/** Most days of a report by the hour, as the server says. */
export const HOUR_DAYS_MAX = 31;

const KINDS: Record<string, readonly CallType[]> = {
  inbound: ['inbound', 'voicemail', 'short_abandoned', 'abandoned', 'missed'],
  outbound: ['outbound', 'outbound_missed'],
};
/** Calls that reached nobody and left nothing. */
const LOST: readonly CallType[] = ['abandoned', 'short_abandoned', 'missed'];

const one = <T extends string>(known: readonly T[], value: string | null, otherwise: T): T => known.find((word) => word === value) ?? otherwise;
export const perOf = (query: URLSearchParams): Per => one(PERS, query.get('per'), 'day');
export const byOf = (query: URLSearchParams): By => one(BYS, query.get('by'), 'ring_group');

/** What is asked of the server. */
export function askedCounts(query: URLSearchParams, now: number): URLSearchParams {
  const asked = askedOf(query, now);
  const kinds = KINDS[asked.get('direction') ?? ''];
  return changed(asked, { direction: null, kinds: kinds?.join(',') ?? null, per: perOf(query), by: byOf(query) });
}

const sumOf = (calls: Counts, kinds: readonly CallType[]): number => kinds.reduce((sum, kind) => sum + (calls.kinds[kind] ?? 0), 0);
export const lostOf = (calls: Counts): number => sumOf(calls, LOST);
export const inboundOf = (calls: Counts): number => sumOf(calls, KINDS['inbound'] ?? []);
/** The share of the calls of customers that were lost; null without any. */
export const lostShare = (calls: Counts): number | null => (inboundOf(calls) > 0 ? lostOf(calls) / inboundOf(calls) : null);
