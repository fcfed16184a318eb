/** The CRM that the directory mirrors, as the server tells admins of it. */

export type Traffic = { well_at: string | null; failing_since: string | null; why: string | null; code: string | null };
export type MirroredKind = { of: string; loaded: number | null; to_load: number | null; at: string };
export type Crm = {
  organisation: string;
  /** whether it is set how it is reached */
  connected: boolean;
  out: Traffic;
  in: Traffic;
  budget: { used: number; most: number; told_at: string } | null;
  mirrored: MirroredKind[];
  waiting: number;
  stuck: number;
};
export type Duplicate = { id: string; object: string; name: string | null };
/** Something that the CRM refused for good. */
export type Stuck = {
  kind: 'person' | 'case' | 'activity' | 'vanished';
  id: string;
  name: string | null;
  why: string;
  code: string;
  object: string;
  fields: string[];
  said: string;
  duplicates: Duplicate[];
};
export type StuckPage = { entries: Stuck[]; next: string | null };
export type CrmUser = { id: string; username: string; name: string; active: boolean; user: string | null; chosen: boolean };
export type Finding = { topic: string; state: 'good' | 'warning' | 'bad'; facts: Record<string, string> };
