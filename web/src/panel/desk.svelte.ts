import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Activity, ActivityLine, Asked, CallFacts, CaseLine, CodeChoice, CodesFrom, Controls, DialFrom, LiveCall, Match, Opportunity, Panel, Relate, View, Wrapup } from '../lib/api/contract';
import { ApiError, asApiError } from '../lib/api/errors';
import { ServerClock } from '../lib/clock.svelte';
import { DraftKeeper } from '../lib/draft.svelte';
import { askView } from '../lib/host/ask';
import type { Click, Host } from '../lib/host/host';
import { LiveConnection, type LiveStatus } from '../lib/live';
import { WebPhone } from '../lib/phone/phone.svelte';
import type { SessionStore } from '../lib/session.svelte';
import { CutOff } from './cut-off.svelte';
import { DoNotCallQuestion } from './do-not-call.svelte';
import { DialTrace, type FailedDial } from './dial-trace.svelte';
import { editing } from './focus';
import { settle, shownParty } from './party';

/** One agent's part of a call that is connected, or over and owed a wrap-up. */
export type DeskItem = {
  id: string;
  phase: 'call' | 'wrapup';
  held: boolean;
  call: CallFacts;
  since: string;
  via: string | null;
  match: Match;
  codes: CodeChoice[];
  codesFrom: CodesFrom;
  lastCalls: ActivityLine[];
  relate: Relate | null;
  opportunity: Opportunity | null;
  cases: CaseLine[];
  /** null where it has no end: of a call, or where wrap-ups may stay. */
  deadline: string | null;
  late: boolean;
  canExtend: boolean;
  released: boolean;
  /** Closed by the timer: it is not owed any more, and can be submitted all the same. */
  undispositioned: boolean;
  /** The panel's own list has no room for it, so the live connection does not tell of it. */
  summoned: boolean;
  /** null once the call is over */
  controls: Controls | null;
  draft: DraftKeeper;
};

export type Closing =
  | { how: 'logged' | 'not_logged'; activity: Activity }
  | { how: 'differently'; activity: Activity | null; engagement: string };

/** What an agent has on their desk: their state, their calls, their wrap-ups and what they entered there. */
export class AgentDesk {
  readonly clock = new ServerClock();
  readonly #trace = new DialTrace();
  /** The phone in this window, where this agent has one. */
  readonly phone: WebPhone;
  readonly cutOff = new CutOff();
  panel = $state.raw<Panel | null>(null);
  readonly doNotCall = new DoNotCallQuestion();
  status = $state<LiveStatus>('connecting');
  refusal = $state.raw<ApiError | null>(null);
  closing = $state.raw<Closing | null>(null);
  /** Grows whenever the list of recent calls may have changed. */
  recentAge = $state(0);
  selected = $state<string | null>(null);
  /** A number that was clicked on a page of the CRM and could not be dialled. */
  clickRefused = $state.raw<{ number: string; error: ApiError } | null>(null);
  /** Grows whenever a page sends its agent to a wrap-up in the panel. */
  summons = $state(0);

