import type { PersonLine, View } from '../api/contract';

/** Who asks for a screen pop: the agent by choosing, or the one record that matches a call. */
export type PopCause = 'agent' | 'match';
/** A record on screen that holds something unsaved. */
export type Unsaved = { id: string; title: string; newCase: boolean };

/**
 * What frames the panel: our own app, a bare tab, or the CRM's console. Everything that the panel wants
 * of its surroundings goes through here, so that a new frame is one new file.
 */
export interface Host {
  /** Whether records are on screen beside the panel. */
  readonly console: boolean;
  /** Opens the person's record (screen pop). */
  screenPop(person: PersonLine, cause: PopCause): void;
  showActivity(activity: string): void;
  showCase(id: string): void;
  /** Shows all that this agent has to sum up, also what the panel has no room for. */
  showWrapups(): void;
  /** Shows the messages that wait for this agent and their ring groups. */
  showMessages(): void;
  /** What is on screen at this moment: asked anew for each submit, and never remembered for one. */
  view(): Promise<View>;
  /** Tells what is on screen now and after each change; returns how to stop. */
  watch(seen: (view: View) => void): () => void;
  /** What on screen is not saved yet (P10). */
  unsaved(): Unsaved[];
  /** Brings one of those to the front. */
  showUnsaved(id: string): void;
}
