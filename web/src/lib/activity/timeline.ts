import type { Activity, Correction, Engagement } from '../api/contract';
import { durationMs } from '../i18n/format';
import { language } from '../i18n/language.svelte';
import type { UtilityIcon } from '../icons/utility';
import { worded } from './words';

/** What happened at one moment of a call or after it, in words. */
export type Moment = { at: number; text: string; notes: string[]; icon: UtilityIcon; tone: Tone };
export type Tone = 'plain' | 'ring' | 'talk' | 'end' | 'desk';

/** What one agent, or the other party, was doing from when to when. */
export type Stretch = { what: 'waiting' | 'ringing' | 'talking'; from: number; until: number };
export type Lane = { name: string; stretches: Stretch[] };

/** In what order things are told that the phone system says happened at once. */
const ORDER = ['begin', 'ring', 'silent', 'answer', 'leave', 'end', 'desk'] as const;
type Kind = (typeof ORDER)[number];
/** `who` is a list where several phones do the same at the same time. */
type Event = { at: string; kind: Kind; who: string[]; say: (who: string) => string; notes: string[]; icon: UtilityIcon; tone: Tone };

const nameOf = (one: Engagement): string => one.agent_name ?? one.agent;
/** Phone systems tell of one thing in several messages, a few milliseconds apart. */
const SAME_MS = 1000;
const together = (a: string | null, b: string | null): boolean => a !== null && b !== null && Math.abs(Date.parse(a) - Date.parse(b)) < SAME_MS;

/** `group` says how a ring group is called. */
export function momentsOf(activity: Activity, group: (key: string) => string): Moment[] {
  const events = [...ofCall(activity, group), ...activity.engagements.flatMap((one) => ofEngagement(activity, one)), ...activity.corrections.map(ofCorrection)];
  const list = new Intl.ListFormat(language.locale, { type: 'conjunction' });
  return merged(events)
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
    .map(({ at, who, say, notes, icon, tone }) => ({ at: Date.parse(at), text: say(list.format(who)), notes, icon, tone }));
}

function ofCall({ call }: Activity, group: (key: string) => string): Event[] {
  const { timeline: words, call: calls } = language.t;
  const plain = (text: string) => (): string => text;
  const where = [call.ring_group && calls.group(group(call.ring_group)), call.did && calls.did(call.did)].filter((one): one is string => Boolean(one));
  const events: Event[] = [{ at: call.started_at, kind: 'begin', who: [], say: plain(words.stages[call.direction]), notes: where, icon: call.direction === 'outbound' ? 'outbound_call' : 'incoming_call', tone: 'plain' }];
  if (call.direction === 'outbound' && call.answered_at) {
    events.push({ at: call.answered_at, kind: 'answer', who: [], say: plain(words.customerAnswers), notes: [], icon: 'call', tone: 'talk' });
  }
  if (call.ended_at) {
    const notes = [call.talk_ms > 0 && words.talked(durationMs(call.talk_ms)), call.hold_ms > 0 && words.held(durationMs(call.hold_ms))];
    events.push({ at: call.ended_at, kind: 'end', who: [], say: plain(words.ends), notes: notes.filter((one) => one !== false), icon: 'end_call', tone: 'end' });
  }
  return events;
}

function ofEngagement({ call }: Activity, one: Engagement): Event[] {
  const { timeline: words, activity: known } = language.t;
  const who = [nameOf(one)];
  const comes = one.via === 'transfer' ? words.transferred : one.via === 'conference' ? words.joins : words.rings;
  const events: Event[] = [{ at: one.offered_at, kind: 'ring', who, say: comes, notes: [], icon: one.via === 'conference' ? 'people' : 'volume_high', tone: 'ring' }];
  // Of a call that an agent made it is the customer who answers.
  if (one.answered_at && !(call.direction === 'outbound' && together(one.answered_at, call.answered_at))) {
    events.push({ at: one.answered_at, kind: 'answer', who, say: words.answers, notes: [], icon: 'call', tone: 'talk' });
  }
  if (one.ended_at && !one.answered_at) {
    events.push({ at: one.ended_at, kind: 'silent', who, say: words.ringsNoMore, notes: [worded(known.result, one.result)], icon: 'missed_call', tone: 'end' });
  } else if (one.ended_at && !together(one.ended_at, call.ended_at)) {
    events.push({ at: one.ended_at, kind: 'leave', who, say: words.leaves, notes: [], icon: 'end_call', tone: 'end' });
  }
  const { wrapup } = one;
  if (wrapup?.closed_at && wrapup.state !== 'open') {
    const logged = wrapup.state === 'logged';
    const after = call.ended_at ? Date.parse(wrapup.closed_at) - Date.parse(call.ended_at) : 0;
    const what = logged ? (wrapup.code ? language.label(wrapup.code.label) : known.noCode) : wrapup.reason && language.label(wrapup.reason);
    const notes = [what, after > 0 && words.later(durationMs(after))].filter((note): note is string => Boolean(note));
    events.push({ at: wrapup.closed_at, kind: 'desk', who, say: logged ? words.logs : words.doesNotLog, notes, icon: logged ? 'note' : 'ban', tone: 'desk' });
  }
  return events;
}

function ofCorrection(one: Correction): Event {
  const { timeline: words, changes } = language.t;
  const what = one.fields.map(({ field }) => worded(changes.fields, field)).join(', ');
  const notes = [what, one.reason ?? ''].filter(Boolean);
  return { at: one.at, kind: 'desk', who: [one.by?.name || words.somebody], say: one.undoes ? words.undoes : words.corrects, notes, icon: one.undoes ? 'undo' : 'edit', tone: 'desk' };
}

/** A ring group rings many phones at once: one line for all of them. */
function merged(events: Event[]): Event[] {
  const found: Event[] = [];
  for (const event of events) {
    const same = found.find(
      (one) => (one.kind === 'ring' || one.kind === 'silent') && one.kind === event.kind && one.say === event.say && together(one.at, event.at) && one.notes.join() === event.notes.join(),
    );
    if (same) same.who = [...same.who, ...event.who];
    else found.push({ ...event });
  }
  return found;
}

/** The same as a picture: the other party, then each agent in the order in which their phone first rang. */
export function lanesOf(activity: Activity, now: number): { from: number; until: number; lanes: Lane[] } {
  const { call, engagements } = activity;
  const from = Date.parse(call.started_at);
  const until = Math.max(from + SAME_MS, call.ended_at ? Date.parse(call.ended_at) : now);
  const within = (time: string | null): number => (time === null ? until : Math.min(until, Math.max(from, Date.parse(time))));
  const party: Lane = { name: language.t.timeline.caller[call.direction], stretches: [{ what: 'waiting', from, until: within(call.answered_at) }] };
  if (call.answered_at) party.stretches.push({ what: 'talking', from: within(call.answered_at), until });
  const agents = new Map<string, Lane>();
  for (const one of [...engagements].sort((a, b) => Date.parse(a.offered_at) - Date.parse(b.offered_at))) {
    const lane = agents.get(one.agent) ?? { name: nameOf(one), stretches: [] };
    lane.stretches.push({ what: 'ringing', from: within(one.offered_at), until: within(one.answered_at ?? one.ended_at) });
    if (one.answered_at) lane.stretches.push({ what: 'talking', from: within(one.answered_at), until: within(one.ended_at) });
    agents.set(one.agent, lane);
  }
  const drawn = (lane: Lane): Lane => ({ ...lane, stretches: lane.stretches.filter((stretch) => stretch.until > stretch.from) });
  return { from, until, lanes: [party, ...agents.values()].map(drawn) };
}
