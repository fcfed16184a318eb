import type { Activity, Correction, Engagement } from '../../src/lib/api/contract.ts';
import { activity, ago, ana, bruno, call, codes, invoice, line } from './world.ts';

/** One call with everything in it: rung at several, put on hold, transferred, logged by both, corrected. */
const BEGAN = 3600;
const at = (seconds: number): string => ago(BEGAN - seconds);
const label = (id: string) => codes.find((code) => code.id === id)!;
const codeOf = (id: string) => ({ id, label: label(id).label });

function rung(id: string, agent: string, agent_name: string, more: Partial<Engagement>): Engagement {
  return { id, agent, agent_name, via: 'queue', result: 'answered_elsewhere', offered_at: at(6), answered_at: null, ended_at: at(19), wrapup: null, ...more };
}

export const engagements: Engagement[] = [
  rung('g-1', '1004', 'Mateo Gil', {}),
  rung('g-2', '1005', 'Rosa Gil', { offered_at: at(6.2) }),
  rung('g-3', '1001', 'Lucía Herrero', {
    result: 'answered',
    answered_at: at(19),
    ended_at: at(150),
    wrapup: { state: 'logged', code: codeOf('c-esc'), notes: 'La pasa a facturación.', party: ana, closed_at: at(171), reason: null },
  }),
  rung('g-4', '1002', 'Marta Vidal', {
    via: 'transfer',
    result: 'answered',
    offered_at: at(140),
    answered_at: at(150),
    ended_at: at(400),
    wrapup: { state: 'logged', code: codeOf('c-fac'), notes: 'Se anula la segunda factura.', party: ana, closed_at: at(430), reason: null },
  }),
];

const marta = { id: 'u-sup', name: 'Marta Vidal' };

export const corrections: Correction[] = [
  { id: 'x-2', at: at(2000), by: marta, engagement: 'g-4', agent: '1002', reason: null, fields: [{ field: 'notes', before: 'Se anula una factura.', after: 'Se anula la segunda factura.' }], undoes: null, can_undo: true },
  { id: 'x-1', at: at(1500), by: null, engagement: 'g-4', agent: '1002', reason: 'Era de la otra lista.', fields: [{ field: 'code', before: 'Resuelto', after: 'Facturación' }, { field: 'case', before: null, after: '00001042 · Factura duplicada' }], undoes: null, can_undo: false },
];

export function oneCall(more: Partial<Activity> = {}): Activity {
  const base = line('a-1', { started_at: at(0), agent: '1002', agent_name: 'Marta Vidal', code: codeOf('c-fac'), notes: 'Se anula la segunda factura.', case: invoice });
  const facts = call({ started_at: at(0), answered_at: at(19), ended_at: at(400), talk_ms: 381_000, hold_ms: 42_000, wait_ms: 19_000 });
  return structuredClone(activity(base, { call: facts, engagements, corrections, revision: 2, can_correct: true, candidates: [{ person: bruno, tier: 'E', field: 'mobile', stored_as: '+52 55 1234 5678', preselected: false }], ...more }));
}