  readonly ringing: LiveCall[] = $derived(this.panel?.calls.filter((call) => call.state === 'ringing') ?? []);
  readonly items: DeskItem[] = $derived(this.#items());
  readonly current: DeskItem | null = $derived(this.items.find((item) => item.id === this.selected) ?? this.items.find((item) => !item.undispositioned) ?? null);
  /** The last click-to-dial of this agent, where it came to nothing. */
  readonly failedDial: FailedDial | null = $derived(this.#trace.failed(this.panel, this.clock.now));
  /** The part of a call that the phone in this window has; null: none, or it cannot be said which. */
  readonly atPhone: string | null = $derived(this.#atPhone());
  readonly openWrapups: number = $derived(this.items.filter((item) => item.phase === 'wrapup' && !item.undispositioned).length);

  #drafts = new Map<string, DraftKeeper>();
  #closed = new SvelteSet<string>();
  /** Wrap-ups that a page sent the agent to and that the panel's own list has no room for. */
  #summoned = $state.raw<Wrapup[]>([]);
  /** Matches that a refusal told of before the live connection did; they hold until its next snapshot. */
  #matches = new SvelteMap<string, Match>();
  #live: LiveConnection;
  #host: Host | null = null;
  #view: View = { kind: 'other' };
  #stops: (() => void)[] = [];

  constructor(readonly session: SessionStore) {
    this.phone = new WebPhone(session.api);
    // Where the phone system was not reached by the phone, it still can be by the server.
    this.phone.onlost = () => this.#endAnyway(this.atPhone);
    this.phone.onleave = () => this.#cutOff();
    this.#live = new LiveConnection({
      token: () => session.api.token,
      version: () => this.panel?.version ?? null,
      console: () => this.#host?.console ?? false,
      unseen: () => this.#host?.unseen ?? false,
      onPanel: (panel) => this.#take(panel),
      onStatus: (status) => this.#statusIs(status),
      renew: () => session.api.renew(),
    });
  }

  start(host: Host): void {
    this.#host = host;
    this.#stops = [
      this.clock.start(),
      this.session.whenRenewed((token) => this.#live.renewed(token)),
      host.watch((view, used) => {
        this.#view = view;
        this.#live.see(view, used || document.hasFocus(), used);
      }),
    ];
    addEventListener('focus', this.#seen);
    addEventListener('blur', this.#seen);
    addEventListener('pagehide', this.#leave);
    // Who is no agent has no panel: asking for one would only be refused. They can still ask again.
    if (this.session.user?.agent === null) this.refusal = new ApiError('forbidden', 403);
    else void this.load();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    removeEventListener('focus', this.#seen);
    removeEventListener('blur', this.#seen);
    removeEventListener('pagehide', this.#leave);
    this.#live.stop();
    // A desk that is taken up again counts as reconnected: then what waited is sent.
    this.status = 'connecting';
  }

  /** The first snapshot by request: it tells why there is no panel, which a socket cannot. */
  async load(): Promise<void> {
    this.refusal = null;
    try {
      this.#take(await this.session.api.get<Panel>('/me/panel'));
    } catch (thrown) {
      const error = asApiError(thrown);
      if (!error.passing) {
        this.refusal = error;
        return;
      }
      this.status = 'reconnecting';
    }
    this.#live.start();
  }

  async log(item: DeskItem): Promise<void> {
    await item.draft.flush();
    if (item.draft.theirs) throw new ApiError('stale_revision', 409);
    const { draft } = item;
    // Where nobody was chosen, what was shown is sent along: something else is refused rather than written.
    const shown = draft.party ? null : shownParty(settle(item.match, null, () => undefined));
    // What is on screen counts at this moment, and only for this submit (P7, P8).
    const view: View = this.#host ? await askView(this.#host) : { kind: 'silent' };
    await this.#submit(item, 'log', { revision: draft.revision, ...draft.content, shown, view });
  }

  async doNotLog(item: DeskItem, reason: string | null): Promise<void> {
    // What was typed is about to be left out: storing it first would only cost time. A save under way counts.
    await item.draft.settle();
    await this.#submit(item, 'do-not-log', { revision: item.draft.revision, reason });
  }

  /** Has a number called for this agent: their own phone rings first. */
  async dial(number: string, from: DialFrom): Promise<string> {
    // Each time it is asked for, not once: while the agent thinks over a question nothing is being called, and the phone
    // would pick up a call from that very person by itself, but no longer the agent's own ring once it is answered.
    const post = (more: object): Promise<{ engagement: string }> => {
      this.phone.expect(number);
      return this.session.api.post<{ engagement: string }>('/me/dial', { number, from, ...more }).catch((thrown: unknown) => {
        this.phone.expect(null);
        throw thrown;
      });
    };
    const { engagement } = await post({}).catch(async (thrown: unknown) => {
      if (asApiError(thrown).code !== 'do_not_call' || !(await this.doNotCall.ask(number))) throw thrown;
      return post({ despite_do_not_call: true });
    });
    this.#trace.began({ engagement, number, from, at: this.clock.now });
    return engagement;
  }

  /** Who clicks on a page of the CRM is told here what came of it. */
  async dialClicked({ number, from }: Click): Promise<void> {
    this.clickRefused = null;
    await this.dial(number, from).catch((thrown: unknown) => (this.clickRefused = { number, error: asApiError(thrown) }));
  }

  /** Ends this agent's own part of a call. */
  async hangUp(engagement: string): Promise<void> {
    const here = this.atPhone === engagement;
    if (here) this.phone.hangUp();
    // While the phone is cut off its own word does not get through.
    if (!here || this.phone.standing.is !== 'ready') await this.session.api.post<void>('/me/hang-up', { engagement });
    // Who gives up a call need not be told that it was not made.
    this.#trace.forget(engagement);
  }

  /** Asks something of a call; what comes of it the live connection tells. */
  async ask(engagement: string, asked: Asked): Promise<void> {
    if (this.atPhone === engagement && this.#doneHere(asked)) return;
    await this.session.api.post<void>('/me/control', { engagement, ...asked });
  }

  /** What the phone in this window does by itself, at once and for sure; answers whether that was it. */
  #doneHere({ ask }: Asked): boolean {
    if (ask === 'answer') void this.phone.answer();
    else if (ask === 'hold' || ask === 'resume') {
      // Voices need no connection to the phone system, but holding does: asked for without one it would end the call.
      if (this.phone.standing.is !== 'ready') throw new ApiError('phone_unreachable', 0);
      this.phone.hold(ask === 'hold');
    } else if (ask === 'mute' || ask === 'unmute') this.phone.mute(ask === 'mute');
    else return false;
    return true;
  }

  #atPhone(): string | null {
    const { call } = this.phone;
    const calls = this.panel?.calls ?? [];
    if (!call) return null;
    const ringing = calls.filter(({ state }) => state === 'ringing');
    const others = calls.filter(({ state }) => state !== 'ringing');
    // What was answered here a moment ago is told by the server a moment later.
    const those = call.own ? others : call.state === 'ringing' || others.length === 0 ? ringing : others;
    return those.length === 1 ? (those[0]?.engagement ?? null) : null;
  }

  #endAnyway(engagement: string | null): void {
    if (engagement) void this.session.api.post<void>('/me/hang-up', { engagement }, { keepalive: true }).catch(() => {});
  }

  forgetDial(engagement: string): void {
    this.#trace.forget(engagement);
  }

  async setMode(mode: 'available' | 'away', reason: string | null): Promise<void> {
    await this.session.api.put<void>('/me/mode', { mode, reason });
  }

  /** More time for a wrap-up; the live connection tells of it as well. */
  async extend(item: DeskItem): Promise<void> {
    const { deadline } = await this.session.api.post<{ deadline: string | null }>(`/wrapups/${encodeURIComponent(item.id)}/extend`, {});
    const { panel } = this;
    if (!panel) return;
    const wrapups = panel.wrapups.map((one) => (one.id === item.id ? { ...one, deadline, late: false } : one));
    this.panel = { ...panel, wrapups };
  }

  /** Leaves a wrap-up for later, with what was typed; the live connection tells that it waits. */
  async putAside(item: DeskItem): Promise<void> {
    await item.draft.flush();
    await this.session.api.post<void>(`/wrapups/${encodeURIComponent(item.id)}/put-aside`, {});
    const { panel } = this;
    if (!panel) return;
    this.panel = { ...panel, wrapups: panel.wrapups.map((one) => (one.id === item.id ? { ...one, released: true } : one)) };
  }

  /** Brings a wrap-up of this agent to the front of the panel, also one that its list has no room for. */
  async summon(id: string): Promise<void> {
    if (!this.items.some((item) => item.id === id && !item.summoned)) await this.#fetch(id);
    this.closing = null;
    this.selected = id;
    this.summons += 1;
  }

  /** Puts one of the panel's own list in front; one that the live connection does not tell of is asked for anew. */
  bringForward(item: DeskItem): void {
    this.selected = item.id;
    this.closing = null;
    this.#refetch();
  }

  async #fetch(id: string): Promise<void> {
    const { wrapup } = await this.session.api.get<{ wrapup: Wrapup }>(`/wrapups/${encodeURIComponent(id)}`);
    const keeper = this.#drafts.get(id);
    if (keeper) keeper.adopt(wrapup.draft);
    else this.#drafts.set(id, new DraftKeeper(this.session.api, id, wrapup.draft));
    this.#summoned = [...this.#summoned.filter((one) => one.id !== id), wrapup];
  }

  /**
   * Another window may have saved its draft, and what the agent says of a wrap-up changes its Cases: the one in front
   * is asked for where the live connection does not tell of it.
   */
  #refetch(): void {
    const { selected } = this;
    if (selected === null || this.#closed.has(selected) || !this.#summoned.some((one) => one.id === selected)) return;
    this.#fetch(selected).catch((thrown: unknown) => {
      // Where it does not come, what is there holds.
      if (asApiError(thrown).code === 'not_found') this.#dismiss(selected);
    });
  }

  /** It was submitted in another window: whoever typed something here that is stored nowhere is told what became of it. */
  #dismiss(id: string): void {
    const item = this.items.find((one) => one.id === id);
    if (item?.draft.dirty) {
      void this.#tellOutcome(item);
      return;
    }
    this.#summoned = this.#summoned.filter((one) => one.id !== id);
    if (this.selected === id) this.selected = null;
  }

  async #submit(item: DeskItem, button: 'log' | 'do-not-log', body: unknown): Promise<void> {
    const path = `/wrapups/${encodeURIComponent(item.id)}/${button}`;
    try {
      const { activity } = await this.session.api.post<{ activity: Activity }>(path, body);
      this.#close(item, { how: button === 'log' ? 'logged' : 'not_logged', activity });
    } catch (thrown) {
      this.#refused(item, asApiError(thrown));
    }
  }

