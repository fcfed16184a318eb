import type { FindingKind, Measure, Severity } from '../api/review';

const kinds: Record<FindingKind, (codes: string[], agent: string, words: string[]) => string> = {
  never_used: ([code]) => `Nobody used “${code}”`,
  hardly_used: ([code]) => `“${code}” is hardly used`,
  other_large: ([code]) => `“${code}” holds too many calls`,
  other_rising: ([code]) => `The share of “${code}” rises`,
  overlap: ([one, other]) => `“${one}” and “${other}” overlap`,
  agent_differs: ([code], agent) => `${agent} uses codes differently from their team, most of all “${code}”`,
  implausible: ([code]) => `Calls too short for “${code}”`,
  uncovered: (_codes, _agent, words) => `No code is about “${words.join(', ')}”`,
};
const severities: Record<Severity, string> = { high: 'Matters most', medium: 'Worth a look', low: 'For tidiness' };
const measures: Record<Measure, { seen: string; beside: string }> = {
  calls: { seen: 'Calls', beside: 'A useful code, at least' },
  share: { seen: 'Share of calls', beside: 'Limit' },
  share_first_and_last: { seen: 'Share at the beginning', beside: 'Share at the end' },
  callers_with_both: { seen: 'Calls of one caller with both codes', beside: 'By chance' },
  words_alike: { seen: 'Same words in the notes', beside: 'Limit' },
  swapped: { seen: 'Swapped within 10 minutes', beside: 'By chance' },
  agent_and_team: { seen: 'Share of the agent', beside: 'Share of the team' },
  moved: { seen: 'Calls that differ from the team', beside: 'By chance' },
  too_short: { seen: 'Calls too short', beside: 'By chance' },
  talk_seconds: { seen: 'Too short below, seconds', beside: 'Middle call, seconds' },
  with_word: { seen: 'Calls with the word', beside: 'Calls with notes' },
  word_in_other: { seen: 'Of these, without a code of their own', beside: 'Of all calls' },
};

/** English: the review of the code book. */
export const review = {
  review: {
    nav: 'Code review',
    title: 'Review of the code book',
    intro: (set: string, from: string, until: string, zone: string, calls: string) => `${set}: ${from} – ${until}, days of ${zone}. ${calls} calls with a code of this set.`,
    set: 'Set',
    quarter: 'Quarter',
    quarterName: (nth: number, year: number) => `Q${nth} ${year}`,
    soFar: 'so far',
    choices: 'What is reviewed',
    print: 'Print',
    noCalls: 'No call of this quarter was logged with a code of this set, so there is nothing to say. Choose another quarter or set.',
    nothing: 'Nothing stands out in this quarter.',
    noSets: 'There is no set to review yet.',
    leftOut: (calls: string) => `${calls} later calls were not looked at: a review holds no more.`,
    evidence: 'What it rests on',
    overTime: 'Share over the quarter, in thirteen parts',
    examples: 'Calls to look at',
    example: (nth: number) => `Call ${nth}`,
    replay: 'The same calls, had this been done before',
    code: 'Code',
    before: 'Before',
    after: 'After',
    newCode: (word: string) => `New code: ${word}`,
    unsettled: 'To be chosen by the agent',
    proposal: 'Proposal',
    apply: 'Do it in the code book',
    kinds,
    severities,
    measures,
    changes: {
      retire: (code: string) => `Retire “${code}”. What was logged with it keeps its label.`,
      merge: (from: string, into: string) => `Retire “${from}” and use “${into}” for its calls.`,
      split: (code: string, by: string[]) => (by.length > 0 ? `Make codes of what “${code}” is used for: ${by.join(', ')}.` : `Look at the calls of “${code}” and make codes of what recurs. No word stands out of their notes.`),
      coach: (agent: string, code: string) => `Talk with ${agent} about when “${code}” is right.`,
      recheck: (code: string, seconds: string) => `Look at the calls of “${code}” below ${seconds} s with those who logged them.`,
      new_code: (words: string[]) => `Make a code for calls about ${words.join(', ')}.`,
    },
  },
};
