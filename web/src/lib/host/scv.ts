/**
 * The panel as the connector of a contact centre in Salesforce Voice: Salesforce shows the calls and their buttons, we say
 * what the phone system does and do what is asked of it. The wrap-up itself is summed up in our component of a Voice Extension.
 *
 * Two rules of the SDK's guide: whatever a method was asked for is its answer and never published as well, and results are
 * objects of the SDK's own classes.
 */
import type { LiveCall, Panel } from '../api/contract';
import type { Crm, Host, Work } from './host';
import type { PhoneCall, ScvSdk } from './scv-sdk';
import { tabHost } from './standalone';

/** How long Salesforce is kept waiting for an agent who may be signed in already. */
const SIGNED_IN_LIMIT_MS = 8000;
/** Room for the sign-in page, in pixels. */
const LOGIN_HEIGHT_PX = 640;

type Standing = 'ringing' | 'connected';

/** What Salesforce is told, out of one snapshot of the panel after another. */
export class VoiceStory {
  readonly #calls = new Map<string, { standing: Standing; call: PhoneCall }>();
  readonly #wrapups = new Set<string>();
  #begun = false;

  constructor(
    private readonly sdk: ScvSdk,
    private readonly publish: (type: string, payload: object) => void,
  ) {}

  call(live: LiveCall): PhoneCall {
    return this.#phoneCall(live.engagement, live.call.direction === 'outbound', live.call.number, live.state === 'ringing' ? 'ringing' : 'connected');
  }

  /** Salesforce knows this by the answer of one of our methods. */
  known(engagement: string, standing: Standing, call: PhoneCall): void {
    this.#calls.set(engagement, { standing, call });
  }

  gone(engagement: string): void {
    this.#calls.delete(engagement);
  }

  dialled(engagement: string, number: string): PhoneCall {
    const call = this.#phoneCall(engagement, true, number, 'ringing');
    this.known(engagement, 'ringing', call);
    return call;
  }

  tell(panel: Panel): void {
    for (const live of panel.calls) this.#tellCall(live);
    const living = new Set(panel.calls.map(({ engagement }) => engagement));
    for (const [engagement, { call }] of this.#calls) {
      // A number that was dialled a moment ago is not among the calls yet.
      if (living.has(engagement) || (panel.dial?.engagement === engagement && panel.dial.fault === null)) continue;
      this.#calls.delete(engagement);
      this.publish('HANGUP', new this.sdk.HangupResult({ calls: [call] }));
    }
    const owed = panel.wrapups.filter(({ state }) => state !== 'undispositioned').map(({ id }) => id);
    for (const id of owed) {
      if (this.#wrapups.has(id)) continue;
      this.#wrapups.add(id);
      // What was owed before the page came is no news.
      if (this.#begun) this.publish('AFTER_CALL_WORK_STARTED', { callId: id });
    }
    for (const id of this.#wrapups) {
      if (owed.includes(id)) continue;
      this.#wrapups.delete(id);
      this.publish('WRAP_UP_ENDED', { callId: id });
    }
    this.#begun = true;
  }

  #tellCall(live: LiveCall): void {
    const before = this.#calls.get(live.engagement)?.standing;
    const standing: Standing = live.state === 'ringing' ? 'ringing' : 'connected';
    if (before === standing) return;
    const call = this.call(live);
    this.known(live.engagement, standing, call);
    if (before === undefined) this.publish('CALL_STARTED', new this.sdk.CallResult({ call }));
    if (standing === 'connected') this.publish('CALL_CONNECTED', new this.sdk.CallResult({ call }));
  }

  #phoneCall(callId: string, outbound: boolean, number: string | null, state: Standing): PhoneCall {
    return new this.sdk.PhoneCall({ callId, callType: outbound ? 'Outbound' : 'Inbound', ...(number && { phoneNumber: number }), state, callAttributes: {} });
  }
}

/** The host: the connector is handed to the SDK at once, and does something once there is an agent. */
export function scvHost(sdk: ScvSdk): Host {
  const agent = new Agent();
  const publish = (type: string, payload: object): void => {
    const eventType = sdk.Constants.EVENT_TYPE[type];
    // The SDK has its port with the set-up, and only then says anything.
    if (agent.setUp && eventType) void sdk.publishEvent({ eventType, payload });
  };
  const story = new VoiceStory(sdk, publish);
  sdk.initializeConnector(connector(sdk, agent, story));
  const crm: Crm = {
    clicks: () => () => {},
    offerDialling: () => {},
    refresh: () => {},
    cue: () => {},
    look: () => Promise.resolve(),
    assertion: () => Promise.resolve(null),
    attend(work) {
      agent.work = work;
      agent.came();
      if (agent.askedToSignIn) publish('LOGIN_RESULT', new sdk.GenericResult({ success: true }));
      agent.askedToSignIn = false;
      return () => void (agent.work = null);
    },
    told: (panel) => story.tell(panel),
  };
  return { ...tabHost(), unseen: true, crm };
}

