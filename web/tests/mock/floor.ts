import type { Alert, Floor, FloorAgent, FloorCall } from '../../src/lib/api/floor.ts';
import { Refusal, type Ask } from './ask.ts';
import { ago } from './world.ts';

const later = (seconds: number): string => ago(-seconds);

function call(id: string, more: Partial<FloorCall> = {}): FloorCall {
  return { engagement: `e-${id}`, call: `a-${id}`, direction: 'inbound', state: 'connected', via: 'queue', number_display: '+34 600 12 34 56', party: null, ring_group: 'Ventas', since: ago(75), can_listen: true, listeners: [], ...more };
}

function agent(key: string, name: string | null, state: FloorAgent['state'], seconds: number, more: Partial<FloorAgent> = {}): FloorAgent {
  return { agent: key, agent_name: name, state, reason: null, since: ago(seconds), calls: [], listens_to: null, ...more };
}

export const overrun: Alert = { kind: 'acw_overrun', from: ago(20), since: ago(200), agent: '1004', agent_name: 'Nuria Vega', wrapup: 'w-4', call: null, ring_group: null, number_display: null };
/** Becomes one half a minute after the time it is in every test. */
export const longWait: Alert = { kind: 'long_wait', from: later(30), since: ago(30), agent: null, agent_name: null, wrapup: null, call: 'a-wait', ring_group: 'Ventas', number_display: '+34 911 22 33 44' };

/** A floor on which there is one of everything. */
export const floor: Floor = {
  agents: [
    agent('1003', 'Admin Demo', 'available', 4000),
    agent('1001', 'Lucía Herrero', 'on_call', 75, { calls: [call('talk', { party: 'Ana Ruiz' })] }),
    agent('1002', 'Marta Vidal', 'away', 300, { reason: 'Descanso' }),
    agent('1004', 'Nuria Vega', 'after_call_work', 200),
    agent('1009', null, 'ringing', 6, { calls: [call('ring', { state: 'ringing', since: ago(6), can_listen: false, number_display: null })] }),
  ],
  waiting: [{ call: 'a-wait', since: ago(30), ring_group: 'Ventas', number_display: '+34 911 22 33 44', party: null, rings_at: 1 }],
  ring_groups: [
    { ring_group: '810', waiting: 0, waiting_since: null, talking: 0 },
    { ring_group: 'Ventas', waiting: 1, waiting_since: ago(30), talking: 1 },
  ],
  alerts: [overrun, longWait],
  who_listens: 'supervisors',
  more: false,
};

/** Whoever is signed in listens in on that call from now on. */
export function listen({ mock, body }: Ask): void {
  const heard = mock.floor.agents.find((one) => one.calls.some(({ engagement }) => engagement === body['engagement']));
  const own = mock.floor.agents.find((one) => one.agent === mock.signedIn?.agent);
  if (!heard || !own) throw new Refusal(409, 'not_possible');
  mock.tellFloor(() => {
    own.listens_to = { engagement: 'e-ear', agent: heard.agent, agent_name: heard.agent_name, how: body['how'] as 'listen', since: ago(0) };
    own.state = 'on_call';
  });
}

/** Where that ends a listening, it is over. */
export function hangUp({ mock, body }: Ask): void {
  const own = mock.floor.agents.find((one) => one.listens_to?.engagement === body['engagement']);
  if (own) mock.tellFloor(() => Object.assign(own, { listens_to: null, state: 'available' }));
}
