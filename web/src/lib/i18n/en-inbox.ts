import { counter } from './plural';

const count = counter('en');

/** English: the inbox of wrap-ups. */
export const inbox = {
  inbox: {
    title: 'Wrap-ups',
    mine: 'My wrap-ups',
    intro: 'What is there to sum up, of every agent, oldest first.',
    introMine: 'Calls that you have not summed up yet, oldest first.',
    more: 'More in My wrap-ups',
    refresh: 'Refresh',
    asOf: (time: string) => `As of ${time}`,
    agent: 'Agent',
    everyAgent: 'All agents',
    me: (name: string) => `${name} (you)`,
    states: { all: 'All', open: 'Open', late: 'Late', released: 'Released', undispositioned: 'Closed, no code' },
    /** Of one of them. */
    stateOne: { open: 'Open', late: 'Late', released: 'Released', undispositioned: 'No code' },
    stateHints: {
      open: 'Keeps ring-group calls away from its agent.',
      late: 'Its time is up, and it still keeps calls away.',
      released: 'Its agent takes calls and owes it all the same.',
      undispositioned: 'The timer closed it without a code; its agent can still log it.',
    },
    filter: 'By state',
    found: (n: number) => count(n, 'wrap-up', 'wrap-ups'),
    oldest: (n: number) => `The oldest ${n}. Choose a state or an agent to see others.`,
    columns: { call: 'Call', agent: 'Agent', state: 'State', waiting: 'Waiting', time: 'Time', actions: 'Actions' },
    draft: 'begun',
    draftHint: 'Its agent has entered something already.',
    noEnd: 'no limit',
    closedAgo: (ago: string) => `closed ${ago}`,
    releasedBy: (who: string, ago: string) => `by ${who}, ${ago}`,
    timer: 'the timer',
    sumUp: 'Sum up',
    sumUpCall: (who: string) => `Sum up the call with ${who}`,
    release: 'Release agent',
    releaseShort: 'Release',
    releaseAgent: (agent: string, who: string) => `Release ${agent} from the call with ${who}`,
    releaseTitle: (agent: string) => `Release ${agent}?`,
    releaseText: (agent: string) => `Ring-group calls are offered to ${agent} again. The wrap-up stays in their inbox, and they can still log it. The change log keeps your reason.`,
    reason: 'Reason',
    reasonHint: 'For example: their browser does not start.',
    releasing: 'Releasing…',
    released: (agent: string) => `${agent} is released: calls are offered again. The wrap-up stays here.`,
    emptyMine: 'You have summed up every call. What you owe appears here.',
    empty: 'Every call is summed up. What agents owe appears here.',
    noneChosen: 'There is none like this.',
    gone: 'This one is not there any more: it was submitted elsewhere.',
  },
};
