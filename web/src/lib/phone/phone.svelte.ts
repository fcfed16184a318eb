import type { ApiClient } from '../api/client';
import type { WebPhoneAccount } from '../api/contract';
import { close, openMicrophone, present, remember, remembered, type Devices, type DeviceUse, type NoMicrophone } from './devices';
import type { CallEar, EndedBy, Line, LineCall, Unreachable } from './line';
import { Ringer } from './ringer';

/** How the phone of this window stands. Only one that can speak and be reached is registered, so only that one is called. */
export type Standing =
  | { is: 'off' }
  /** Another window of this browser has it. */
  | { is: 'elsewhere' }
  | { is: 'starting' }
  | { is: 'ready' }
  | { is: 'unreachable'; why: Unreachable | 'not_loaded' }
  | { is: 'silent'; why: NoMicrophone };

export type PhoneCall = {
  from: string;
  state: 'ringing' | 'answering' | 'connected' | 'ending';
  held: boolean;
  muted: boolean;
  /** It rings because this window asked for a number to be called. */
  own: boolean;
};

/** What was wrong with the last call, or with answering this one. */
export type Trouble = NoMicrophone | 'lost' | 'fault';

/** How long after a click this phone picks up by itself: as long as the phone system lets it ring, and then some. */
const EXPECTED_MS = 25_000;
/** Two numbers are the same where they end alike, however their beginnings are written. */
const TELLING_DIGITS = 7;

/** The phone in this window: one call at a time, and one window at a time. */
export class WebPhone {
  standing = $state.raw<Standing>({ is: 'off' });
  call = $state<PhoneCall | null>(null);
  trouble = $state<Trouble | null>(null);
  /** Whether the browser keeps back what should be heard, until somebody touches the page. */
  kept = $state(false);
  devices = $state.raw<Devices>({ microphone: null, speaker: null, ring: null });
  present = $state.raw<MediaDeviceInfo[]>([]);

  /** The way to the phone system broke while a call was on: it does not know that the call is over. */
  onlost: () => void = () => {};
  /** The page goes while a call is on. */
  onleave: () => void = () => {};

  #agent = '';
  #run: AbortController | null = null;
  #line: Line | null = null;
  #at: LineCall | null = null;
  #microphone: MediaStream | null = null;
  #resting = false;
  /** Whether the phone system could not be reached at some time of this call: it may have ended it since, unheard. */
  #cut = false;
  #expected: { digits: string; until: number } | null = null;
  #ringer = new Ringer();
  #speaker: HTMLAudioElement | null = null;

  constructor(readonly api: ApiClient) {}

  get established(): boolean {
    return this.call?.state === 'connected' || this.call?.state === 'ending';
  }

