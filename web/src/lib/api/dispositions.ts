import type { Label } from './contract';

/** Disposition sets, their codes, and the ring groups that sets are for, as docs/api.md writes them down. */

/** A code that a call may get; `set` is the one it is of. */
export type CodeChoice = { id: string; label: Label; favourite: boolean; requires_notes: boolean; set: { id: string; name: string } };
/** Why a call gets the codes it gets; null where codes are off or no set is there. */
export type CodesFrom = 'ring_group' | 'agent' | 'direction' | null;

export type Code = {
  id: string;
  set: string;
  label: Label;
  position: number;
  favourite: boolean;
  requires_notes: boolean;
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
  codes: Code[];
};
export type Dispositions = { enabled: boolean; sets: DispositionSet[] };
export type NewSet = { name: string; direction: SetDirection; ring_groups: string[]; copy_of: string | null };

/** A ring group that was set up, or that calls or the phone system named. */
export type RingGroup = {
  key: string;
  name: string;
  set_up: boolean;
  agents: { key: string; name: string | null; from: 'phone_system' | 'settings' }[];
  sets: { id: string; name: string; direction: SetDirection }[];
};
