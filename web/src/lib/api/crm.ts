import type { PhoneField } from './contract';

/** The CRM that the directory mirrors, as the server tells admins of it. */

export type Traffic = { well_at: string | null; failing_since: string | null; why: string | null; code: string | null };
export type MirroredKind = { of: string; loaded: number | null; to_load: number | null; at: string };
/** `user`: as whom we log in there; `callback`: the address that the org's app has to know. */
export type CrmConsent = { state: 'never' | 'by_settings' | 'consented' | 'disconnected' | 'unreadable'; user: string | null; at: string | null; callback: string };
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
  /** days that could not be compared by night, and were not since */
  not_compared: number;
  /** how an admin's consent stands; null: we log in otherwise */
  consent: CrmConsent | null;
};
export type Duplicate = { id: string; object: string; name: string | null };
/** Something that the CRM refused for good. */
export type Stuck = {
  kind: 'person' | 'case' | 'activity' | 'vanished' | 'follow_up';
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
/** A phone field of an object there; without a label it is not there any more. */
export type CrmPhoneField = { field: string; label: string | null; as: PhoneField; mirrored: boolean };
export type CrmPhoneObject = { object: string; label: string; fields: CrmPhoneField[] };
/** The fields that are mirrored in their order, then the others; `chosen`: by an admin, else the settings file says them. */
export type CrmPhones = { version: number; chosen: boolean; objects: CrmPhoneObject[] };
/** A field that was chosen, as the centre's settings and the change log have it. */
export type CrmPhoneChoice = { object: string; field: string; as: PhoneField };
export type CrmUser = { id: string; username: string; name: string; active: boolean; user: string | null; chosen: boolean };
export type Finding = { topic: string; state: 'good' | 'warning' | 'bad'; facts: Record<string, string> };
