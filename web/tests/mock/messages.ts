import type { User } from '../../src/lib/api/contract.ts';
import type { MessageCount, MessageHow, MessageLine, MessagePage, MessageState } from '../../src/lib/api/messages.ts';
import { find, Refusal, type Ask } from './ask.ts';
import type { Mock } from './server.ts';
import { ago, ana, bruno, call } from './world.ts';

/** Messages as work: what waits oldest first, what is done newest first. */
const PAGE = 4;

type More = Partial<Omit<MessageLine, 'call'>> & { call?: Parameters<typeof call>[0] };

export function message(id: string, { call: facts, ...more }: More = {}): MessageLine {
  return {
    id,
    revision: 0,
    state: 'open',
    ring_group: 'Soporte',
    agent: null,
    agent_name: null,
    left_at: ago(600),
    call: call({ id, type: 'voicemail', ring_group: 'Soporte', number: '+34600111222', number_display: '+34 600 11 12 22', ...facts }),
    party: null,
    by: null,
    at: null,
    how: null,
    reason: null,
    back_call: null,
    called_back: null,
    spoke: null,
    sound: true,
    theirs: false,
    can: { take: true, give_back: false, finish: true, reopen: false, call_back: true },
    ...more,
  };
}

const mateo = { id: 'u-mateo', name: 'Mateo Gil' };
const NOTHING = { take: false, give_back: false, finish: false, reopen: false, call_back: false };

/** Of an agent in Soporte: two that are open, one that a colleague has and one that is done. */
export const messages: MessageLine[] = [
  message('m-old', { left_at: ago(7200), party: ana }),
  message('m-spoke', { left_at: ago(3600), party: bruno, spoke: { call: 'c-again', direction: 'inbound', at: ago(600), agent: '1004', agent_name: 'Mateo Gil' } }),
  message('m-taken', { left_at: ago(1800), state: 'taken', by: mateo, at: ago(300), revision: 1, can: NOTHING, called_back: { at: ago(120), by: mateo, reached: false } }),
  message('m-key', { left_at: ago(60), sound: false, call: { number: null, number_display: null, number_kind: 'withheld' }, can: { ...NOTHING, take: true, finish: true } }),
  message('m-done', { left_at: ago(9000), state: 'done', by: mateo, at: ago(8000), revision: 2, how: 'no_need', reason: 'No se oye nada.', can: NOTHING }),
];

export function list({ mock, query }: Ask): MessagePage {
  const state = (query.get('state') ?? 'waiting') as MessageState | 'waiting';
  const group = query.get('ring_group');
  const wanted = mock.messages.filter((one) => (state === 'waiting' ? one.state !== 'done' : one.state === state) && (group === null || (one.ring_group ?? '') === group));
  const from = Number(query.get('after') ?? 0);
  return { messages: wanted.slice(from, from + PAGE), next: from + PAGE < wanted.length ? String(from + PAGE) : null };
}

export function counts(mock: Mock): MessageCount[] {
  const boxes = new Map<string | null, MessageCount>();
  for (const { ring_group, state } of mock.messages) {
    if (state === 'done') continue;
    const box = boxes.get(ring_group) ?? { ring_group, open: 0, taken: 0 };
    box[state] += 1;
    boxes.set(ring_group, box);
  }
  return [...boxes.values()];
}

/** Puts messages into the world, and tells panels how many there are. */
export function leave(mock: Mock, left: MessageLine[]): void {
  mock.messages = structuredClone(left);
  mock.panel.messages = counts(mock);
}

export function step({ mock, params, body }: Ask): { message: MessageLine } {
  const found = find(mock.messages, params[0]);
  if (found.revision !== body['revision']) throw new Refusal(409, 'stale_revision', { current: found });
  const { signedIn } = mock;
  if (!signedIn) throw new Refusal(401, 'unauthenticated');
  mock.push((panel) => {
    if (params[1] === 'take') taken(found, signedIn);
    if (params[1] === 'give-back') Object.assign(found, { state: 'open', by: null, at: null, theirs: false, can: { ...NOTHING, take: true, finish: true, call_back: true } });
    if (params[1] === 'reopen') taken(found, signedIn);
    if (params[1] === 'done') {
      const how = body['how'] as MessageHow;
      Object.assign(found, { state: 'done', by: who(signedIn), at: ago(0), how, reason: body['reason'] ?? null, theirs: false, can: { ...NOTHING, reopen: true } });
    }
    found.revision += 1;
    panel.messages = counts(mock);
  });
  return { message: found };
}

export function dial({ mock, body }: Ask): { engagement: string } {
  const from = body['from'] as { from: string; call?: string };
  const { signedIn } = mock;
  if (from.from === 'message' && signedIn) {
    const found = find(mock.messages, from.call);
    mock.push((panel) => {
      taken(found, signedIn);
      Object.assign(found, { revision: found.revision + 1, called_back: { at: ago(0), by: who(signedIn), reached: null } });
      panel.messages = counts(mock);
    });
  }
  return { engagement: 'e-dialled' };
}

function taken(found: MessageLine, user: User): void {
  const can = { ...NOTHING, give_back: true, finish: true, call_back: found.call.number !== null };
  Object.assign(found, { state: 'taken', by: who(user), at: ago(0), how: null, reason: null, theirs: true, can });
}

const who = ({ id, name }: User): { id: string; name: string } => ({ id, name });
