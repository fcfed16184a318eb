import type { View } from '../../lib/api/contract';
import type { StandardIcon } from '../../lib/icons/standard';

/** A record as one tab of the console holds it: what is shown, and what was typed and is not saved. */
export interface TabModel {
  readonly icon: StandardIcon;
  readonly title: string;
  /** Whether it counts as unsaved work (P10): a new record does from the start. */
  readonly unsaved: boolean;
  /** Whether closing it would lose something that was typed. */
  readonly touched: boolean;
  /** What is on screen while it is in front. */
  readonly view: View;
}

export const OTHER: View = { kind: 'other' };
