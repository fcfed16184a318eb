import type { inbox as english } from './en-inbox';
import { counter } from './plural';

const count = counter('es');

/** Español: la bandeja de llamadas por registrar. */
export const inbox: typeof english = {
  inbox: {
    title: 'Llamadas por registrar',
    mine: 'Mis llamadas por registrar',
    intro: 'Lo que queda por registrar, de todos los agentes, lo más antiguo primero.',
    introMine: 'Llamadas que aún no ha registrado, la más antigua primero.',
    more: 'Más en Mis llamadas por registrar',
    refresh: 'Actualizar',
    asOf: (time) => `A las ${time}`,
    agent: 'Agente',
    everyAgent: 'Todos los agentes',
    me: (name) => `${name} (usted)`,
    states: { all: 'Todas', open: 'Abiertas', late: 'Con retraso', released: 'Liberadas', undispositioned: 'Cerradas sin código' },
    stateOne: { open: 'Abierta', late: 'Con retraso', released: 'Liberada', undispositioned: 'Sin código' },
    stateHints: {
      open: 'Mientras tanto su agente no recibe llamadas de los grupos.',
      late: 'Se acabó su tiempo y su agente sigue sin recibir llamadas.',
      released: 'Su agente recibe llamadas y aún la tiene por registrar.',
      undispositioned: 'El temporizador la cerró sin código; su agente aún puede registrarla.',
    },
    filter: 'Por estado',
    found: (n) => count(n, 'llamada por registrar', 'llamadas por registrar'),
    oldest: (n) => `Las ${n} más antiguas. Elija un estado o un agente para ver otras.`,
    columns: { call: 'Llamada', agent: 'Agente', state: 'Estado', waiting: 'Espera', time: 'Tiempo', actions: 'Acciones' },
    draft: 'empezada',
    draftHint: 'Su agente ya ha escrito algo.',
    noEnd: 'sin límite',
    closedAgo: (ago) => `cerrada ${ago}`,
    releasedBy: (who, ago) => `por ${who}, ${ago}`,
    timer: 'el temporizador',
    sumUp: 'Registrar',
    sumUpCall: (who) => `Registrar la llamada con ${who}`,
    release: 'Liberar al agente',
    releaseShort: 'Liberar',
    releaseAgent: (agent, who) => `Liberar a ${agent} de la llamada con ${who}`,
    releaseTitle: (agent) => `¿Liberar a ${agent}?`,
    releaseText: (agent) => `Se le vuelven a ofrecer a ${agent} llamadas de los grupos. La llamada sigue en su bandeja y aún puede registrarla. El registro de cambios guarda su motivo.`,
    reason: 'Motivo',
    reasonHint: 'Por ejemplo: su navegador no arranca.',
    releasing: 'Liberando…',
    released: (agent) => `${agent} queda libre: se le ofrecen llamadas. La llamada por registrar sigue aquí.`,
    emptyMine: 'Ha registrado todas sus llamadas. Lo que le quede aparecerá aquí.',
    empty: 'Todas las llamadas están registradas. Lo que quede por registrar aparecerá aquí.',
    noneChosen: 'No hay ninguna así.',
    gone: 'Ya no está: se ha registrado en otro lugar.',
  },
};
