import type { wallboard as english } from './en-wallboard';
import { counter } from './plural';

const count = counter('es');

/** Español: la sala en una pared, y lo que va de día. */
export const wallboard: typeof english = {
  open: 'Panel de pared',
  title: 'Sala',
  reconnecting: 'Reconectando… Lo que se ve puede ser antiguo.',
  fullScreen: 'Pantalla completa',
  leave: 'Salir',
  waiting: 'Personas en espera',
  callsWaiting: (n) => (n === 1 ? 'persona espera' : 'personas esperan'),
  longest: 'espera más larga',
  tooLong: '(demasiado)',
  today: 'Hoy',
  calls: 'Llamadas',
  lost: 'Perdidas',
  waitHalf: 'Espera, la mitad hasta',
  waitMost: 'Espera, nueve de diez hasta',
  asOf: (time) => `A las ${time}`,
  codes: 'Hoy por código',
  noCallsYet: 'Hoy no ha terminado ninguna llamada.',
  rest: (n) => `${count(n, 'otro', 'otros')}`,
  quiet: 'Ningún grupo tiene llamadas.',
  noAlerts: 'Nada tarda demasiado.',
  more: (n) => `y ${n} más`,
};
