import { counter } from './plural';

/** What is said of the page of a CRM that the panel is framed by. */
const count = counter('en');

export const host = {
  host: {
    cue: {
      idle: 'Phone',
      ringing: (who: string) => (who ? `Ringing: ${who}` : 'Ringing'),
      on_call: (who: string) => (who ? `On a call: ${who}` : 'On a call'),
      wrapup: (n: number) => count(n, 'call to log', 'calls to log'),
    },
    waiting: (n: number) => `${count(n, 'call', 'calls')} on the way to Salesforce`,
    waitingHint: 'Nothing is lost: Bitácora writes them as soon as Salesforce takes them.',
    notDialled: (number: string) => `${number} was not dialled`,
    newCase: 'New Case',
  },
};
