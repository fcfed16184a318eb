import type { ServiceCounts } from '../../lib/api/service';
import type { Cells } from '../../lib/csv';
import { language } from '../../lib/i18n/language.svelte';
import { changed } from '../activities/filters';
import { perOf } from './call-counts';
import { askedOf } from './figures';

/** A row of a table of service. */
export type ServiceRow = { id: string; name: string; short: string; within: number | null; calls: ServiceCounts };

/** What is asked of the server; incoming calls are meant in any case. */
export function askedService(query: URLSearchParams, now: number): URLSearchParams {
  return changed(askedOf(query, now), { direction: null, per: perOf(query) });
}

/** The share of the calls that came in which were answered in time; null without any. */
export const serviceLevel = ({ offered, in_time }: ServiceCounts): number | null => (offered > 0 ? in_time / offered : null);

/** The share of the callers who could be judged that did not call again; null without any. */
export function firstCall({ first_call: { settled, repeated } }: ServiceCounts): number | null {
  const judged = settled + repeated;
  return judged > 0 ? settled / judged : null;
}

/** The counts that are shown, under a line that says what each column is. */
export function serviceCells(head: string, rows: readonly ServiceRow[]): Cells[] {
  const words = language.t.service;
  const own = rows.some(({ within }) => within !== null);
  const names = [head, words.offered, words.inTime, ...(own ? [words.within] : []), words.level, words.lost, words.voicemail, words.shortAbandoned, words.settled, words.repeated, words.resolution, words.tooNew, words.withheld];
  return [
    names,
    ...rows.map(({ name, within, calls }) => {
      const { settled, repeated, too_new, withheld } = calls.first_call;
      return [name, calls.offered, calls.in_time, ...(own ? [within ?? ''] : []), serviceLevel(calls) ?? '', calls.lost, calls.voicemail, calls.short_abandoned, settled, repeated, firstCall(calls) ?? '', too_new, withheld];
    }),
  ];
}
