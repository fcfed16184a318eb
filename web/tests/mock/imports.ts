import type { ImportMapping, ImportPreview, ImportStep, PastImport } from '../../src/lib/api/imports.ts';
import { checkVersion, find, type Answer } from './ask.ts';
import { ago } from './world.ts';

/** Imports of past calls: what a step asks for is done at once. */

export const HEADINGS = ['call_id', 'type', 'start_at', 'contact_phone_number', 'user_name', 'disposition_code', 'notes'];
const ROWS = 1_204;

const mapping: ImportMapping = {
  columns: { id: 'call_id', type: 'type', started_at: 'start_at', customer_number: 'contact_phone_number', agent: 'user_name', code: 'disposition_code', notes: 'notes' },
  zone: 'Europe/Madrid',
  times: 'day_first',
  durations: 'seconds',
  unknown_agents: 'refuse',
  unknown_codes: 'refuse',
  types: {},
  agents: {},
  codes: {},
  ring_groups: {},
};

const none = { byte: 0, rows: 0, new: 0, there: 0, refused: 0, refused_by: {}, rows_per_second: null, seconds_left: null };

function uploaded(id: string, file: string, source: string): PastImport {
  return {
    id,
    version: 1,
    state: 'uploaded',
    failure: null,
    file,
    source,
    bytes: 210_000,
    created_at: ago(60),
    created_by: 'u-admin',
    started_at: null,
    ended_at: null,
    mapping: structuredClone(mapping),
    findings: null,
    progress: none,
  };
}

/** Looks at every row: who is said to be somebody is not refused. */
function checked(one: PastImport): void {
  const left = 'Eva Paz' in one.mapping.agents || one.mapping.unknown_agents !== 'refuse' ? 1 : 13;
  one.findings = {
    agents: [{ word: 'Eva Paz', rows: 12 }],
    codes: [],
    types: [],
    more_words: false,
    refused: [
      { line: 7, field: 'started_at', reason: 'not_a_time', value: 'last week' },
      ...(left > 1 ? [{ line: 9, field: 'agent' as const, reason: 'unknown_agent' as const, value: 'Eva Paz' }] : []),
    ],
  };
  one.progress = { ...none, byte: one.bytes, rows: ROWS, new: ROWS - left - 200, there: 200, refused: left, refused_by: { not_a_time: 1 }, rows_per_second: 9_400 };
}

const STEPS: Record<ImportStep, (one: PastImport) => void> = {
  check: (one) => {
    checked(one);
    one.state = 'checked';
  },
  start: (one) => {
    one.progress = { ...one.progress, byte: one.bytes / 2, rows: ROWS / 2, rows_per_second: 2_100, seconds_left: 75 };
    one.state = 'running';
  },
  pause: (one) => (one.state = 'paused'),
  cancel: (one) => (one.state = 'cancelled'),
};

export const list: Answer = ({ mock }) => ({ imports: mock.imports });
export const read: Answer = ({ mock, params }) => ({ import: find(mock.imports, params[0]) });

export const upload: Answer = ({ mock, query }) => {
  const made = uploaded(`i-${mock.imports.length + 1}`, query.get('name') ?? '', query.get('source') ?? '');
  mock.imports = [made, ...mock.imports];
  return { import: made };
};

export const map: Answer = ({ mock, params, body }) => {
  const one = find(mock.imports, params[0]);
  checkVersion(one, body);
  Object.assign(one, { mapping: body['mapping'], state: 'uploaded', findings: null, progress: none, version: one.version + 1 });
  return { import: one };
};

export const step: Answer = ({ mock, params, body }) => {
  const one = find(mock.imports, params[0]);
  checkVersion(one, body);
  STEPS[body['step'] as ImportStep](one);
  one.version += 1;
  return { import: one };
};

export const remove: Answer = ({ mock, params }) => {
  mock.imports = mock.imports.filter((one) => one.id !== params[0]);
};

export const preview: Answer = (): { preview: ImportPreview } => ({
  preview: {
    headings: HEADINGS,
    missing: [],
    rows: [
      {
        line: 2,
        refused: null,
        call: { id: 'c-1', type: 'inbound', started_at: ago(90_000), number: '+34600123456', agent: '1001', talk_ms: 151_000, code: { es: 'Interesado', en: 'Interested' }, candidates: 1, person: 'p-ana' },
      },
      { line: 7, call: null, refused: { line: 7, field: 'started_at', reason: 'not_a_time', value: 'last week' } },
    ],
  },
});
