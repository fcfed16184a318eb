import type { Delivery, Webhook } from '../../src/lib/api/webhooks.ts';
import { checkVersion, find, Refusal, type Answer } from './ask.ts';
import { ago } from './world.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export const webhooks: Webhook[] = [
  {
    id: 'w-erp',
    name: 'ERP',
    url: 'https://erp.example/in',
    types: ['activity.logged', 'activity.corrected'],
    with_notes: false,
    state: 'on',
    off_at: null,
    failing_since: ago(7200),
    former_secret_until: null,
    made_at: ago(900_000),
    version: 1,
    waiting: 1,
    dead: 1,
  },
];

export const deliveries: Delivery[] = [
  { id: 'msg_3', type: 'activity.corrected', at: ago(600), about: 'a-1', state: 'waiting', tries: 2, next_at: ago(-900), last: { at: ago(300), status: 503, no_answer: null, took_ms: 12 } },
  { id: 'msg_2', type: 'activity.logged', at: ago(9000), about: 'a-1', state: 'delivered', tries: 1, next_at: null, last: { at: ago(9000), status: 204, no_answer: null, took_ms: 40 } },
  { id: 'msg_1', type: 'activity.logged', at: ago(400_000), about: 'a-2', state: 'dead', tries: 10, next_at: null, last: { at: ago(90_000), status: null, no_answer: 'timed_out', took_ms: 15_000 } },
];

export const list: Answer = ({ mock }) => ({ webhooks: mock.webhooks });

export const create: Answer = ({ mock, body }) => {
  if (!String(body['url']).startsWith('https://')) throw new Refusal(422, 'invalid', { reason: 'not_encrypted' }, 'url');
  const none = { state: 'on', off_at: null, failing_since: null, former_secret_until: null, waiting: 0, dead: 0 } as const;
  const webhook = { ...(body as Pick<Webhook, 'name' | 'url' | 'types' | 'with_notes'>), ...none, id: `w-${mock.webhooks.length}`, made_at: ago(0), version: 1 };
  mock.webhooks = [...mock.webhooks, webhook];
  return { webhook, secret: SECRET };
};

export const change: Answer = ({ mock, params, body }) => {
  const webhook = find(mock.webhooks, params[0]);
  checkVersion(webhook, body);
  const { on, ...values } = body as Partial<Webhook> & { on?: boolean };
  Object.assign(webhook, values, { version: webhook.version + 1 });
  if (on !== undefined) Object.assign(webhook, { state: on ? 'on' : 'off', off_at: on ? null : ago(0), failing_since: null });
  return { webhook };
};

export const remove: Answer = ({ mock, params }) => {
  const webhook = find(mock.webhooks, params[0]);
  mock.webhooks = mock.webhooks.filter((one) => one !== webhook);
};

export const rotate: Answer = ({ mock, params, body }) => {
  const webhook = find(mock.webhooks, params[0]);
  checkVersion(webhook, body);
  Object.assign(webhook, { version: webhook.version + 1, former_secret_until: ago(-86_400) });
  return { webhook, secret: SECRET };
};

export const tryOut: Answer = ({ mock, params }) => {
  find(mock.webhooks, params[0]);
  mock.deliveries = [{ id: 'msg_4', type: 'webhook.test', at: ago(0), about: 'w-erp', state: 'waiting', tries: 0, next_at: null, last: null }, ...mock.deliveries];
};

export const told: Answer = ({ mock, query }) => {
  const state = query.get('state');
  return { deliveries: mock.deliveries.filter((one) => state === null || one.state === state), next: null };
};

export const again: Answer = ({ mock, params }) => {
  const delivery = find(mock.deliveries, params[1]);
  Object.assign(delivery, { state: 'waiting', tries: 0 });
  return { delivery };
};

export const replay: Answer = ({ mock, params, body }) => {
  const dead = mock.deliveries.filter((one) => one.state === 'dead' && one.at >= String(body['since']));
  for (const one of dead) Object.assign(one, { state: 'waiting', tries: 0 });
  Object.assign(find(mock.webhooks, params[0]), { dead: 0 });
  return { replayed: dead.length };
};
