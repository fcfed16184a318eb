/** Files of lines and cells, written as the server writes its own (docs/api-reports.md). */

const BYTE_ORDER_MARK = '\ufeff';
const LINE_END = '\r\n';
/** What a spreadsheet takes for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** A cell that is read as the text it is: quoted where it has to be, and with an apostrophe before what would be a formula. */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const guarded = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** What the server calls tables for programs. */
export const PARQUET_TYPE = 'application/vnd.apache.parquet';

export type Cells = (string | number)[];

export function csvOf(rows: readonly Cells[]): Blob {
  const text = rows.map((cells) => cells.map(cell).join(',') + LINE_END).join('');
  return new Blob([BYTE_ORDER_MARK + text], { type: 'text/csv;charset=utf-8' });
}
