import type { TalkBand, HourBand } from '../api/suggestions';
import type { CallType, Direction } from '../api/contract';

/** English: codes that are suggested, and how good that would have been. */
const kinds: Record<CallType, string> = {
  inbound: 'it was answered',
  outbound: 'they were reached',
  outbound_missed: 'nobody was reached',
  voicemail: 'a message was left',
  short_abandoned: 'the caller gave up early',
  abandoned: 'the caller gave up',
  missed: 'nobody answered',
  internal: 'it was among agents',
};
const talk: Record<TalkBand, string> = {
  none: 'nobody talked',
  seconds: 'it lasted seconds',
  short: 'it was short',
  medium: 'it lasted some minutes',
  long: 'it was long',
};
const hours: Record<HourBand, string> = { morning: 'it was in the morning', midday: 'it was at midday', afternoon: 'it was in the afternoon', night: 'it was at night' };
const direction: Record<Direction, string> = { inbound: 'the customer called', outbound: 'the agent called', internal: 'it was among agents' };

export const suggestions = {
  suggestions: {
    heading: 'Suggested',
    words: (words: string[]) => (words.length === 1 ? `notes say ${words.join('')}` : `notes say ${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`),
    quoted: (word: string) => `“${word}”`,
    ringGroup: (name: string) => `it came through ${name}`,
    fromCase: { yes: 'it was dialled from a Case', no: 'it was not dialled from a Case' },
    kinds,
    talk,
    hours,
    direction,
    usual: 'usual for such calls',
    because: (reasons: string[]) => reasons.join(' · '),
    accuracy: {
      title: 'How good suggestions would have been',
      intro: (weeks: number, from: string) => `The last ${weeks} weeks, from ${from}, each judged by what was logged before it. Notes count whole: while an agent still types it is less.`,
      off: 'Codes are not suggested. An administrator can switch it on under Settings.',
      none: 'Nothing was learnt yet: it takes some minutes after a start.',
      noCalls: 'no calls with a code in these weeks',
      set: 'Set',
      calls: 'Calls',
      first: 'Code was the first suggestion',
      among: 'Code was among the three',
      usualFirst: 'Always the most used code',
      usualAmong: 'Always the three most used',
      bars: 'Share of calls whose code was the first suggestion; the line marks the most used code.',
    },
  },
};
