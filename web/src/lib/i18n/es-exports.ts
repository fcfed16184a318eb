import type { exports as english } from './en-exports';

/** Español: todo como archivos. */
export const exports: typeof english = {
  nav: 'Exportar',
  title: 'Exportar todo',
  intro: 'Cada tabla como archivo, tal como está ahora. Un archivo se lee página a página: lo que cambie entretanto está en él como era cuando se leyó su página.',
  list: 'Exportar',
  listLabel: 'Exportar la lista',
  csv: 'CSV',
  parquet: 'Parquet',
  columns: 'Lo que significan las columnas, con sus unidades, está en el documento «The HTTP API: export».',
  table: 'Tabla',
  about: 'Qué contiene',
  files: 'Archivos',
  save: (table, form) => `${table} como ${form}`,
  reading: (table) => `Se está leyendo: ${table}…`,
  saved: (file) => `${file} se ha guardado.`,
  tables: {
    activities: { name: 'Actividades', about: 'Cada llamada con lo que se registró de ella, la más reciente primero. Las llamadas entre agentes no están en ninguna tabla.' },
    parts: { name: 'Partes y resúmenes', about: 'Lo que cada agente tuvo que ver con una llamada y qué fue de su resumen.' },
    corrections: { name: 'Correcciones', about: 'Qué se corrigió de las actividades, quién y por qué; una línea por campo.' },
    people: { name: 'Personas', about: 'El directorio, hasta donde el CRM se lo muestra.' },
    cases: { name: 'Casos', about: 'Todos los Casos, hasta donde el CRM se los muestra.' },
    codes: { name: 'Códigos', about: 'Los conjuntos de códigos y sus códigos, también los retirados.' },
    ring_groups: { name: 'Grupos de llamada', about: 'Los que están configurados.' },
    users: { name: 'Usuarios', about: 'Quién puede usar Bitácora. Sin contraseñas.' },
    changes: { name: 'Registro de cambios', about: 'Quién cambió qué; una línea por campo.' },
  },
};
