import { SvelteMap } from 'svelte/reactivity';
import { withWhom } from '../../lib/activity/words';
import type { ApiClient } from '../../lib/api/client';
import type { Activity, ActivityLine, CaseLine, Correct, Correction, Engagement, Opportunity, PersonLine } from '../../lib/api/contract';
import { ApiError, asApiError } from '../../lib/api/errors';
import { activityPath } from '../../lib/host/standalone';
import { language } from '../../lib/i18n/language.svelte';
import { RecordForm } from '../records/form.svelte';
import type { Router } from '../router.svelte';

export type CorrectionValues = { party: PersonLine | null; case: CaseLine | null; opportunity: Opportunity | null; code: string; notes: string; reason: string; /** although the record it was of goes */ keepCase: boolean };
/** What is being put right of one call: of one agent's wrap-up, or of the call itself. */
export type CorrectionDraft = { activity: string; engagement: string | null; form: RecordForm<CorrectionValues>; unguard: () => void };
/** What became of "it is this one": somebody may have been faster. */
export type Settled = { activity: Activity; by: 'us' | 'somebody' };

const pathOf = (activity: string): string => `/activities/${encodeURIComponent(activity)}`;
const keyOf = (activity: string, engagement: string | null): string => `${activity} ${engagement ?? ''}`;

/** Corrections as they are being typed: they outlast the look at another page, as unsaved records do. */
export class Corrections {
  #drafts = new SvelteMap<string, CorrectionDraft>();

  constructor(
    readonly user: string,
    private readonly api: ApiClient,
    private readonly router: Router,
  ) {}

  draft(activity: string, engagement: string | null): CorrectionDraft | undefined {
    return this.#drafts.get(keyOf(activity, engagement));
  }

  begin(activity: Activity, engagement: string | null): void {
    const form = new RecordForm(valuesOf(activity, engagement), activity.revision);
    const title = language.t.corrections.of(withWhom(activity));
    const unguard = this.router.guard(() => (form.dirty ? title : null), activityPath(activity.id).slice(1));
    this.#drafts.set(keyOf(activity.id, engagement), { activity: activity.id, engagement, form, unguard });
  }

  drop(draft: CorrectionDraft): void {
    draft.unguard();
    this.#drafts.delete(keyOf(draft.activity, draft.engagement));
  }

  dropAll(): void {
    for (const draft of [...this.#drafts.values()]) this.drop(draft);
  }

  /** Answers the Activity as it is now, corrected or changed by somebody else; null where it was refused. */
  async save(draft: CorrectionDraft): Promise<Activity | null> {
    const { form } = draft;
    let now: Activity | null = null;
    await form.submit(async () => {
      const change = asSent(form.changes(), form.values.case);
      try {
        now = await this.#correct(draft.activity, { revision: form.version, engagement: draft.engagement, ...change });
        this.drop(draft);
      } catch (thrown) {
        const current = currentOf(thrown);
        now = current;
        form.meet(valuesOf(current, draft.engagement), current.revision);
        if (form.differences.length > 0) return;
        // Whatever was changed elsewhere is no part of this: nobody has to decide anything.
        now = await this.#correct(draft.activity, { revision: form.version, engagement: draft.engagement, ...change });
        this.drop(draft);
      }
    });
    return now;
  }

  /** Files a call that nobody summed up on the record that somebody says it was. */
  async settle(line: ActivityLine, person: PersonLine): Promise<Settled> {
    const { activity } = await this.api.get<{ activity: Activity }>(pathOf(line.id));
    if (!activity.possible) return { activity, by: 'somebody' };
    if (!activity.can_correct) throw new ApiError('forbidden', 403);
    return { activity: await this.#correct(line.id, { revision: activity.revision, engagement: null, party: { choice: 'existing', person: person.id } }), by: 'us' };
  }

  async undo(activity: Activity, correction: Correction): Promise<Activity> {
    const path = `${pathOf(activity.id)}/corrections/${encodeURIComponent(correction.id)}/undo`;
    return (await this.api.post<{ activity: Activity }>(path, { revision: activity.revision })).activity;
  }

  async #correct(activity: string, correct: Correct): Promise<Activity> {
    return (await this.api.post<{ activity: Activity }>(`${pathOf(activity)}/corrections`, correct)).activity;
  }
}

/** The Activity as somebody else has made it meanwhile; whatever else was refused is thrown on. */
export function currentOf(thrown: unknown): Activity {
  const error = asApiError(thrown);
  const current = error.code === 'stale_revision' ? (error.detail['current'] as Activity | undefined) : undefined;
  if (!current) throw error;
  return current;
}

/** Whose record, Case, code and notes the Activity's own are: the last agent's who had the customer and pressed Log. */
export function ownEngagement(activity: Activity): Engagement | undefined {
  const logged = activity.engagements.filter((one) => one.wrapup?.state === 'logged');
  return logged.sort((a, b) => (a.ended_at ?? '').localeCompare(b.ended_at ?? '')).at(-1);
}

function valuesOf(activity: Activity, engagement: string | null): CorrectionValues {
  const part = activity.engagements.find((one) => one.id === engagement);
  if (!part?.wrapup) return { party: activity.party, case: activity.case, opportunity: activity.opportunity ?? null, code: '', notes: '', reason: '', keepCase: false };
  const { party, code, notes, opportunity } = part.wrapup;
  return { party, case: caseOf(activity, part), opportunity: opportunity ?? null, code: code?.id ?? '', notes: notes ?? '', reason: '', keepCase: false };
}

/** The server says the Case of the Activity alone: what another agent's was is not known here, and stays. */
function caseOf(activity: Activity, part: Engagement): CaseLine | null {
  return ownEngagement(activity)?.id === part.id ? activity.case : null;
}

/** Whether the call itself can be settled: where a wrap-up was logged, whose call it is stands there. */
export function maySettle(activity: Activity): boolean {
  return activity.can_correct && !activity.engagements.some((one) => one.wrapup?.state === 'logged');
}

/** A supervisor corrects every wrap-up that was logged, an agent their own. */
export function mayCorrect(activity: Activity, part: Engagement, supervising: boolean, agent: string | null): boolean {
  return activity.can_correct && part.wrapup?.state === 'logged' && (supervising || part.agent === agent);
}

export function knowsCase(activity: Activity, engagement: string | null): boolean {
  return engagement === null || ownEngagement(activity)?.id === engagement;
}

function asSent({ party, case: changed, opportunity, code, notes, reason, keepCase }: Partial<CorrectionValues>, shown: CaseLine | null): Omit<Correct, 'revision' | 'engagement'> {
  // A Case stays with a call that goes to another record only where it is named.
  const one = keepCase ? shown : changed;

  return {
    ...(party !== undefined && { party: party ? { choice: 'existing', person: party.id } : { choice: 'none' } }),
    ...(one !== undefined && { case: one ? { choice: 'picked', case: one.id } : { choice: 'none' } }),
    ...(opportunity === null && { opportunity: { choice: 'none' } }),
    ...(code && { code }),
    ...(notes !== undefined && { notes: notes.trim() || null }),
    ...(reason?.trim() && { reason: reason.trim() }),
  };
}

let kept: Corrections | null = null;

/** Who signs out was asked about what is not saved: it is not there when they come back. */
export function dropCorrections(): void {
  kept?.dropAll();
  kept = null;
}

export function correctionsOf(user: string, api: ApiClient, router: Router): Corrections {
  if (kept?.user !== user) {
    kept?.dropAll();
    kept = new Corrections(user, api, router);
  }
  return kept;
}
