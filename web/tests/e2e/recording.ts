import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folders of `captures/` that tests play. */
export type Scenario =
  | 's01_answered'
  | 's02_answered_agent_hangup'
  | 's03_missed_rna'
  | 's05_abandoned_ringing'
  | 's07_voicemail'
  | 's10_hold_reinvite'
  | 's14_blindtransfer_ami'
  | 's18_direct_missed'
  | 's34_outbound_manual';

/** Who takes part in a play: what stands where the capture has its own numbers and agents. */
export type Cast = {
  /** The other party, where the capture has 5550100 (who calls) or 5550200 (who is called). */
  number: string;
  /** Agents in the place of those of the capture. */
  agents: Partial<Record<'1001' | '1002' | '1003', string>>;
};

export type Frame = { event: string; text: string };

const CAPTURES = fileURLToPath(new URL('../../../captures/', import.meta.url));

/** Events about the recorded machine and its dialplan; no rule of the product rests on them. */
const LEFT_OUT = new Set([
  'CEL',
  'Cdr',
  'ContactStatus',
  'DeviceStateChange',
  'FullyBooted',
  'Newexten',
  'PeerStatus',
  'QueueMemberPause',
  'QueueMemberStatus',
  'RTCPSent',
  'RequestNotSupported',
  'SuccessfulAuth',
  'TestEvent',
]);
/** Variables that hold measurements, where digits are no names. */
const MEASURES = /^Variable: \S*(RTPAUDIO|TIME|WAIT)/m;

const LEG = /pbx1-(\d+)\.\d+/g;
const BRIDGE = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;
const CHANNEL_COUNTER = /((?:PJSIP|Local)\/[\w@]+-)([0-9a-f]{8})\b/g;
const TIMESTAMP = /^Timestamp: (\d+)\.(\d{6})/m;
const AGENT = /(?<![\w.])(1001|1002|1003)(?!\w)/g;
const OTHER_PARTY = /(?<!\w)(9?)(?:5550100|5550200)(?!\w)/g;

/** Counts legs and channels over all plays of a run, so that no two plays share a name. */
let counter = 0;
const next = (): number => (counter += 1);

function framesOf(scenario: Scenario): Frame[] {
  const bytes = readFileSync(`${CAPTURES}${scenario}/ami.raw`, 'latin1');
  const frames: Frame[] = [];
  for (const text of bytes.split('\r\n\r\n')) {
    const event = /^Event: (\S+)/m.exec(text)?.[1];
    if (event && !LEFT_OUT.has(event) && !MEASURES.test(text)) frames.push({ event, text });
  }
  return frames;
}

function timeOf(frame: Frame): number {
  const [, seconds = '0', micros = '0'] = TIMESTAMP.exec(frame.text) ?? [];
  return Number(seconds) * 1e6 + Number(micros);
}

/**
 * A recorded session as if it happened now with this cast: its last frame is of this moment, so that its
 * durations are those of the recording however fast it is played.
 */
export function recast(scenario: Scenario, cast: Cast): Frame[] {
  const frames = framesOf(scenario);
  const shift = Date.now() * 1000 - Math.max(...frames.map(timeOf));
  const shiftSeconds = Math.floor(shift / 1e6);
  const named = new Map<string, string>();
  const once = (name: string, make: () => string): string => {
    const known = named.get(name) ?? make();
    named.set(name, known);
    return known;
  };
  return frames.map((frame) => {
    const at = timeOf(frame) + shift;
    const text = frame.text
      .replace(AGENT, (agent) => cast.agents[agent as keyof Cast['agents']] ?? agent)
      .replace(OTHER_PARTY, (_, prefix: string) => prefix + cast.number)
      .replace(LEG, (id, seconds: string) => once(id, () => `pbx1-${Number(seconds) + shiftSeconds}.${next()}`))
      .replace(BRIDGE, (id) => once(id, randomUUID))
      .replace(CHANNEL_COUNTER, (_, name: string, count: string) => name + once(`channel ${count}`, () => next().toString(16).padStart(8, '0')))
      .replace(TIMESTAMP, `Timestamp: ${Math.floor(at / 1e6)}.${String(at % 1e6).padStart(6, '0')}`);
    return { event: frame.event, text };
  });
}
