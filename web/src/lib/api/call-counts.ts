import type { CallType, ReportColumn } from './contract';

/** How long something took over the calls that have it: docs/api-reports.md, “Calls counted”. */
export type Spread = { calls: number; sum_ms: number; mean_ms: number | null; p50_ms: number | null; p90_ms: number | null };

export const MEASURES = ['wait', 'wait_lost', 'talk', 'hold', 'after_call_work'] as const;
export type Measure = (typeof MEASURES)[number];

export type Counts = {
  total: number;
  counts: number[];
  kinds: Partial<Record<CallType, number>>;
  times: Record<Measure, Spread>;
};

export type PeriodCounts = Counts & { from: string; hour: number | null };
export type SegmentCounts = Counts & { key: string | null; name: string | null };

/** From what it was counted; all but the first walked the calls themselves. */
export type CountedFrom = 'rollups' | 'calls_by_hour' | 'calls_of_column' | 'calls_of_traits' | 'calls_of_agents_by_day' | 'calls_meanwhile';

export type CallCounts = {
  from: string;
  until: string;
  zone: string;
  counted_from: CountedFrom;
  columns: ReportColumn[];
  whole: Counts;
  periods: PeriodCounts[];
  segments: SegmentCounts[];
  /** Monday to Sunday, 24 hours each. */
  hours: number[][];
};
