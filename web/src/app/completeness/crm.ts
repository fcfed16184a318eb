import type { CrmCounts, CrmState } from '../../lib/api/completeness-crm';
import { addDays, dayStart, ownZone } from '../../lib/days';
import { putPeriod } from '../activities/filters';

/** Days that are compared with the CRM at once. */
export const CHECK_DAYS_MAX = 31;
/** Activities that are sent with one request. */
export const SEND_MAX = 100;
export const CRM_STATES: readonly CrmState[] = ['sent', 'waiting', 'not_sent', 'deleted_there', 'refused'];
/** The list of Activities calls those of which nothing is there otherwise. */
const LISTED: Record<CrmState, string> = { sent: 'sent', waiting: 'waiting', refused: 'refused', deleted_there: 'deleted_there', not_sent: 'never' };

/** The list of those that stand so, of whole days of a zone. */
export function listOf(state: CrmState, from: string, until: string, zone: string): string {
  const query = new URLSearchParams({ crm: LISTED[state] });
  putPeriod(query, { from: dayStart(from, zone), until: dayStart(addDays(until, 1), zone) }, ownZone());
  return `#/activities?${query}`;
}

export function allOf(counts: CrmCounts): number {
  return CRM_STATES.reduce((all, state) => all + counts[state], 0);
}
