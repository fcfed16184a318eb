import type { FindingKind, Measure, Severity } from '../api/review';

const kinds: Record<FindingKind, (codes: string[], agent: string, words: string[]) => string> = {
  never_used: ([code]) => `Nadie usó «${code}»`,
  hardly_used: ([code]) => `«${code}» apenas se usa`,
  other_large: ([code]) => `«${code}» reúne demasiadas llamadas`,
  other_rising: ([code]) => `La proporción de «${code}» crece`,
  overlap: ([one, other]) => `«${one}» y «${other}» se solapan`,
  agent_differs: ([code], agent) => `${agent} usa los códigos de otro modo que su equipo, sobre todo «${code}»`,
  implausible: ([code]) => `Llamadas demasiado cortas para «${code}»`,
  uncovered: (_codes, _agent, words) => `Ningún código trata de «${words.join(', ')}»`,
};
const severities: Record<Severity, string> = { high: 'Lo más importante', medium: 'Conviene mirarlo', low: 'Por orden' };
const measures: Record<Measure, { seen: string; beside: string }> = {
  calls: { seen: 'Llamadas', beside: 'Un código útil, como mínimo' },
  share: { seen: 'Proporción de llamadas', beside: 'Límite' },
  share_first_and_last: { seen: 'Proporción al principio', beside: 'Proporción al final' },
  callers_with_both: { seen: 'Llamadas de una misma persona con ambos códigos', beside: 'Por azar' },
  words_alike: { seen: 'Mismas palabras en las notas', beside: 'Límite' },
  swapped: { seen: 'Cambiados en menos de 10 minutos', beside: 'Por azar' },
  agent_and_team: { seen: 'Proporción del agente', beside: 'Proporción del equipo' },
  moved: { seen: 'Llamadas que difieren del equipo', beside: 'Por azar' },
  too_short: { seen: 'Llamadas demasiado cortas', beside: 'Por azar' },
  talk_seconds: { seen: 'Demasiado corta por debajo de, segundos', beside: 'Llamada mediana, segundos' },
  with_word: { seen: 'Llamadas con la palabra', beside: 'Llamadas con notas' },
  word_in_other: { seen: 'De ellas, sin código propio', beside: 'De todas las llamadas' },
};

/** Spanish: the review of the code book. */
export const review = {
  review: {
    nav: 'Revisión de códigos',
    title: 'Revisión de los códigos',
    intro: (set: string, from: string, until: string, zone: string, calls: string) => `${set}: ${from} – ${until}, días de ${zone}. ${calls} llamadas con un código de este conjunto.`,
    set: 'Conjunto',
    quarter: 'Trimestre',
    quarterName: (nth: number, year: number) => `T${nth} ${year}`,
    soFar: 'hasta hoy',
    choices: 'Qué se revisa',
    print: 'Imprimir',
    noCalls: 'Ninguna llamada de este trimestre se registró con un código de este conjunto, así que no hay nada que decir. Elija otro trimestre u otro conjunto.',
    nothing: 'Nada llama la atención en este trimestre.',
    noSets: 'Todavía no hay ningún conjunto que revisar.',
    leftOut: (calls: string) => `${calls} llamadas posteriores no se miraron: una revisión no abarca más.`,
    evidence: 'En qué se basa',
    overTime: 'Proporción a lo largo del trimestre, en trece partes',
    examples: 'Llamadas que mirar',
    example: (nth: number) => `Llamada ${nth}`,
    replay: 'Las mismas llamadas, si se hubiera hecho antes',
    code: 'Código',
    before: 'Antes',
    after: 'Después',
    newCode: (word: string) => `Código nuevo: ${word}`,
    unsettled: 'Por elegir por el agente',
    proposal: 'Propuesta',
    apply: 'Hacerlo en los códigos',
    kinds,
    severities,
    measures,
    changes: {
      retire: (code: string) => `Retirar «${code}». Lo que se registró con él conserva su nombre.`,
      merge: (from: string, into: string) => `Retirar «${from}» y usar «${into}» para sus llamadas.`,
      split: (code: string, by: string[]) => (by.length > 0 ? `Crear códigos de aquello para lo que se usa «${code}»: ${by.join(', ')}.` : `Mirar las llamadas de «${code}» y crear códigos de lo que se repita. Ninguna palabra destaca en sus notas.`),
      coach: (agent: string, code: string) => `Hablar con ${agent} de cuándo es correcto «${code}».`,
      recheck: (code: string, seconds: string) => `Mirar las llamadas de «${code}» de menos de ${seconds} s con quienes las registraron.`,
      new_code: (words: string[]) => `Crear un código para las llamadas sobre ${words.join(', ')}.`,
    },
  },
};
