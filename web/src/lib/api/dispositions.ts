import type { Reason } from './centre';
import type { FieldChange, Label } from './contract';

/** Disposition sets, their codes, and the ring groups that sets are for, as docs/api.md writes them down. */

/** A code that a call may get; `set` is the one it is of. */
export type CodeChoice = {
  id: string;
  label: Label;
  /** with all that it stands under; absent: the label alone */
  path?: Label;
  favourite: boolean;
  requires_notes: boolean;
  /** the day on which the agent is to follow up, if it is picked today */
  follow_up?: string | null;
  do_not_call?: boolean;
  not_final?: boolean;
  set: { id: string; name: string };
};
/** What a code says besides its label. */
export type CodeTraits = {
  parent: string | null;
  follow_up_days: number | null;
  do_not_call: boolean;
  not_final: boolean;
  /** days */
  valid_from: string | null;
  valid_until: string | null;
};
/** Why a call gets the codes it gets; null where codes are off or no set is there. */
export type CodesFrom = 'ring_group' | 'agent' | 'direction' | null;

export type Code = {
  id: string;
  set: string;
  label: Label;
  position: number;
  favourite: boolean;
  requires_notes: boolean;
  /** with all that it stands under */
  path: Label;
  /** codes stand under it: it is not picked itself */
  heading: boolean;
  traits: CodeTraits;
  merged_into: string | null;
  retired: boolean;
  used: number;
  version: number;
};
export type SetDirection = 'inbound' | 'outbound';
export type DispositionSet = {
  id: string;
  name: string;
  direction: SetDirection;
  /** keys; none: for all calls of its direction that no other set is for */
  ring_groups: string[];
  retired: boolean;
  version: number;
  /** the first day, today or later, on which none of its codes can be picked */
  runs_out: string | null;
  codes: Code[];
};
/** What a file of the code book would change. */
export type CodeFile = {
  lines: { line: number; does: 'added' | 'renamed' | 'retired' | 'brought_back' | 'changed' | 'refused'; reason: string | null; set: string; label: Label; fields: FieldChange[] }[];
  changes: number;
  refused: number;
  same: number;
  basis: string;
  applied: boolean;
};
/** An object of the CRM whose fields may offer values to pick from, and such a field. */
export type PicklistObject = { object: string; label: string };
export type PicklistField = { field: string; label: string; depends_on: string | null };
/** What a field of the CRM offers, and what that would change of a set; `text` is the file that is applied. */
export type PicklistLook = {
  picklist: { object_label: string; field_label: string; language: 'es' | 'en' | null; values: { value: string; label: string; under: string | null }[] };
  text: string;
  file: CodeFile;
};
export type Dispositions = {
  enabled: boolean;
  sets: DispositionSet[];
  /** reasons of Do not log, also retired ones */
  reasons: Reason[];
  /** whether there is a CRM besides ours */
  with_crm: boolean;
};
export type NewSet = { name: string; direction: SetDirection; ring_groups: string[]; copy_of: string | null };

/** A ring group that was set up, or that calls or the phone system named. */
export type RingGroup = {
  key: string;
  name: string;
  set_up: boolean;
  agents: { key: string; name: string | null; from: 'phone_system' | 'settings' }[];
  sets: { id: string; name: string; direction: SetDirection }[];
};
