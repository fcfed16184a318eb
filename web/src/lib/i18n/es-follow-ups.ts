import type { followUps as english } from './en-follow-ups';
import { counter } from './plural';

const count = counter('es');

/** Spanish: follow-ups, and who asked not to be called. */
export const followUps: typeof english = {
  followUps: {
    title: 'Seguimientos',
    intro: 'Lo que queda por hacer tras las llamadas porque su código lo pide. Primero lo que vence antes.',
    columns: { who: 'Con quién', what: 'Qué', due: 'Vence', agent: 'De quién', actions: 'Acciones' },
    states: { open: 'Pendientes', done: 'Hechos' },
    filter: 'Mostrar',
    whose: 'De quién',
    of: { mine: 'Míos', all: 'De todos' },
    found: (n) => count(n, 'seguimiento', 'seguimientos'),
    empty: 'No queda nada por seguir. Aquí aparece cada llamada que se registra con un código que lo pide.',
    noneDone: 'Aún no se ha hecho ninguno.',
    overdue: 'Vencido',
    doneBy: (name, when) => `${name}, ${when}`,
    done: 'Hecho',
    reopen: 'Pendiente otra vez',
    doIt: (who) => `Hecho: ${who}`,
    reopenIt: (who) => `Pendiente otra vez: ${who}`,
    said: (who) => `${who}: seguimiento hecho.`,
    saidAgain: (who) => `${who}: pendiente otra vez.`,
    handOver: 'Traspasar',
    giveIt: (who) => `Traspasar: ${who}`,
    giveTo: 'A quién',
    choose: 'Elija…',
    give: 'Dar',
    saidGiven: (who, agent) => `${who}: traspasado a ${agent}.`,
    nobody: 'Persona desconocida',
    call: 'La llamada',
  },
  doNotCall: {
    badge: 'No llamar',
    title: 'Pidió que no se le llame',
    text: (number) => `Así consta en una llamada registrada. ¿Llamar al ${number} de todos modos?`,
    dial: 'Llamar de todos modos',
  },
};
