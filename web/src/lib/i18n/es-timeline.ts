import { counter } from './plural';
import type { timeline as english } from './en-timeline';

const count = counter('es');

/** Español: cómo transcurrió una llamada. */
export const timeline: typeof english = {
  timeline: {
    title: 'Cómo transcurrió',
    chart: (agents, length) => `Quién estuvo en la llamada y cuándo: ${count(agents, 'agente', 'agentes')}, ${length}. La lista de abajo dice lo mismo.`,
    caller: { inbound: 'Quien llama', outbound: 'Cliente', internal: 'Llamada' },
    legend: { waiting: 'Espera', ringing: 'Suena', talking: 'Conversación' },
    stages: { inbound: 'Entra la llamada', outbound: 'Se hace la llamada', internal: 'Empieza la llamada' },
    rings: (who) => `Suena en el teléfono de ${who}`,
    transferred: (who) => `Se transfiere a ${who}`,
    joins: (who) => `Se suma ${who} a la llamada`,
    answers: (who) => `Contesta ${who}`,
    customerAnswers: 'Contesta el cliente',
    ringsNoMore: (who) => `Deja de sonar en el teléfono de ${who}`,
    leaves: (who) => `${who} deja la llamada`,
    ends: 'Termina la llamada',
    others: (n) => `y ${count(n, 'agente más al que solo le sonó', 'agentes más a los que solo les sonó')}`,
    goesOn: 'La llamada sigue en curso.',
    logs: (who) => `La registra ${who}`,
    doesNotLog: (who) => `${who} no la registra`,
    corrects: (who) => `La corrige ${who}`,
    undoes: (who) => `${who} deshace una corrección`,
    somebody: 'Alguien',
    held: (time) => `${time} en espera; la centralita no indica cuándo`,
    talked: (time) => `conversación de ${time}`,
    later: (time) => `${time} después del fin`,
  },
};
