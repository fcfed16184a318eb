import type { times as english } from './en-times';

/** Español: cuánto tiempo estuvo cada agente en cada estado. */
export const times: typeof english = {
  times: {
    title: 'Tiempo en cada estado',
    nav: { label: 'Informes', codes: 'Llamadas por código', calls: 'Cuándo y cuánto', agents: 'Tiempo de los agentes' },
    intro: (from, until, zone) => (from === until ? `${from}. El día es el de ${zone}.` : `${from} – ${until}. Los días son los de ${zone}.`),
    showCalls: (agent: string, state: string, time: string) => `Llamadas de ${agent} (${state}: ${time})`,
    byAgent: 'Por agente',
    agent: 'Agente',
    now: 'Ahora',
    known: 'En total',
    unknown: 'Sin datos',
    note: 'Un estado dura hasta que se conoce el siguiente; lo anterior al primero no está en ninguna suma. Los porcentajes son del tiempo total.',
    empty: 'No se sabe nada de nadie en este tiempo.',
    nobody: 'Ningún usuario es agente todavía. Un administrador asocia un usuario a un agente en Usuarios.',
    file: 'bitacora-agentes',
    defined: [
      'Disponible: libre, y acepta llamadas. Sonando: suena el teléfono. En llamada: habla o marca. Trabajo posterior: debe un resumen que aparta las llamadas. Ausente: no acepta llamadas, como dijo el agente.',
      'En total: todo el tiempo del que se conoce un estado. Los porcentajes son de ese tiempo. Sin datos: no se supo nada del agente, como antes del primer estado.',
      'Un estado que pasa de medianoche cuenta en cada día lo que dura en él; hoy, hasta ahora.',
    ],
  },
};
