import type { CallCounts } from '../../lib/api/call-counts';
import type { Centre } from '../../lib/api/centre';
import type { ApiClient } from '../../lib/api/client';
import type { DispositionReport } from '../../lib/api/contract';
import type { Targets } from '../../lib/api/targets';
import { durationMs } from '../../lib/i18n/format';
import { language } from '../../lib/i18n/language.svelte';
import { Resource } from '../../lib/resource.svelte';

/** A share of one, or milliseconds. */
export type TargetUnit = 'share' | 'time';

/** One day, week or month of a chart; `value` is null where there is nothing to measure. */
export type Point = { id: string; name: string; short: string; value: number | null; before: number | null; href: string | null };

/** The targets that admins set. A report is as good without: that they could not be read is no failure of it. */
export class TargetsRead {
  readonly #centre: Resource<Centre>;

  constructor(api: ApiClient) {
    this.#centre = new Resource(async (signal) => (await api.get<{ centre: Centre }>('/centre', { signal })).centre);
    void this.#centre.load();
  }

  readonly targets: Targets | null = $derived.by(() => this.#centre.value?.targets ?? null);
}

/** “2.5%”, “1:05”. */
export function shown(value: number | null, unit: TargetUnit): string {
  if (value === null) return language.t.common.none;
  if (unit === 'time') return durationMs(value);
  return new Intl.NumberFormat(language.locale, { style: 'percent', maximumFractionDigits: 1 }).format(value);
}

const OVER: readonly string[] = ['code', 'no_code', 'not_logged', 'undispositioned'];

/** The share of calls without a code among those whose wrap-up is over; null without any. */
export function undispositionedShare({ columns }: Pick<DispositionReport, 'columns'>, counts: readonly number[]): number | null {
  const of = (kinds: readonly string[]): number => columns.reduce((sum, { kind }, at) => sum + (kinds.includes(kind) ? (counts[at] ?? 0) : 0), 0);
  const over = of(OVER);
  return over > 0 ? of(['undispositioned']) / over : null;
}

export const acwMost = (calls: CallCounts['whole']): number | null => calls.times.after_call_work.p90_ms;
