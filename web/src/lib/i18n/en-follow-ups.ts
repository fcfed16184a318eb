import { counter } from './plural';

const count = counter('en');

/** English: follow-ups, and who asked not to be called. */
export const followUps = {
  followUps: {
    title: 'Follow-ups',
    intro: 'What is still to be done after calls, because their code says so. The day that is due first comes first.',
    columns: { who: 'Whom', what: 'What', due: 'Due', agent: 'Whose', actions: 'Actions' },
    states: { open: 'To do', done: 'Done' },
    filter: 'Show',
    whose: 'Whose',
    of: { mine: 'Mine', all: 'Everybody’s' },
    found: (n: number) => count(n, 'follow-up', 'follow-ups'),
    empty: 'Nothing is to be followed up. A call that is logged with a code that asks for it appears here.',
    noneDone: 'Nothing was followed up yet.',
    overdue: 'Overdue',
    doneBy: (name: string, when: string) => `${name}, ${when}`,
    done: 'Done',
    reopen: 'To do again',
    doIt: (who: string) => `Done: ${who}`,
    reopenIt: (who: string) => `To do again: ${who}`,
    said: (who: string) => `${who}: followed up.`,
    saidAgain: (who: string) => `${who}: to do again.`,
    handOver: 'Hand over',
    giveIt: (who: string) => `Hand over: ${who}`,
    giveTo: 'To whom',
    choose: 'Choose…',
    give: 'Give',
    saidGiven: (who: string, agent: string) => `${who}: given to ${agent}.`,
    nobody: 'Unknown caller',
    call: 'The call',
  },
  doNotCall: {
    badge: 'Do not call',
    title: 'They asked not to be called',
    text: (number: string) => `A call was logged that says so. Call ${number} all the same?`,
    dial: 'Call all the same',
  },
};
