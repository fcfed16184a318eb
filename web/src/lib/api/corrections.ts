export type CorrectedField = 'party' | 'case' | 'opportunity' | 'code' | 'notes';
/** What was put right later, as people read it when it was made. */
export type Correction = {
  id: string;
  at: string;
  by: { id: string; name: string } | null;
  /** whose wrap-up; null: the call itself */
  engagement: string | null;
  agent: string | null;
  reason: string | null;
  fields: { field: CorrectedField; before: string | null; after: string | null }[];
  undoes: string | null;
  can_undo: boolean;
};
/** What is absent stays as it is. */
export type Correct = {
  revision: number;
  engagement: string | null;
  party?: { choice: 'existing'; person: string } | { choice: 'none' };
  case?: { choice: 'picked'; case: string } | { choice: 'none' };
  /** it can be taken away */
  opportunity?: { choice: 'none' };
  code?: string;
  notes?: string | null;
  reason?: string | null;
};
