import { UA, WebSocketInterface, debug } from 'jssip';
import type { RTCSession } from 'jssip/lib/RTCSession';
import type { WebPhoneAccount } from '../api/contract';
import type { CallEar, Ear, EndedBy, Line, LineCall } from './line';

/** The phone system decides how long it rings; this only ends what it forgot. */
const NO_ANSWER_S = 600;
/** How long it may take to find out how this browser is reached, after the first way was found. */
const WAYS_WITHIN_MS = 1500;
/** After how long a registration that was refused is tried again. */
const AGAIN_AFTER_MS = 30_000;
const REGISTERED_S = 120;
const ENGAGED = 486;
const NOT_HERE = 480;
/** How long a key is heard, and the silence after it, in milliseconds. */
const KEY = { duration: 160, gap: 70 } as const;
/** JsSIP's words for a call that voices or the way to the phone system ended. */
const BROKEN: Record<string, EndedBy> = {
  'Connection Error': 'connection',
  'Request Timeout': 'connection',
  'RTP Timeout': 'fault',
  'WebRTC Error': 'fault',
  'Bad Media Description': 'fault',
  'Incompatible SDP': 'fault',
};

/** Registers at the phone system by SIP over a WebSocket. */
export function plugIn(account: WebPhoneAccount, ear: Ear): Line {
  debug.disable();
  const ua = new UA({
    sockets: [new WebSocketInterface(account.url)],
    uri: `sip:${account.username}@${account.domain}`,
    authorization_user: account.username,
    password: account.password,
    register_expires: REGISTERED_S,
    no_answer_timeout: NO_ANSWER_S,
    user_agent: 'Bitacora',
  });
  let again: ReturnType<typeof setTimeout> | undefined;
  ua.on('registered', () => ear.registered());
  ua.on('disconnected', () => ear.unreachable('no_connection'));
  ua.on('registrationFailed', ({ cause }) => {
    ear.unreachable(String(cause) in BROKEN ? 'no_connection' : 'refused');
    clearTimeout(again);
    again = setTimeout(() => ua.register(), AGAIN_AFTER_MS);
  });
  ua.on('newRTCSession', ({ originator, session }: { originator: string; session: RTCSession }) => {
    if (originator !== 'remote') return;
    const call = new SipCall(session, account.ice_servers);
    const told = ear.called(call);
    if (told) call.tell(told);
    else call.turnDown();
  });
  ua.start();
  return {
    tryAgain: () => {
      clearTimeout(again);
      if (ua.isConnected()) ua.register();
    },
    close: () => {
      clearTimeout(again);
      ua.stop();
    },
  };
}

class SipCall implements LineCall {
  readonly from: string;
  readonly #session: RTCSession;
  readonly #iceServers: RTCIceServer[];

  constructor(session: RTCSession, iceServers: RTCIceServer[]) {
    this.#session = session;
    this.#iceServers = iceServers;
    this.from = session.remote_identity.uri.user;
  }

  tell(ear: CallEar): void {
    const session = this.#session;
    session.on('peerconnection', ({ peerconnection }) =>
      peerconnection.addEventListener('track', ({ streams: [stream] }: RTCTrackEvent) => {
        if (stream) ear.sound(stream);
      }),
    );
    let enough: ReturnType<typeof setTimeout> | undefined;
    session.on('icecandidate', ({ ready }) => (enough ??= setTimeout(ready, WAYS_WITHIN_MS)));
    session.on('accepted', () => {
      clearTimeout(enough);
      ear.connected();
    });
    session.on('hold', ({ originator }) => String(originator) === 'local' && ear.held(true));
    session.on('unhold', ({ originator }) => String(originator) === 'local' && ear.held(false));
    const over = ({ originator, cause }: { originator: unknown; cause: string }): void => {
      clearTimeout(enough);
      ear.ended(BROKEN[cause] ?? (originator === 'local' ? 'here' : 'there'));
    };
    session.on('ended', over);
    session.on('failed', over);
  }

  answer(microphone: MediaStream): void {
    this.#session.answer({ mediaStream: microphone, pcConfig: { iceServers: this.#iceServers } });
  }

  turnDown(): void {
    this.#end(ENGAGED);
  }

  leave(): void {
    this.#end(NOT_HERE);
  }

  hold(on: boolean): void {
    if (on) this.#session.hold();
    else this.#session.unhold();
  }

  mute(on: boolean): void {
    if (on) this.#session.mute({ audio: true });
    else this.#session.unmute({ audio: true });
  }

  press(key: string): void {
    for (const sender of this.#session.connection.getSenders()) sender.dtmf?.insertDTMF(sender.dtmf.toneBuffer + key, KEY.duration, KEY.gap);
  }

  async speak(microphone: MediaStream): Promise<void> {
    const [track] = microphone.getAudioTracks();
    for (const sender of this.#session.connection.getSenders()) {
      // Who is muted or holds the call stays so.
      if (track) track.enabled = sender.track?.enabled ?? true;
      await sender.replaceTrack(track ?? null);
    }
  }

  /** The status is for a call that rings; one that is on is just ended. */
  #end(status: number): void {
    if (this.#session.isEnded()) return;
    if (this.#session.isEstablished()) this.#session.terminate();
    else this.#session.terminate({ status_code: status });
  }
}
