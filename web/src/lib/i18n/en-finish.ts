import { counter } from './plural';

const count = counter('en');

/** English: many wrap-ups finished at once. */
export const finish = {
  open: 'Finish several',
  title: 'Finish several at once',
  hint: 'Each is submitted as if it were alone, with what was entered in it. What the rules refuse stays.',
  chosen: (n: number) => `${count(n, 'call', 'calls')} chosen`,
  none: 'Choose calls in the list first.',
  all: 'Choose all shown',
  clear: 'Choose none',
  choose: (who: string) => `Choose the call with ${who}`,
  how: 'How',
  as: { log: 'Log', do_not_log: 'Do not log' },
  code: 'Code, where none was picked',
  noCode: 'None',
  notes: 'Notes, where there are none',
  reason: 'Reason',
  noReason: 'None',
  run: (n: number) => `Finish ${count(n, 'call', 'calls')}`,
  running: (share: string) => `Finishing… ${share}`,
  done: (n: number) => `${count(n, 'call is', 'calls are')} finished.`,
  stay: (n: number, why: string) => `${count(n, 'stays', 'stay')}: ${why}`,
  close: 'Close',
  most: (n: number) => `At most ${n} at once: the first ${n} are chosen.`,
};
