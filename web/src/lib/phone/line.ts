import type { WebPhoneAccount } from '../api/contract';

/** Why there is no way to the phone system: it cannot be reached, or it does not let us in. */
export type Unreachable = 'no_connection' | 'refused';
/** Who ended a call; `connection`: the way to the phone system broke, `fault`: voices found no way. */
export type EndedBy = 'here' | 'there' | 'connection' | 'fault';

/** What is told of a call. */
export type CallEar = {
  connected(): void;
  held(on: boolean): void;
  sound(stream: MediaStream): void;
  ended(by: EndedBy): void;
};

/** What is told of a line. */
export type Ear = {
  registered(): void;
  unreachable(why: Unreachable): void;
  /** Somebody calls; answers who is told of it from now on, or null where it is engaged. */
  called(call: LineCall): CallEar | null;
};

/** A call as the line has it. */
export interface LineCall {
  /** The number that it says it comes from; empty where it says none. */
  readonly from: string;
  answer(microphone: MediaStream): void;
  /** Says that it is engaged. */
  turnDown(): void;
  /** Ends it; one that rings is told that nobody is here. */
  leave(): void;
  hold(on: boolean): void;
  mute(on: boolean): void;
  /** A digit, `*` or `#`, to be heard by the other end. */
  press(key: string): void;
  /** Takes what is said from another microphone. */
  speak(microphone: MediaStream): Promise<void>;
}

/** A way to the phone system. */
export interface Line {
  /** Is registered anew, where that was refused. */
  tryAgain(): void;
  close(): void;
}

/** All that the panel wants of a phone in the browser: whatever speaks SIP is behind it. */
export type PlugIn = (account: WebPhoneAccount, ear: Ear) => Line;
