import type { nav as english } from './en-nav';
import { counter } from './plural';

const count = counter('es');

/** Español: la navegación, y lo que dice que espera a un administrador. */
export const nav: typeof english = {
  label: 'Principal',
  people: 'Personas',
  cases: 'Casos',
  recent: 'Llamadas recientes',
  wrapups: 'Por registrar',
  activities: 'Actividades',
  reports: 'Informes',
  codes: 'Códigos',
  users: 'Usuarios',
  centre: 'Ajustes',
  changes: 'Cambios',
  about: 'Acerca de',
  userMenu: (name) => `Menú de usuario de ${name}`,
  phone: 'Teléfono',
  openPhone: 'Abrir el panel del teléfono',
  closePhone: 'Cerrar el panel del teléfono',
  skip: 'Saltar al contenido',
  notFoundTitle: 'Página no encontrada',
  notFound: 'No existe esa página. Revise la dirección o empiece por Personas.',
  notAllowedTitle: 'No corresponde a su función',
  attention: (n) => count(n, 'asunto le espera', 'asuntos le esperan'),
};
