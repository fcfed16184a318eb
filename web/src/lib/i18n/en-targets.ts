/** English: what the centre means to reach, in its settings and as lines across charts. */
export const targets = {
  sections: { targets: 'Targets of reports' },
  names: {
    'targets.undispositioned_percent': 'Calls without a code',
    'targets.lost_percent': 'Lost calls',
    'targets.acw_p90_s': 'After Call Work',
  },
  texts: {
    'targets.undispositioned_percent': 'Of the calls whose wrap-up is over, those that were left without a code. The report of codes draws it.',
    'targets.lost_percent': 'Of the calls of customers, those that reached nobody and left nothing. The report of times draws it.',
    'targets.acw_p90_s': 'What nine of ten take at the most. The report of times draws it.',
  },
  atMost: 'A target: no more than',
  percent: '%',
  undispositioned: 'Calls without a code',
  lost: 'Lost calls',
  acw: 'After Call Work, nine of ten up to',
  met: (value: string, target: string) => `${value}: within the target of ${target}.`,
  missed: (value: string, target: string) => `${value}: above the target of ${target}.`,
  nothing: (target: string) => `Nothing to measure; the target is ${target}.`,
  above: (n: number, all: number) => `Above it: ${n} of ${all}.`,
  target: 'Target',
  value: 'Value',
  line: (target: string) => `Target ${target}`,
  pointsAbove: 'Above the target',
  isAbove: 'above',
};
