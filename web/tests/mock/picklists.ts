import type { PicklistLook } from '../../src/lib/api/dispositions.ts';
import { find, Refusal, type Answer } from './ask.ts';

/** What fields of an org offer to pick from. */
export const objects: Answer = ({ mock }) => {
  if (!mock.withCrm) throw new Refusal(409, 'no_crm');
  return { objects: [{ object: 'Task', label: 'Tarea' }, { object: 'Visit__c', label: 'Visita' }] };
};

export const fields: Answer = ({ params }) => ({
  fields: params[0] === 'Task' ? [{ field: 'Topic__c', label: 'Tema', depends_on: null }, { field: 'Result__c', label: 'Resultado', depends_on: 'Tema' }] : [],
});

export const look: Answer = ({ mock, body }): PicklistLook => {
  const set = find(mock.sets, body['set'] as string);
  if (body['field'] !== 'Result__c') throw new Refusal(409, 'picklist_gone', {}, 'field');
  const line = { reason: null, set: set.name, fields: [] };
  return {
    picklist: {
      object_label: 'Tarea',
      field_label: 'Resultado',
      language: 'es',
      values: [
        { value: 'sales', label: 'Ventas', under: null },
        { value: 'sold', label: 'Vendido', under: 'Ventas' },
      ],
    },
    text: `picklist of ${set.id}`,
    file: {
      lines: [
        { ...line, line: 2, does: 'added', label: { es: 'Ventas', en: 'Ventas' } },
        { ...line, line: 3, does: 'added', label: { es: 'Vendido', en: 'Vendido' } },
      ],
      changes: 2,
      refused: 0,
      same: 0,
      basis: 'b-7',
      applied: false,
    },
  };
};
