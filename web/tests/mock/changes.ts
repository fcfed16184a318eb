import type { AuditEntry } from '../../src/lib/api/contract.ts';
import { ago, centre } from './world.ts';

/** The change log as the server writes it: settings as JSON, records by their id. */
const admin = { id: 'u-adm', name: 'Admin Demo' };
const lucia = { id: 'u-ana', name: 'Lucía Herrero' };

const acw = (more: object): string => JSON.stringify({ ...centre.acw, ...more });

export const changes: AuditEntry[] = [
  {
    id: 'c-1',
    at: ago(120),
    by: admin,
    subject: { kind: 'centre' },
    action: 'changed',
    fields: [
      { field: 'acw', before: acw({ seconds: null, on_expiry: 'release' }), after: acw({}) },
      { field: 'own_numbers', before: '["+34 910 00 00 01","+34 955 00 00 00"]', after: '["+34 910 00 00 01","+34 910 00 00 02"]' },
      { field: 'auto_create', before: '"lead"', after: '"contact"' },
      { field: 'corrections', before: '{"agent_hours":24}', after: '{"agent_hours":null}' },
    ],
  },
  {
    id: 'c-2',
    at: ago(3700),
    by: lucia,
    subject: { kind: 'case', id: 'k-inv', name: 'Factura duplicada' },
    action: 'changed',
    fields: [
      { field: 'status', before: 'new', after: 'working' },
      { field: 'contact', before: null, after: 'p-ana' },
      { field: 'description', before: 'Corto.', after: `La factura 2231 llegó dos veces. ${'Pide que se anule una y que se le confirme por correo. '.repeat(6)}` },
    ],
  },
  { id: 'c-3', at: ago(86_400 * 1.2), by: null, subject: { kind: 'wrapup', id: 'e-9' }, action: 'released', fields: [] },
  {
    id: 'c-4',
    at: ago(86_400 * 3),
    by: lucia,
    subject: { kind: 'person', id: 'p-ana' },
    action: 'changed',
    fields: [
      { field: 'email', before: null, after: 'ana@ruiz.example' },
      { field: 'phones', before: '600 12 34 56', after: '+34 600 12 34 56' },
    ],
  },
  { id: 'c-5', at: ago(86_400 * 9), by: { id: 'u-gone', name: '' }, subject: { kind: 'person', id: 'p-lead' }, action: 'changed', fields: [{ field: 'company', before: 'Taller Prieto', after: null }] },
  { id: 'c-6', at: ago(86_400 * 40), by: admin, subject: { kind: 'comet', id: 'x' }, action: 'sighted', fields: [{ field: 'tail', before: 'short', after: 'long' }] },
  { id: 'c-7', at: ago(86_400 * 400), by: admin, subject: { kind: 'centre' }, action: 'changed', fields: [{ field: 'codes_enabled', before: 'false', after: 'true' }] },
];
