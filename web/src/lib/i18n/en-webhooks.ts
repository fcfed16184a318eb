import type { DeliveryState, NoAnswer, WebhookState, WebhookType } from '../api/webhooks';
import { counter } from './plural';

const count = counter('en');

/** English: other programs that are told of calls. */
const types: Record<WebhookType | 'webhook.test', string> = {
  'activity.logged': 'a call was logged',
  'activity.not_logged': 'a call was not logged',
  'activity.undispositioned': 'nobody logged a call in time',
  'activity.corrected': 'a call was corrected',
  'call.missed': 'a call was missed',
  'call.abandoned': 'a caller gave up',
  'call.voicemail': 'a caller left a message',
  'call.merged': 'two calls turned out to be one',
  'wrapup.late': 'After Call Work takes long',
  'webhook.test': 'a test',
};
const states: Record<WebhookState, string> = { on: 'On', off: 'Off', gone: 'Off: it says that it is gone', failing: 'Off: it took nothing for days' };
const told: Record<DeliveryState, string> = { waiting: 'waits', delivered: 'delivered', dead: 'given up' };
const noAnswer: Record<NoAnswer, string> = {
  bad_address: 'the address cannot be called',
  unresolved: 'no host has this name',
  forbidden_network: 'the address is in a network that is not called',
  unreachable: 'nobody took the connection',
  not_trusted: 'its certificate is not trusted',
  timed_out: 'no answer in time',
  broken_off: 'the connection broke off',
};

export const webhooks = {
  webhooks: {
    nav: 'Outgoing webhooks',
    title: 'Outgoing webhooks',
    intro: 'Other programs that are told of calls, signed as the Standard Webhooks specification says.',
    empty: 'No program is told of calls.',
    add: 'Add a webhook',
    create: 'Create',
    edit: 'Edit',
    remove: 'Remove',
    reallyRemove: 'Really remove',
    switchOn: 'Switch on',
    switchOff: 'Switch off',
    rotate: 'New secret',
    test: 'Send a test',
    tested: 'The test is on its way.',
    name: 'Name',
    url: 'Address',
    urlHint: 'https, and public',
    types: 'It is told when',
    on: 'Told',
    withNotes: 'Tell it the notes of calls as well',
    conflict: 'Somebody changed it meanwhile. This is how it is now.',
    secretTitle: (name: string) => `The secret of ${name}`,
    secretHint: 'It is shown this once. For a day after a change the one before signs as well.',
    secret: 'Secret',
    copy: 'Copy',
    copied: 'Copied',
    graceUntil: (when: string) => `signed with the former secret as well until ${when}`,
    failingSince: (when: string) => `takes nothing since ${when}`,
    offSince: (when: string) => `since ${when}`,
    waiting: (n: number) => count(n, 'waits', 'wait'),
    dead: (n: number) => count(n, 'given up', 'given up'),
    deliveries: 'What it was told',
    show: 'Show',
    hide: 'Hide',
    filter: 'Show only',
    all: 'All',
    noDeliveries: 'Nothing.',
    tries: (n: number) => count(n, 'try', 'tries'),
    nextAt: (when: string) => `next ${when}`,
    status: (status: number) => `answered ${status}`,
    again: 'Tell again',
    againSince: 'Tell again what was given up since',
    replay: 'Tell again',
    replayed: (n: number) => count(n, 'is told again', 'are told again'),
    state: states,
    told,
    noAnswer,
    kinds: types,
  },
};
