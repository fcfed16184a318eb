import type { dryRun as english } from './en-dry-run';
import { counter } from './plural';

const count = counter('es');

/** Español: ajustes probados con las últimas llamadas. */
export const dryRun: typeof english = {
  title: 'Probar con las últimas llamadas',
  intro: 'Qué habrían hecho estos ajustes con llamadas que ya hubo, junto a los ajustes tal como están guardados. No cambia nada.',
  calls: 'Llamadas',
  run: 'Probar',
  running: 'Probando…',
  stale: 'Los ajustes han cambiado desde entonces: pruebe otra vez.',
  none: 'Aún no hay llamadas con que probarlos.',
  same: (n) => `No cambiaría nada en ${n === 1 ? 'la última llamada' : `las últimas ${n} llamadas`}.`,
  differ: (n, of) => `Algo cambiaría en ${n} de ${count(of, 'llamada', 'llamadas')}.`,
  since: (from, until) => `Del ${from} al ${until}. Los registros y los Casos son los de hoy.`,
  table: 'Todas las llamadas juntas',
  columns: { measure: 'Qué', before: 'Como está guardado', after: 'Como está en esta página' },
  one: 'Un registro tiene el número',
  several: 'El agente tiene que elegir',
  nobody: 'Nadie tiene el número',
  pops: 'El registro se abre solo',
  contact: 'Contactos creados',
  lead: 'Clientes potenciales creados',
  related: 'Registradas con un Caso',
  relationUnknown: 'Registradas, pantalla desconocida',
  kept: 'Trabajo posterior, en total',
  ofType: (type) => `Tipo: ${type}`,
  wrapup: (becomes) => `Por registrar: ${becomes}`,
  becomes: { in_time: 'a tiempo', late: 'con retraso', released: 'liberadas antes de acabar', full: 'liberadas a una bandeja llena', closed: 'cerradas sin código', unknown: 'no se sabe', owed: 'ahora sí, antes no', not_owed: 'no hace falta' },
  list: 'Llamadas que cambian',
  firstOf: (n) => `Las ${n} más recientes de ellas.`,
  lineColumns: { call: 'Llamada', what: 'Qué', before: 'Como está guardado', after: 'Como está en esta página' },
  whats: { type: 'Tipo', party: 'Coincidencia', makes: 'Registro creado', pops: 'Se abre solo', case: 'Caso', wrapups: 'Por registrar' },
  matched: { one: 'Un registro', several: (n) => `${n} registros para elegir`, nobody: 'Nadie' },
  newRecord: 'El registro creado antes',
  makes: { contact: 'Contacto', lead: 'Cliente potencial', none: 'Ninguno' },
  cases: { related: 'Relacionado', not_related: 'Ninguno', unknown: 'No se sabe', not_logged: 'Sin registrar' },
  keptFor: (becomes, time) => `${becomes}, ${time}`,
};
