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
  },
};