  #refused(item: DeskItem, error: ApiError): void {
    if (error.code === 'wrapup_closed_differently') {
      const activity = error.detail['activity'];
      this.#close(item, { how: 'differently', activity: isObject(activity) ? (activity as Activity) : null, engagement: item.id });
      return;
    }
    const match = error.detail['match'];
    if (isObject(match)) this.#matches.set(item.id, match as Match);
    // A record that is to be made although others have the number now: the agent looks at those first.
    const unseen = error.code === 'match_changed' && item.draft.party?.choice === 'create';
    if (error.code === 'party_gone' || unseen) item.draft.change({ party: null });
    if (error.code === 'stale_revision') item.draft.adoptUnknown(error.detail['current']);
    throw error;
  }

  #close(item: DeskItem, closing: Closing): void {
    item.draft.close();
    this.#closed.add(item.id);
    this.#drafts.delete(item.id);
    if (this.selected === item.id) this.selected = null;
    this.closing = closing;
    this.recentAge += 1;
  }

  #take(panel: Panel): void {
    this.clock.correct(panel.now);
    this.#matches.clear();
    // What is being written stays under the agent's hands when another call comes to the front.
    const { current } = this;
    if (current && this.selected === null && editing() && (current.draft.dirty || current.draft.revision > 0)) this.selected = current.id;
    const before = this.panel;
    const gone = this.#goneFrom(panel);
    for (const { id, draft } of drafts(panel)) {
      const keeper = this.#drafts.get(id);
      if (keeper) keeper.adopt(draft);
      else if (!this.#closed.has(id)) this.#drafts.set(id, new DraftKeeper(this.session.api, id, draft));
    }
    this.panel = panel;
    if (!before) this.cutOff.read(panel.agent.key);
    if (panel.calls.length === 0) this.phone.noneLeft();
    this.#trace.see(panel, this.clock.now);
    if (before && callsChanged(before, panel)) this.recentAge += 1;
    // What became of the last call must not be read as what became of one that has come since.
    if (before && drafts(panel).some(({ id }) => !drafts(before).some((known) => known.id === id))) this.closing = null;
    this.#refetch();
    if (this.selected && !this.items.some((item) => item.id === this.selected)) this.selected = null;
    if (gone) void this.#tellOutcome(gone);
  }

  /** The wrap-up in front, where it is no longer on this panel although something of it is stored nowhere. */
  #goneFrom(panel: Panel): DeskItem | null {
    const { current } = this;
    if (current?.phase !== 'wrapup' || current.summoned || !current.draft.dirty) return null;
    return panel.wrapups.some(({ id }) => id === current.id) ? null : current;
  }

  /** Another window submitted it: whoever was about to is told what became of it. A submit under way tells it as well. */
  async #tellOutcome(item: DeskItem): Promise<void> {
    item.draft.close();
    try {
      const { activity } = await this.session.api.get<{ activity: Activity }>(`/activities/${encodeURIComponent(item.call.id)}`);
      const part = activity.engagements.find(({ id }) => id === item.id);
      const submitted = part?.wrapup != null && part.wrapup.state !== 'open';
      if (submitted && !this.#closed.has(item.id)) this.#close(item, { how: 'differently', activity, engagement: item.id });
    } catch {
      // The list of recent calls has it all the same.
    }
  }

  #statusIs(status: LiveStatus): void {
    const back = status === 'live' && this.status !== 'live';
    this.status = status;
    if (back) for (const draft of this.#drafts.values()) draft.resume();
  }

  #items(): DeskItem[] {
    if (!this.panel) return [];
    const calls = this.panel.calls.filter((call) => call.state !== 'ringing').map((call) => this.#fromCall(call));
    const listed = this.panel.wrapups;
    const summoned = this.#summoned.filter((wrapup) => !listed.some(({ id }) => id === wrapup.id));
    const wrapups = [...listed, ...summoned].filter((wrapup) => !this.#closed.has(wrapup.id)).map((wrapup) => this.#fromWrapup(wrapup));
    return [...calls, ...wrapups].filter((item) => item !== null);
  }

  #fromCall(live: LiveCall): DeskItem | null {
    const draft = this.#drafts.get(live.engagement);
    if (!draft) return null;
    return {
      id: live.engagement,
      phase: 'call',
      held: live.state === 'held',
      call: live.call,
      since: live.answered_at ?? live.offered_at,
      via: live.via,
      match: this.#matches.get(live.engagement) ?? live.match,
      codes: live.codes,
      codesFrom: live.codes_from,
      lastCalls: live.last_calls,
      relate: live.relate,
      opportunity: live.opportunity ?? null,
      cases: live.cases,
      deadline: null,
      late: false,
      canExtend: false,
      released: false,
      undispositioned: false,
      summoned: false,
      controls: live.controls,
      draft,
    };
  }

  #fromWrapup(wrapup: Wrapup): DeskItem | null {
    const draft = this.#drafts.get(wrapup.id);
    if (!draft) return null;
    return {
      id: wrapup.id,
      phase: 'wrapup',
      held: false,
      call: wrapup.call,
      since: wrapup.opened_at,
      via: null,
      match: this.#matches.get(wrapup.id) ?? wrapup.match,
      codes: wrapup.codes,
      codesFrom: wrapup.codes_from,
      lastCalls: wrapup.last_calls,
      relate: wrapup.relate,
      opportunity: wrapup.opportunity ?? null,
      cases: wrapup.cases,
      deadline: wrapup.deadline,
      late: wrapup.late,
      canExtend: wrapup.can_extend,
      released: wrapup.released,
      undispositioned: wrapup.state === 'undispositioned',
      summoned: this.#summoned.includes(wrapup),
      controls: null,
      draft,
    };
  }

  #seen = (): void => this.#live.see(this.#view, document.hasFocus());

  #leave = (): void => {
    for (const draft of this.#drafts.values()) draft.flushOnExit();
  };

  /** The page goes, and the call of its phone with it. */
  #cutOff(): void {
    const { panel, atPhone } = this;
    const live = panel?.calls.find(({ engagement }) => engagement === atPhone);
    if (panel && live) this.cutOff.note(live, panel.agent.key, this.clock.now);
    // After the phone's own word, which may not get out of a page that goes.
    queueMicrotask(() => this.#endAnyway(atPhone));
  }
}

/**
 * Whether calls may have changed: one has come, gone or become another, or the server speaks up for another
 * reason, such as a call that was over before it was seen here or has been archived since. A saved draft changes
 * no call. The first snapshot, read by request, has no version to compare.
 */
function callsChanged(before: Panel, now: Panel): boolean {
  const facts = ({ calls, wrapups }: Panel): string =>
    JSON.stringify([calls.map(({ engagement, call, match }) => [engagement, call, match]), wrapups.map(({ id, match }) => [id, match])]);
  const revisions = (panel: Panel): string => drafts(panel).map(({ draft }) => draft.revision).join();
  if (facts(before) !== facts(now)) return true;
  return before.version > 0 && before.version !== now.version && revisions(before) === revisions(now);
}

function drafts(panel: Panel): { id: string; draft: LiveCall['draft'] }[] {
  return [
    ...panel.calls.map((call) => ({ id: call.engagement, draft: call.draft })),
    ...panel.wrapups.map((wrapup) => ({ id: wrapup.id, draft: wrapup.draft })),
  ];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
