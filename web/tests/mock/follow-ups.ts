import type { FollowUp, FollowUpPage } from '../../src/lib/api/follow-ups.ts';
import { checkVersion, find, Refusal, type Ask } from './ask.ts';
import { ago, ana, bruno, call } from './world.ts';

/** Follow-ups: those to be done by due day, those that are done backwards. */
const lucia = { agent: '1001', agent_name: 'Lucía Prieto' };

export function followUp(id: string, due: string, more: Partial<FollowUp> = {}): FollowUp {
  return {
    id,
    version: 1,
    state: 'open',
    due,
    overdue: false,
    label: { es: 'Ventas › Volver a llamar', en: 'Sales › Call back' },
    ...lucia,
    call: call({ id, number: '+34600111222', number_display: '+34 600 11 12 22', started_at: ago(86_400) }),
    party: null,
    done_by: null,
    done_at: null,
    ...more,
  };
}

export const followUps: FollowUp[] = [
  followUp('f-late', '2026-03-02', { overdue: true, party: ana }),
  followUp('f-never', '2026-03-20', { party: { ...bruno, do_not_call: true } }),
  followUp('f-other', '2026-03-21', { agent: '1004', agent_name: 'Mateo Gil' }),
  followUp('f-done', '2026-03-01', { state: 'done', version: 2, party: ana, done_by: { id: 'u-mateo', name: 'Mateo Gil' }, done_at: ago(3600) }),
];

export function list({ mock, query }: Ask): FollowUpPage {
  const all = query.get('of') === 'all';
  const state = query.get('state') ?? 'open';
  return { follow_ups: mock.followUps.filter((one) => one.state === state && (all || one.agent === mock.signedIn?.agent)), next: null };
}

export function setDone({ mock, params, body }: Ask): { follow_up: FollowUp } {
  const one = find(mock.followUps, params[0]);
  if (one.state === 'withdrawn') throw new Refusal(409, 'follow_up_withdrawn');
  checkVersion(one, body);
  const done = body['done'] === true;
  Object.assign(one, { version: one.version + 1, state: done ? 'done' : 'open', overdue: false, done_by: done ? { id: 'u-lucia', name: 'Lucía Prieto' } : null, done_at: done ? ago(0) : null });
  return { follow_up: structuredClone(one) };
}

export function give({ mock, params, body }: Ask): { follow_up: FollowUp } {
  const one = find(mock.followUps, params[0]);
  if (one.state !== 'open') throw new Refusal(409, 'not_possible');
  checkVersion(one, body);
  const to = mock.users.find(({ agent }) => agent === body['agent']);
  if (!to?.agent) throw new Refusal(422, 'invalid', { reason: 'unknown' }, 'agent');
  Object.assign(one, { version: one.version + 1, agent: to.agent, agent_name: to.name });
  return { follow_up: structuredClone(one) };
}