  start(agent: string): void {
    this.#resting = false;
    if (this.#run && this.#agent === agent) return;
    this.stop();
    this.#agent = agent;
    this.#run = new AbortController();
    this.devices = remembered(agent);
    this.standing = { is: 'starting' };
    addEventListener('beforeunload', this.#warn);
    addEventListener('pagehide', this.#gone);
    navigator.mediaDevices?.addEventListener('devicechange', this.#look);
    void this.#alone(this.#run.signal);
  }

  stop(): void {
    this.#at?.leave();
    this.#over();
    this.#line?.close();
    this.#line = null;
    this.#run?.abort();
    this.#run = null;
    this.standing = { is: 'off' };
    removeEventListener('beforeunload', this.#warn);
    removeEventListener('pagehide', this.#gone);
    navigator.mediaDevices?.removeEventListener('devicechange', this.#look);
  }

  /** Nobody sits here any more: it stops, after the call that is on. */
  rest(): void {
    this.#resting = true;
    if (!this.established) this.stop();
  }

  /** Tries again whatever did not work. */
  again(): void {
    if (this.#line) this.#line.tryAgain();
    else if (this.#run) void this.#connect(this.#run.signal);
  }

  /** A number is being called for this agent, whose phone rings first; null: it is not. */
  expect(number: string | null): void {
    const digits = number?.replace(/\D/g, '') ?? '';
    this.#expected = digits === '' ? null : { digits, until: Date.now() + EXPECTED_MS };
  }

  async answer(): Promise<void> {
    const { call } = this;
    if (call?.state !== 'ringing') return;
    call.state = 'answering';
    this.trouble = null;
    this.#ringer.stop();
    const microphone = await openMicrophone(this.devices.microphone);
    if (typeof microphone === 'string') {
      this.trouble = microphone;
      if (this.call === call) {
        call.state = 'ringing';
        void this.#ring();
      }
    } else if (this.call === call) {
      this.#microphone = microphone;
      this.#at?.answer(microphone);
    } else {
      close(microphone);
    }
  }

  reject(): void {
    this.#at?.turnDown();
  }

  hangUp(): void {
    if (!this.call) return;
    this.call.state = 'ending';
    this.#at?.leave();
  }

  /** The server knows of no call any more: one that the phone system could not end is ended. */
  noneLeft(): void {
    if (this.#cut && this.established) this.#at?.leave();
  }

  hold(on: boolean): void {
    this.#at?.hold(on);
  }

  mute(on: boolean): void {
    if (!this.call) return;
    this.#at?.mute(on);
    this.call.muted = on;
  }

  press(key: string): void {
    this.#at?.press(key);
  }

  /** The page sounds from now on: somebody touched it. */
  async sound(): Promise<void> {
    await this.#speaker?.play().catch(() => {});
    this.kept = !(await this.#ringer.allow());
  }

  async choose(use: DeviceUse, device: string | null): Promise<void> {
    this.devices = { ...this.devices, [use]: device };
    remember(this.#agent, this.devices);
    if (use === 'ring') await this.#ringer.useDevice(device);
    if (use === 'speaker') await this.#hearAt(device);
    if (use === 'microphone' && this.call?.state === 'connected') await this.#speakInto(device);
  }

  /** One window at a time: the others wait until it goes, and take over then. */
  async #alone(signal: AbortSignal): Promise<void> {
    const work = (): Promise<void> => this.#work(signal);
    if (!('locks' in navigator)) return work();
    const name = `bitacora-phone-${this.#agent}`;
    try {
      const taken = await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
        if (lock) await work();
        return lock === null;
      });
      if (!taken || signal.aborted) return;
      this.standing = { is: 'elsewhere' };
      await navigator.locks.request(name, { signal }, work);
    } catch {
      // Nobody waits any more. (Or a frame without an origin of its own, which has no microphone either.)
      if (!signal.aborted) this.standing = { is: 'silent', why: 'unsupported' };
    }
  }

  /** Ends when the phone is stopped: as long the window has it. */
  async #work(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const stopped = new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));
    await this.#connect(signal);
    await stopped;
  }

  async #connect(signal: AbortSignal): Promise<void> {
    // One that was stopped goes on telling how it ends.
    const stands = (standing: Standing): void => {
      if (!signal.aborted) this.standing = standing;
    };
    stands({ is: 'starting' });
    const microphone = await openMicrophone(this.devices.microphone);
    if (typeof microphone !== 'string') close(microphone);
    if (signal.aborted) return;
    if (typeof microphone === 'string') return stands({ is: 'silent', why: microphone });
    this.#look();
    try {
      const [account, { plugIn }] = await Promise.all([this.api.get<WebPhoneAccount>('/me/phone'), import('./sip')]);
      if (signal.aborted) return;
      this.#line = plugIn(account, {
        registered: () => stands({ is: 'ready' }),
        unreachable: (why) => {
          this.#cut = this.call !== null;
          stands({ is: 'unreachable', why });
        },
        called: (call) => this.#called(call),
      });
    } catch {
      stands({ is: 'unreachable', why: 'not_loaded' });
    }
  }

  #called(at: LineCall): CallEar | null {
    if (this.call) return null;
    this.#at = at;
    this.#cut = false;
    this.trouble = null;
    const own = this.#isExpected(at.from);
    this.call = { from: at.from, state: 'ringing', held: false, muted: false, own };
    if (own) void this.answer();
    else void this.#ring();
    return {
      connected: () => this.#connected(),
      held: (on) => {
        if (this.call) this.call.held = on;
      },
      sound: (stream) => void this.#hear(stream),
      ended: (by) => this.#ended(by),
    };
  }

  /** Only what rings for a number that was just clicked here is picked up by itself, and only once. */
  #isExpected(from: string): boolean {
    const expected = this.#expected;
    const digits = from.replace(/\D/g, '');
    if (!expected || Date.now() > expected.until || digits === '') return false;
    const telling = (text: string): string => text.slice(-TELLING_DIGITS);
    const same = digits === expected.digits || (digits.length >= TELLING_DIGITS && telling(digits) === telling(expected.digits));
    if (same) this.#expected = null;
    return same;
  }

  #connected(): void {
    if (this.call?.state === 'answering') this.call.state = 'connected';
  }

  #ended(by: EndedBy): void {
    const established = this.established;
    if (by === 'connection' && established) this.onlost();
    if (by === 'connection') this.trouble = 'lost';
    if (by === 'fault') this.trouble = 'fault';
    this.#over();
    if (this.#resting) this.stop();
  }

  #over(): void {
    this.#ringer.stop();
    close(this.#microphone);
    this.#microphone = null;
    if (this.#speaker) this.#speaker.srcObject = null;
    this.#at = null;
    this.call = null;
    this.kept = false;
  }

  async #ring(): Promise<void> {
    const allowed = await this.#ringer.allow();
    if (this.call?.state !== 'ringing') return;
    await this.#ringer.useDevice(this.devices.ring);
    this.#ringer.start();
    this.kept = !allowed;
  }

  async #hear(stream: MediaStream): Promise<void> {
    this.#speaker ??= new Audio();
    this.#speaker.srcObject = stream;
    await this.#hearAt(this.devices.speaker);
    // Refused where nobody has touched the page yet.
    await this.#speaker.play().catch((thrown: unknown) => {
      if (thrown instanceof DOMException && thrown.name === 'NotAllowedError') this.kept = true;
    });
  }

  async #hearAt(device: string | null): Promise<void> {
    const speaker = this.#speaker as (HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> }) | null;
    await speaker?.setSinkId?.(device ?? '').catch(() => {});
  }

  async #speakInto(device: string | null): Promise<void> {
    const microphone = await openMicrophone(device);
    if (typeof microphone === 'string') {
      this.trouble = microphone;
    } else if (this.#at && this.call?.state === 'connected') {
      await this.#at.speak(microphone);
      close(this.#microphone);
      this.#microphone = microphone;
    } else {
      close(microphone);
    }
  }

  #look = (): void => {
    void present().then((devices) => (this.present = devices));
  };

  /** Leaving the page ends the call: whoever is about to is asked first. */
  #warn = (event: BeforeUnloadEvent): void => {
    if (this.established) event.preventDefault();
  };

  /** What is said here goes with the page: the other end is told, and not left in silence. */
  #gone = (): void => {
    if (this.established) this.onleave();
    this.#at?.leave();
  };
}
