/** English: how long agents were in each state. */
export const times = {
  times: {
    title: 'Time in each state',
    nav: { label: 'Reports', codes: 'Calls by code', calls: 'When and how long', agents: 'Time of agents' },
    intro: (from: string, until: string, zone: string) => (from === until ? `${from}. The day is that of ${zone}.` : `${from} – ${until}. Days are those of ${zone}.`),
    showCalls: (agent: string, state: string, time: string) => `Calls of ${agent} (${state}: ${time})`,
    byAgent: 'By agent',
    agent: 'Agent',
    now: 'Now',
    known: 'Together',
    unknown: 'Not known',
    note: 'A state lasts until the next one is known; what came before the first one is in no sum. Shares are of the time together.',
    empty: 'Nothing is known of anybody in this time.',
    nobody: 'No user is an agent yet. An administrator ties a user to an agent under Users.',
    file: 'bitacora-agents',
    defined: [
      'Available: free, and takes calls. Ringing: the phone rings. On a call: talks, or dials. After Call Work: owes a wrap-up that keeps calls away. Away: takes no calls, as the agent said.',
      'Together: all time of which a state is known. Shares are of it. Not known: nothing was heard of the agent, as before the first state.',
      'A state that goes on past midnight counts on each day for as long as it lasts there; of today, up to now.',
    ],
  },
};
