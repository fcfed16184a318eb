import type { DispositionReport, ReportColumn } from '../../lib/api/contract';
import type { Pair } from './compare';
import { columnName, seriesOf } from './figures';

/** The two looks of calls by code: what most calls are about, and how all calls are divided. */
export const LOOKS_OF_CODES = ['pareto', 'share'] as const;
export type LookOfCodes = (typeof LOOKS_OF_CODES)[number];
/** In the address: which of them. */
export const LOOK = 'look';
/** The share that the few codes have which matter most. */
export const MARK = 0.8;
/** Rows that are drawn; the table has all of them. */
export const PARETO_ROWS_MAX = 20;

/** A code, or an outcome without one, among those it is compared with. */
export type CodeRow = {
  id: string;
  label: string;
  look: string;
  column: ReportColumn;
  count: number;
  /** Of one; 0 where there are no calls. */
  share: number;
  /** Its own share and that of all before it. */
  cumulative: number;
  before: { count: number; share: number } | null;
};

export function lookOf(query: URLSearchParams): LookOfCodes {
  return LOOKS_OF_CODES.find((one) => one === query.get(LOOK)) ?? 'pareto';
}

const part = (count: number, all: number): number => (all > 0 ? count / all : 0);
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
/** How many calls each column has over all days. */
export const sumsOf = (report: DispositionReport): number[] => report.columns.map((_, at) => sum(report.days.map(({ counts }) => counts[at] ?? 0)));

/** By size, the largest first: codes alone as shares of the calls that have one, or everything as shares of all calls. */
export function codeRows({ now, before }: Pair<DispositionReport>, look: LookOfCodes): CodeRow[] {
  const counts = sumsOf(now);
  const then = before && sumsOf(before);
  const series = seriesOf(now);
  const places = now.columns.map((_, at) => at).filter((at) => look === 'share' || now.columns[at]?.kind === 'code');
  const whole = sum(places.map((at) => counts[at] ?? 0));
  const wholeThen = then ? sum(places.map((at) => then[at] ?? 0)) : 0;
  let so_far = 0;
  const bySize = places.toSorted((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0));
  return bySize.flatMap((at) => {
    const column = now.columns[at];
    if (!column) return [];
    const count = counts[at] ?? 0;
    so_far += count;
    const beforeCount = then?.[at] ?? 0;
    return {
      id: column.kind === 'code' ? column.id : column.kind,
      label: columnName(column),
      look: series.find(({ columns }) => columns.includes(at))?.look ?? 'other',
      column,
      count,
      share: part(count, whole),
      cumulative: part(so_far, whole),
      before: then && { count: beforeCount, share: part(beforeCount, wholeThen) },
    };
  });
}

/** How many of the largest make up the mark, and how many there are with calls. */
export function upToMark(rows: readonly CodeRow[]): { few: number; all: number } {
  const all = rows.filter(({ count }) => count > 0).length;
  const at = rows.findIndex(({ cumulative }) => cumulative >= MARK - Number.EPSILON);
  return { few: at < 0 ? all : at + 1, all };
}
