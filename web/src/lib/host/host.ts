import type { PersonLine } from '../api/contract';

export type CaseInView = { id: string; number: string; subject: string; contact: string | null };
/** Who asks for a screen pop: the agent by choosing, or the one record that matches a call. */
export type PopCause = 'agent' | 'match';

/**
 * What frames the panel: our own app, a bare tab, or the CRM's console. Everything that the panel wants
 * of its surroundings goes through here, so that a new frame is one new file.
 */
export interface Host {
  /** Opens the person's record (screen pop). */
  screenPop(person: PersonLine, cause: PopCause): void;
  showActivity(activity: string): void;
  /** The Case on screen at this moment; null where there is none or the host cannot tell. */
  caseInView(): Promise<CaseInView | null>;
  /** Whether something on screen is not saved yet (P10). */
  hasUnsavedWork(): boolean;
}
