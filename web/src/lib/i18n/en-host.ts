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
    signIn: {
      salesforce: 'Sign in as your Salesforce user',
      stranger: 'No user here has the name of your Salesforce user. Ask an administrator, or sign in in a window.',
      open: 'Sign in in a window',
      window: 'Sign in in the window that has opened. This panel goes on by itself.',
      useCode: 'The window does not help? Use a code.',
      compare: 'Sign in in the window that has opened, and confirm there that it shows this code:',
      type: (address: string) => `Open ${address} in a browser tab, sign in there, and type this code:`,
      panel: 'Sign in to the panel',
      same: (name: string) => `Does your panel show this code? Then it becomes the panel of ${name}.`,
      code: 'Code that your panel shows',
      confirm: 'Sign in there',
      otherwise: 'If your panel shows no code or another one, close this window: somebody else may have sent you here.',
      done: (name: string) => `The panel is now that of ${name}. You can close this window.`,
      cutOff: 'This window cannot reach your panel. Go back to it and press “Use a code”.',
    },
  },
};