/** Who is signed in to the panel, as soon as somebody is. */
class Agent {
  work: Work | null = null;
  setUp = false;
  askedToSignIn = false;
  came: () => void = () => {};
  readonly #here = new Promise<true>((here) => (this.came = () => here(true)));

  async within(limit: number): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<false>((over) => (timer = setTimeout(() => over(false), limit)));
    const came = await Promise.race([this.#here, late]);
    clearTimeout(timer);
    return came;
  }

  get mustWork(): Work {
    if (this.work === null) throw new Error('nobody is signed in');
    return this.work;
  }
}

/** The SDK's base class refuses whatever is not here: what our phone systems cannot be asked. */
function connector(sdk: ScvSdk, agent: Agent, story: VoiceStory): object {
  const idOf = (handed: PhoneCall | undefined): string => handed?.callId ?? agent.mustWork.panel?.calls[0]?.engagement ?? '';
  const live = (id: string): LiveCall | undefined => agent.work?.panel?.calls.find(({ engagement }) => engagement === id);
  const hold = async (handed: PhoneCall | undefined, ask: 'hold' | 'resume'): Promise<object> => {
    const id = idOf(handed);
    await agent.mustWork.ask(id, { ask });
    const found = live(id);
    return new sdk.HoldToggleResult({ isThirdPartyOnHold: false, isCustomerOnHold: ask === 'hold', calls: found ? { [id]: story.call(found) } : {} });
  };
  const mute = async (ask: 'mute' | 'unmute'): Promise<object> => {
    await agent.mustWork.ask(idOf(undefined), { ask });
    return new sdk.MuteToggleResult({ isMuted: ask === 'mute' });
  };
  const end = async (handed: PhoneCall | undefined): Promise<PhoneCall> => {
    const id = idOf(handed);
    await agent.mustWork.hangUp(id);
    story.gone(id);
    return new sdk.PhoneCall({ ...handed, callId: id, state: 'ended', callAttributes: {} });
  };
  return Object.assign(new sdk.VendorConnector(), {
    async init(): Promise<object> {
      agent.setUp = true;
      agent.askedToSignIn = !(await agent.within(SIGNED_IN_LIMIT_MS));
      return new sdk.InitResult({ showLogin: agent.askedToSignIn, loginFrameHeight: LOGIN_HEIGHT_PX });
    },
    getAgentConfig: async () => new sdk.AgentConfigResult({ phones: ['DESK_PHONE'], selectedPhone: new sdk.Phone({ type: 'DESK_PHONE' }) }),
    setAgentConfig: async () => new sdk.GenericResult({ success: false }),
    getCapabilities: async () => new sdk.CapabilitiesResult({ hasMute: true, hasRecord: false, hasMerge: false, hasSwap: false, debugEnabled: false }),
    getActiveCalls: async () => new sdk.ActiveCallsResult({ activeCalls: (agent.work?.panel?.calls ?? []).map((one) => story.call(one)) }),
    async acceptCall(handed?: PhoneCall): Promise<object> {
      const id = idOf(handed);
      await agent.mustWork.ask(id, { ask: 'answer' });
      const found = live(id);
      const call = new sdk.PhoneCall({ callType: 'Inbound', ...handed, ...(found && story.call(found)), callId: id, state: 'connected', callAttributes: {} });
      story.known(id, 'connected', call);
      return new sdk.CallResult({ call });
    },
    declineCall: async (handed?: PhoneCall) => new sdk.CallResult({ call: await end(handed) }),
    endCall: async (handed?: PhoneCall) => new sdk.HangupResult({ calls: [await end(handed)] }),
    hold: (handed?: PhoneCall) => hold(handed, 'hold'),
    resume: (handed?: PhoneCall) => hold(handed, 'resume'),
    mute: () => mute('mute'),
    unmute: () => mute('unmute'),
    async dial({ phoneNumber = '' }: { phoneNumber?: string }): Promise<object> {
      const engagement = await agent.mustWork.dial(phoneNumber, { from: 'typed' });
      return new sdk.CallResult({ call: story.dialled(engagement, phoneNumber) });
    },
    getPhoneContacts: async () => new sdk.PhoneContactsResult({ contacts: [] }),
    // Presence is the phone system's and the wrap-up's affair (P12); that of Omni-Channel changes nothing there.
    setAgentStatus: async () => new sdk.GenericResult({ success: true }),
    logout: async () => new sdk.LogoutResult({ success: true }),
    handleMessage: () => {},
    // Salesforce's own clock for After Call Work ran out; a wrap-up stays owed until somebody sums it up.
    wrapUpCall: () => {},
    downloadLogs: () => {},
    logMessageToVendor: () => {},
  });
}
