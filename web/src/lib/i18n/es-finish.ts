import type { finish as english } from './en-finish';
import { counter } from './plural';

const count = counter('es');

/** Español: varias llamadas registradas de una vez. */
export const finish: typeof english = {
  open: 'Acabar varias',
  title: 'Acabar varias de una vez',
  hint: 'Cada una se cierra como si fuera la única, con lo que se había escrito en ella. Lo que las reglas no admiten se queda.',
  chosen: (n) => count(n, 'llamada elegida', 'llamadas elegidas'),
  none: 'Elija antes llamadas en la lista.',
  all: 'Elegir todas las que se ven',
  clear: 'No elegir ninguna',
  choose: (who) => `Elegir la llamada con ${who}`,
  how: 'Cómo',
  as: { log: 'Registrar', do_not_log: 'No registrar' },
  code: 'Código, donde no se eligió',
  noCode: 'Ninguno',
  notes: 'Notas, donde no las hay',
  reason: 'Motivo',
  noReason: 'Ninguno',
  run: (n) => `Acabar ${count(n, 'llamada', 'llamadas')}`,
  running: (share) => `Acabando… ${share}`,
  done: (n) => `${count(n, 'llamada acabada', 'llamadas acabadas')}.`,
  stay: (n, why) => `${count(n, 'se queda', 'se quedan')}: ${why}`,
  close: 'Cerrar',
  most: (n) => `Como mucho ${n} de una vez: se eligen las ${n} primeras.`,
};
