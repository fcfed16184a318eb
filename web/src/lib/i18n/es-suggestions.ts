import type { suggestions as english } from './en-suggestions';

/** Español: los códigos que se sugieren, y cuánto habrían acertado. */
export const suggestions: typeof english = {
  suggestions: {
    heading: 'Sugeridos',
    words: (words) => (words.length === 1 ? `las notas dicen ${words.join('')}` : `las notas dicen ${words.slice(0, -1).join(', ')} y ${words.at(-1) ?? ''}`),
    quoted: (word) => `«${word}»`,
    ringGroup: (name) => `entró por ${name}`,
    fromCase: { yes: 'se marcó desde un caso', no: 'no se marcó desde un caso' },
    kinds: {
      inbound: 'se contestó',
      outbound: 'se habló con el cliente',
      outbound_missed: 'no contestó nadie',
      voicemail: 'dejó un mensaje',
      short_abandoned: 'colgó enseguida',
      abandoned: 'colgó antes de que se contestara',
      missed: 'no se contestó',
      internal: 'fue entre agentes',
    },
    talk: {
      none: 'no se habló',
      seconds: 'duró segundos',
      short: 'fue corta',
      medium: 'duró unos minutos',
      long: 'fue larga',
    },
    hours: { morning: 'fue por la mañana', midday: 'fue a mediodía', afternoon: 'fue por la tarde', night: 'fue de noche' },
    direction: { inbound: 'llamó el cliente', outbound: 'llamó el agente', internal: 'fue entre agentes' },
    usual: 'habitual en estas llamadas',
    because: (reasons) => reasons.join(' · '),
    accuracy: {
      title: 'Cuánto habrían acertado las sugerencias',
      intro: (weeks, from) => `Las últimas ${weeks} semanas, desde el ${from}, cada una juzgada con lo registrado antes. Las notas cuentan enteras: mientras el agente escribe se acierta menos.`,
      off: 'No se sugieren códigos. Un administrador puede activarlo en Ajustes.',
      none: 'Todavía no se ha aprendido nada: tarda unos minutos tras el arranque.',
      noCalls: 'sin llamadas con código en estas semanas',
      set: 'Conjunto',
      calls: 'Llamadas',
      first: 'El código era el primero sugerido',
      among: 'El código estaba entre los tres',
      usualFirst: 'Siempre el código más usado',
      usualAmong: 'Siempre los tres más usados',
      bars: 'Parte de las llamadas cuyo código era el primero sugerido; la raya marca el código más usado.',
    },
  },
};
