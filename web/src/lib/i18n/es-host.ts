import type { host as english } from './en-host';
import { counter } from './plural';

const count = counter('es');

export const host: typeof english = {
  host: {
    cue: {
      idle: 'Teléfono',
      ringing: (who: string) => (who ? `Suena: ${who}` : 'Suena'),
      on_call: (who: string) => (who ? `En llamada: ${who}` : 'En llamada'),
      wrapup: (n: number) => count(n, 'llamada por registrar', 'llamadas por registrar'),
    },
    waiting: (n: number) => `${count(n, 'llamada', 'llamadas')} de camino a Salesforce`,
    waitingHint: 'No se pierde nada: Bitácora las escribe en cuanto Salesforce las admite.',
    notDialled: (number: string) => `No se ha marcado ${number}`,
    newCase: 'Caso nuevo',
    signIn: {
      salesforce: 'Entrar con su usuario de Salesforce',
      stranger: 'Aquí ningún usuario tiene el nombre de su usuario de Salesforce. Consulte a un administrador o entre en una ventana.',
      open: 'Entrar en una ventana',
      window: 'Entre en la ventana que se ha abierto. Este panel sigue solo.',
      useCode: '¿La ventana no ayuda? Use un código.',
      compare: 'Entre en la ventana que se ha abierto y confirme allí que muestra este código:',
      type: (address: string) => `Abra ${address} en una pestaña del navegador, entre allí y escriba este código:`,
      panel: 'Entrar en el panel',
      same: (name: string) => `¿Muestra su panel este código? Entonces pasa a ser el panel de ${name}.`,
      code: 'Código que muestra su panel',
      confirm: 'Entrar allí',
      otherwise: 'Si su panel no muestra ningún código o muestra otro, cierre esta ventana: puede que otra persona le haya enviado aquí.',
      done: (name: string) => `El panel es ahora de ${name}. Puede cerrar esta ventana.`,
      cutOff: 'Esta ventana no alcanza su panel. Vuelva a él y pulse «Use un código».',
    },
  },
};
