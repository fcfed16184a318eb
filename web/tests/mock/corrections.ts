import type { Activity, Correct, Correction, EngagementWrapup, Opportunity, PersonLine } from '../../src/lib/api/contract.ts';
import { caseName } from '../../src/lib/cases/words.ts';
import { one } from './activities.ts';
import { find, Refusal, type Ask } from './ask.ts';
import type { Mock } from './server.ts';
import { ago } from './world.ts';

type Part = Pick<EngagementWrapup, 'party' | 'code' | 'notes'> & { case: Activity['case']; opportunity: Opportunity | null };
/** What was there before each correction, to be put back. */
const before = new WeakMap<Correction, { part: Part; revision: number }>();

function lineOf(mock: Mock, id: string): PersonLine {
  const { kind, name, company, phone } = find(mock.people, id);
  return { id, kind, name, company, phone };
}

function checkRevision(activity: Activity, body: Record<string, unknown>): void {
  if (activity.revision !== body['revision']) throw new Refusal(409, 'stale_revision', { current: activity });
}

function read(activity: Activity, engagement: string | null): Part {
  const wrapup = activity.engagements.find(({ id }) => id === engagement)?.wrapup;
  return { party: wrapup ? wrapup.party : activity.party, code: wrapup?.code ?? null, notes: wrapup?.notes ?? null, case: activity.case, opportunity: (wrapup ?? activity).opportunity ?? null };
}

function write(mock: Mock, activity: Activity, engagement: string | null, now: Part, more: Partial<Correction>): void {
  const old = read(activity, engagement);
  const wrapup = activity.engagements.find(({ id }) => id === engagement)?.wrapup;
  const texts = (part: Part): Record<Correction['fields'][number]['field'], string | null> => ({
    party: part.party?.name ?? null,
    case: part.case && caseName(part.case),
    opportunity: part.opportunity?.name ?? null,
    code: part.code?.label.es ?? null,
    notes: part.notes,
  });
  const [was, is] = [texts(old), texts(now)];
  const fields = (['party', 'case', 'opportunity', 'code', 'notes'] as const).filter((field) => was[field] !== is[field]).map((field) => ({ field, before: was[field], after: is[field] }));
  if (fields.length === 0) return;
  const by = mock.signedIn && { id: mock.signedIn.id, name: mock.signedIn.name };
  const agent = activity.engagements.find(({ id }) => id === engagement)?.agent ?? null;
  const made: Correction = { id: `x-${activity.corrections.length + 1}`, at: ago(0), by, engagement, agent, reason: null, fields, undoes: null, can_undo: true, ...more };
  before.set(made, { part: old, revision: activity.revision });
  if (wrapup) Object.assign(wrapup, { party: now.party, code: now.code, notes: now.notes, opportunity: now.opportunity });
  const last = activity.engagements.filter((part) => part.wrapup?.state === 'logged').at(-1)?.id ?? null;
  if (engagement === last) Object.assign(activity, { party: now.party, case: now.case, opportunity: now.opportunity, ...(wrapup && { code: now.code, notes: now.notes }) });
  activity.possible = false;
  activity.corrections = [made, ...activity.corrections.map((known) => ({ ...known, can_undo: false }))];
  activity.revision += 1;
  const line = [...mock.history, ...mock.past].find(({ id }) => id === activity.id);
  const { party, case: related, possible, code, notes } = activity;
  if (line) Object.assign(line, { party, case: related, possible, code, notes });
}

export function correct({ mock, params, body }: Ask): { activity: Activity } {
  const activity = one(mock, params[0]);
  if (!activity.can_correct) throw new Refusal(403, 'forbidden');
  checkRevision(activity, body);
  const { engagement, party, case: related, opportunity, code, notes, reason } = body as unknown as Correct;
  const now = read(activity, engagement);
  if (party) now.party = party.choice === 'existing' ? lineOf(mock, party.person) : null;
  const theirs = (person: PersonLine | null): boolean => person !== null && [now.case?.contact?.id, now.case?.account?.id].includes(person.id);
  if (party && !related && theirs(read(activity, engagement).party) && !theirs(now.party)) now.case = null;
  if (related) now.case = related.choice === 'picked' ? find(mock.cases, related.case) : null;
  if (opportunity) now.opportunity = null;
  if (code) {
    const { id, label, requires_notes } = find(mock.sets.flatMap((set) => set.codes), code);
    now.code = { id, label };
    if (requires_notes && !(notes === undefined ? now.notes : notes)) throw new Refusal(422, 'notes_required', {}, 'notes');
  }
  if (notes !== undefined) now.notes = notes;
  write(mock, activity, engagement, now, { reason: reason ?? null });
  return { activity };
}

export function undo({ mock, params, body }: Ask): { activity: Activity } {
  const activity = one(mock, params[0]);
  checkRevision(activity, body);
  const wrong = find(activity.corrections, params[1]);
  const old = before.get(wrong);
  if (old) write(mock, activity, wrong.engagement, old.part, { undoes: wrong.id });
  return { activity };
}
