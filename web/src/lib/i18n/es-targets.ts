import type { targets as english } from './en-targets';

/** Español: lo que el centro se propone, en sus ajustes y como líneas en los gráficos. */
export const targets: typeof english = {
  sections: { targets: 'Objetivos de los informes' },
  names: {
    'targets.undispositioned_percent': 'Llamadas sin código',
    'targets.lost_percent': 'Llamadas perdidas',
    'targets.acw_p90_s': 'Trabajo posterior',
  },
  texts: {
    'targets.undispositioned_percent': 'De las llamadas cuyo resumen ha terminado, las que quedaron sin código. Lo dibuja el informe de códigos.',
    'targets.lost_percent': 'De las llamadas de clientes, las que no llegaron a nadie ni dejaron nada. Lo dibuja el informe de tiempos.',
    'targets.acw_p90_s': 'Lo que nueve de diez duran como mucho. Lo dibuja el informe de tiempos.',
  },
  atMost: 'Un objetivo: no más de',
  percent: '%',
  undispositioned: 'Llamadas sin código',
  lost: 'Llamadas perdidas',
  acw: 'Trabajo posterior, nueve de diez hasta',
  met: (value, target) => `${value}: dentro del objetivo de ${target}.`,
  missed: (value, target) => `${value}: por encima del objetivo de ${target}.`,
  nothing: (target) => `Nada que medir; el objetivo es ${target}.`,
  above: (n, all) => `Por encima: ${n} de ${all}.`,
  target: 'Objetivo',
  value: 'Valor',
  line: (target) => `Objetivo ${target}`,
  pointsAbove: 'Por encima del objetivo',
  isAbove: 'por encima',
};
