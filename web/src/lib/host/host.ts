import type { Asked, CaseLine, DialFrom, Panel, PersonLine, View } from '../api/contract';

/** Who asks for a screen pop: the agent by choosing, or the one record that matches a call. */
export type PopCause = 'agent' | 'match';
/** A record on screen that holds something unsaved. */
export type Unsaved = { id: string; title: string; newCase: boolean };

/** A number that the agent clicked on a page of the CRM. */
export type Click = { number: string; from: DialFrom };
/** What the agent is in the middle of, for somebody who has the panel closed. */
export type Cue = 'idle' | 'ringing' | 'on_call' | 'wrapup';

/** What can be asked of the agent's calls. */
export interface Work {
  readonly panel: Panel | null;
  /** Answers the id of the agent's part of the call that will come of it. */
  dial(number: string, from: DialFrom): Promise<string>;
  ask(engagement: string, asked: Asked): Promise<void>;
  hangUp(engagement: string): Promise<void>;
}

/** What a CRM's own page around the panel can do, and our own pages need not. */
export interface Crm {
  /** Tells of numbers that are clicked on its pages; returns how to stop. */
  clicks(take: (click: Click) => void): () => void;
  /** Whether its numbers can be clicked now. */
  offerDialling(on: boolean): void;
  /** Has what is on screen read anew: something was written to the CRM. */
  refresh(): void;
  /** Says outside the panel how its agent stands; `label` in their language. */
  cue(cue: Cue, label: string): void;
  /** Asks anew what is not saved, for `unsaved` to answer. */
  look(): Promise<void>;
  /** A proof, good for once and a short time, of who is signed in to the CRM; null where it gives none. */
  assertion(): Promise<string | null>;
  /** Where its page has buttons of its own for calls: whom they ask; returns how to stop. */
  attend?(work: Work): () => void;
  /** Each snapshot, where its page shows calls itself. */
  told?(panel: Panel): void;
}

/**
 * What frames the panel: our own app, a bare tab, or the CRM's console. Everything that the panel wants
 * of its surroundings goes through here, so that a new frame is one new file.
 */
export interface Host {
  /** Whether records are on screen beside the panel. */
  readonly console: boolean;
  /** Whether the panel's frame is not on screen: it only speaks with the page around it. */
  readonly unseen?: boolean;
  /** The CRM's page around the panel; null where there is none. */
  readonly crm: Crm | null;
  /** Opens the person's record (screen pop). */
  screenPop(person: PersonLine, cause: PopCause): void;
  showActivity(activity: string): void;
  showCase(one: CaseLine): void;
  /** Shows all that this agent has to sum up, also what the panel has no room for. */
  showWrapups(): void;
  /** Shows the messages that wait for this agent and their ring groups. */
  showMessages(): void;
  /** What is on screen at this moment: asked anew for each submit, and never remembered for one. */
  view(): Promise<View>;
  /**
   * Tells what is on screen now and after each change; returns how to stop. `used`: the agent has just turned to that
   * window, where the panel could not see it by itself.
   */
  watch(seen: (view: View, used: boolean) => void): () => void;
  /** What on screen is not saved yet (P10). */
  unsaved(): Unsaved[];
  /** Brings one of those to the front. */
  showUnsaved(id: string): void;
}
