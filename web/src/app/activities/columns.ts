import { COLUMNS, type ListColumn } from '../../lib/api/views';

/** What the list shows unless somebody chose. */
export const FIRST_COLUMNS: readonly ListColumn[] = ['when', 'type', 'who', 'agent', 'code', 'talk', 'outcome'];

/** In the address: columns, from left to right, separated by commas. */
export const SHOWN = 'columns';

export function readColumns(text: string | null): ListColumn[] | null {
  const named = (text ?? '').split(',').filter((one): one is ListColumn => COLUMNS.some((known) => known === one));
  return named.length > 0 ? [...new Set(named)] : null;
}

export function sameColumns(one: readonly ListColumn[], other: readonly ListColumn[]): boolean {
  return one.join() === other.join();
}

/** Beside its neighbour, `by` places on; at the ends it stays. */
export function moved(columns: readonly ListColumn[], column: ListColumn, by: number): ListColumn[] {
  const at = columns.indexOf(column);
  const to = at + by;
  if (at < 0 || to < 0 || to >= columns.length) return [...columns];
  const next = columns.filter((one) => one !== column);
  next.splice(to, 0, column);
  return next;
}
