import type { CaseChoice, CaseLine, NotRelatedWhy, Opportunity, Relate, RelateRule } from '../lib/api/contract';

/** What is said about the Case of a call before it is logged. */
export type ShownRelate =
  | { kind: 'related'; case: CaseLine; rule: RelateRule }
  | { kind: 'none'; why: NotRelatedWhy | 'not_connected'; offer: CaseLine | null }
  /** Whose Case it could be is not settled yet. */
  | { kind: 'unsettled' }
  /** Nothing can be said before it is logged: what is on screen then counts. */
  | { kind: 'at_log' }
  /** The server has not answered to what was chosen last. */
  | { kind: 'checking' };

type Scene = {
  codesEnabled: boolean;
  settled: boolean;
  instances: number;
  relate: Relate | null;
  cases: CaseLine[];
  choice: CaseChoice;
  /** Whether the server does not know yet whom the call is with, or what was said about the Case. */
  unsaid: boolean;
  /** A wrap-up that the live connection does not tell of. */
  summoned: boolean;
};

/**
 * The server decides which Case is related; here is only what can be said of it now. What the agent has just
 * said is shown at once, and nothing is shown that rests on what they said before.
 */
export function shownRelate(scene: Scene): ShownRelate {
  const { relate, choice } = scene;
  if (!scene.codesEnabled) return { kind: 'none', why: 'codes_off', offer: null };
  if (!scene.settled) return { kind: 'unsettled' };
  if (scene.unsaid || !relate) return said(choice, known(scene)) ?? { kind: scene.summoned ? 'at_log' : 'checking' };
  if (relate.decision === 'related') return { kind: 'related', case: relate.case, rule: relate.rule };
  // Before the live connection stands no panel counts, not even this one.
  const alone = relate.why === 'several_panels' && scene.instances === 0;
  return { kind: 'none', why: alone ? 'not_connected' : relate.why, offer: relate.offer };
}

/** The Opportunity that Log will relate besides, where what the server said still holds: it rests on whom the call is with. */
export function shownOpportunity({ codesEnabled, settled, unsaid, opportunity }: Pick<Scene, 'codesEnabled' | 'settled' | 'unsaid'> & { opportunity: Opportunity | null }): Opportunity | null {
  return codesEnabled && settled && !unsaid ? opportunity : null;
}

/** What an Opportunity is called: its id where its name is not known. */
export function opportunityName({ id, name }: Opportunity): string {
  return name ?? id;
}

function said(choice: CaseChoice, cases: CaseLine[]): ShownRelate | null {
  if (choice.choice === 'none') return { kind: 'none', why: 'said_none', offer: null };
  const picked = choice.choice === 'picked' ? cases.find((one) => one.id === choice.case) : undefined;
  return picked ? { kind: 'related', case: picked, rule: 'picked' } : null;
}

function known({ relate, cases }: Scene): CaseLine[] {
  const named = relate?.decision === 'related' ? relate.case : relate?.offer;
  return named ? [...cases, named] : cases;
}
