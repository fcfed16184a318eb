import type { host as english } from './en-host';
import { counter } from './plural';

const count = counter('es');

export const host: typeof english = {
  host: {
    cue: {
      idle: 'Teléfono',
      ringing: (who: string) => (who ? `Suena: ${who}` : 'Suena'),
      on_call: (who: string) => (who ? `En llamada: ${who}` : 'En llamada'),
      wrapup: (n: number) => count(n, 'llamada por registrar', 'llamadas por registrar'),
    },
    waiting: (n: number) => `${count(n, 'llamada', 'llamadas')} de camino a Salesforce`,
    waitingHint: 'No se pierde nada: Bitácora las escribe en cuanto Salesforce las admite.',
    notDialled: (number: string) => `No se ha marcado ${number}`,
    newCase: 'Caso nuevo',
  },
};
