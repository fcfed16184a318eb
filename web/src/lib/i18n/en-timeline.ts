import { counter } from './plural';

const count = counter('en');

/** English: how one call went. */
export const timeline = {
  timeline: {
    title: 'How it went',
    chart: (agents: number, length: string) => `Who was on the call and when: ${count(agents, 'agent', 'agents')}, ${length}. The list below says the same.`,
    caller: { inbound: 'Caller', outbound: 'Customer', internal: 'Call' },
    legend: { waiting: 'Waiting', ringing: 'Ringing', talking: 'Talking' },
    stages: { inbound: 'The call comes in', outbound: 'The call is made', internal: 'The call begins' },
    rings: (who: string) => `Rings at ${who}`,
    transferred: (who: string) => `Transferred to ${who}`,
    joins: (who: string) => `${who} is added to the call`,
    answers: (who: string) => `${who} answers`,
    customerAnswers: 'The customer answers',
    ringsNoMore: (who: string) => `Stops ringing at ${who}`,
    leaves: (who: string) => `${who} leaves the call`,
    ends: 'The call ends',
    others: (n: number) => `and ${count(n, 'more agent', 'more agents')} whose phone only rang`,
    goesOn: 'The call is still going on.',
    logs: (who: string) => `${who} logs it`,
    doesNotLog: (who: string) => `${who} does not log it`,
    corrects: (who: string) => `${who} corrects it`,
    undoes: (who: string) => `${who} undoes a correction`,
    somebody: 'Somebody',
    held: (time: string) => `${time} of it on hold; the phone system does not say when`,
    talked: (time: string) => `talked ${time}`,
    later: (time: string) => `${time} after the end`,
  },
};
