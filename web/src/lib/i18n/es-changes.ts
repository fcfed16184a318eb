import type { changes as english } from './en-changes';
import { counter } from './plural';

const count = counter('es');

/** Español: el registro de cambios. */
export const changes: typeof english = {
  changes: {
    title: 'Registro de cambios',
    intro: 'Quién cambió qué y cuándo, lo último primero. Lo que registran los agentes está en las propias llamadas.',
    ofCentre: 'Quién cambió qué',
    columns: { when: 'Cuándo', who: 'Quién', what: 'Qué', fields: 'De qué a qué' },
    kinds: {
      activity: 'Llamada',
      person: 'Registro',
      case: 'Caso',
      code: 'Código',
      set: 'Conjunto de códigos',
      user: 'Usuario',
      centre: 'Ajustes',
      wrapup: 'Llamada por registrar',
    },
    actions: {
      created: 'creación',
      changed: 'cambio',
      corrected: 'corrección',
      undone: 'deshecho',
      released: 'liberación',
      listened: 'escuchó',
      retired: 'retirada',
      ordered: 'reordenación',
    },
    rule: 'Por sí solo',
    ruleHint: 'Lo hizo una regla, como un temporizador.',
    nameless: 'Alguien que ya no es usuario',
    fields: {
      label: 'Texto',
      role: 'Función',
      active: 'Activo',
      reason: 'Motivo',
      code: 'Código',
      notes: 'Notas',
      party: 'Persona',
      case: 'Caso',
      position: 'Puesto',
      agent: 'Agente',
      how: 'Cómo',
    },
    from: 'de',
    to: 'a',
    added: 'añadido',
    removed: 'quitado',
    nothing: 'vacío',
    someRecord: 'un registro',
    showAll: 'Mostrar todo',
    showLess: 'Mostrar menos',
    filter: 'Mostrar',
    all: 'Todo',
    loaded: (n) => (n === 1 ? 'El último cambio' : `Los ${count(n, 'cambio más reciente', 'cambios más recientes')}`),
    whole: (n) => (n === 1 ? 'Un cambio en total' : `${count(n, 'cambio', 'cambios')} en total`),
    empty: 'Aún no se ha cambiado nada. Aquí aparecerán los cambios de ajustes y de registros.',
    emptyKind: 'Ninguno de esta clase entre los cambios mostrados hasta ahora.',
  },
};
