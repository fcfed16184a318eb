import type { InboxCounts, InboxLine, InboxPage, Wrapup } from '../../src/lib/api/contract.ts';
import { find, Refusal, type Ask } from './ask.ts';
import { ago, ana, bruno, call } from './world.ts';

/** The inbox of wrap-ups: of each agent, oldest first. */
const PAGE = 3;

const later = (seconds: number): string => ago(-seconds);

function line(id: string, more: Partial<InboxLine>): InboxLine {
  return {
    id,
    agent: '1001',
    agent_name: 'Lucía Herrero',
    state: 'open',
    call: call({ id: `call-${id}` }),
    party: null,
    party_by: null,
    opened_at: ago(24),
    deadline: null,
    closed_at: null,
    has_draft: false,
    released: null,
    inbox_full: false,
    ...more,
  };
}

const released = { at: ago(300), by: { id: 'u-sup', name: 'Marta Vidal' }, reason: 'Su navegador no arranca.' };

export const inbox: InboxLine[] = [
  line('w-old', { state: 'undispositioned', opened_at: ago(5400), closed_at: ago(5200), call: call({ number_display: '+34 955 12 00 00' }) }),
  line('w-rel', { state: 'released', agent: '1002', agent_name: 'Marta Vidal', opened_at: ago(2700), released, party: bruno, party_by: 'chosen', has_draft: true }),
  line('w-late', { state: 'late', agent: '1004', agent_name: 'Mateo Gil', opened_at: ago(900), deadline: ago(700), party: ana, party_by: 'matched' }),
  line('w-due', { agent: '1004', agent_name: 'Mateo Gil', opened_at: ago(60), deadline: later(30), has_draft: true, call: call({ direction: 'outbound', type: 'outbound', ring_group: null }) }),
  line('e1', { opened_at: ago(24), deadline: later(66), party: ana, party_by: 'matched' }),
  line('w-key', { agent: '1009', agent_name: null, state: 'open', opened_at: ago(10), call: call({ number: null, number_display: null, number_kind: 'withheld' }) }),
];

export function list({ mock, query }: Ask): InboxPage {
  const user = mock.signedIn;
  const wanted = query.get('agent') ?? (user?.role === 'agent' ? user.agent : null);
  if (user?.role === 'agent' && wanted !== user.agent) throw new Refusal(403, 'forbidden');
  const owed = mock.inbox.filter((one) => wanted === null || one.agent === wanted);
  const all = owed.filter((one) => (query.get('state') ?? one.state) === one.state);
  const counts: InboxCounts = { open: 0, late: 0, released: 0, undispositioned: 0 };
  for (const { state } of owed) counts[state] += 1;
  const from = Number(query.get('after') ?? 0);
  return { wrapups: all.slice(from, from + PAGE), next: from + PAGE < all.length ? String(from + PAGE) : null, counts };
}

export function one({ mock, params }: Ask): { wrapup: Wrapup } {
  return { wrapup: find([...mock.panel.wrapups, ...mock.beyond], params[0]) };
}

export function release({ mock, params, body }: Ask): { wrapup: InboxLine } {
  const found = find(mock.inbox, params[0]);
  const by = mock.signedIn && { id: mock.signedIn.id, name: mock.signedIn.name };
  Object.assign(found, { state: 'released', deadline: null, released: { at: ago(0), by, reason: String(body['reason']) } });
  return { wrapup: found };
}

/** Where no code is given, what has none stays. */
export function finish({ mock, body }: Ask): { wrapups: { id: string; refused: string | null }[] } {
  const wrapups = (body['wrapups'] as string[]).map((id) => {
    const refused = body['as'] === 'log' && !body['code'] && !find(mock.inbox, id).has_draft ? 'code_required' : null;
    if (!refused) mock.inbox = mock.inbox.filter((one) => one.id !== id);
    return { id, refused };
  });
  return { wrapups };
}

export function putAside({ mock, params }: Ask): object {
  const wrapup = find(mock.panel.wrapups, params[0]);
  const standing = mock.panel.inbox;
  if (!standing?.put_aside) throw new Refusal(403, 'forbidden');
  mock.push((panel) => {
    const one = find(panel.wrapups, wrapup.id);
    one.released = true;
    one.deadline = null;
    panel.inbox = { ...standing, waiting: standing.waiting + 1 };
  });
  return {};
}
