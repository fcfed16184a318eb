/** The CRM's side of the completeness ledger (docs/api-completeness.md). */

/** How many Activities stand in the CRM as they do. */
export type CrmCounts = { sent: number; waiting: number; refused: number; deleted_there: number; not_sent: number };
export type CrmState = keyof CrmCounts;
/** A record there with an id that no call of ours has. */
export type CrmStranger = { record: string; url: string | null; call: string | null };
/** What a day was found to be like that was compared with the CRM. */
export type CrmCheck = {
  date: string;
  zone: string;
  at: string;
  /** Null: it is done every night. */
  by: string | null;
  by_name: string | null;
  there: number;
  agree: number;
  waiting: number;
  beside: number;
  gone: number;
  gone_calls: string[];
  /** Not found there, so many that they may be hidden from our user: nothing is said of them. */
  unseen: number;
  unlinked: number;
  unlinked_calls: string[];
  strangers: number;
  stranger_records: CrmStranger[];
};
/** A day that was to be compared by night and could not be, until it is. */
export type CrmCheckFailure = { date: string; zone: string; since: string; at: string; tries: number; why: string; code: string | null };
/** Which Activities of some days are sent. */
export type NotThere = 'deleted_there' | 'not_sent';
export type Became = 'noted' | 'there' | 'waits' | 'refused' | 'not_settled' | 'imported' | 'unknown';
export type SentCalls = { calls: { id: string; became: Became }[]; more: boolean };
