import { counter } from './plural';

const count = counter('en');

/** English: the floor on a wall, and what today has been so far. */
export const wallboard = {
  open: 'Wallboard',
  title: 'Floor',
  reconnecting: 'Reconnecting… What is shown may be old.',
  fullScreen: 'Full screen',
  leave: 'Leave',
  waiting: 'Waiting callers',
  callsWaiting: (n: number): string => (n === 1 ? 'caller waits' : 'callers wait'),
  longest: 'longest wait',
  tooLong: '(too long)',
  today: 'Today',
  calls: 'Calls',
  lost: 'Lost',
  waitHalf: 'Wait, half up to',
  waitMost: 'Wait, nine of ten up to',
  asOf: (time: string) => `As of ${time}`,
  codes: 'Today by code',
  noCallsYet: 'No call is over yet today.',
  rest: (n: number) => `${count(n, 'other', 'others')}`,
  quiet: 'No ring group has calls.',
  noAlerts: 'Nothing takes too long.',
  more: (n: number) => `and ${n} more`,
};
