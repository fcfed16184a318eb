/** Many Activities corrected at once, as docs/api.md writes it down. */

export const BULK_MAX = 1000;

export type BulkChange = {
  code?: string;
  party?: { choice: 'existing'; person: string } | { choice: 'none' };
  case?: { choice: 'picked'; case: string } | { choice: 'none' };
  /** added to the notes, on a line of its own */
  note?: string;
  reason?: string;
};
export type BulkPreview = { id: string; fields: { field: string; before: string | null; after: string | null }[]; refused: string | null };
export type Bulk = {
  id: string;
  at: string;
  by: string | null;
  fields: string[];
  note: string | null;
  reason: string | null;
  calls: number;
  /** nothing is decided of so many: it can go on */
  open: number;
  corrected: number;
  unchanged: number;
  refused: number;
  undone: number;
  /** changed since: they could not be put back */
  kept: number;
};
