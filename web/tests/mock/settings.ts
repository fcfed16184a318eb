import type { AutoCreateRule, Centre } from '../../src/lib/api/contract.ts';

/** The centre's settings as they are in every test. */
const make = (kind: AutoCreateRule['make']): AutoCreateRule => ({ make: kind, name: null, company: null, email: null, owner: { is: 'nobody' } });

export const reasons = [
  { id: 'personal', es: 'Llamada personal', en: 'Personal call' },
  { id: 'wrong_number', es: 'Número equivocado', en: 'Wrong number' },
  { id: 'test', es: 'Prueba', en: 'Test' },
  { id: 'other', es: 'Otro motivo', en: 'Other reason' },
];

export const centre: Centre = {
  version: 7,
  codes_enabled: true,
  own_numbers: ['+34 910 00 00 01', '+34 910 00 00 02', '800 100 200'],
  matching: { kinds: ['contact', 'lead', 'account', 'person_account'], fields: ['phone', 'mobile', 'home', 'other'] },
  auto_create: {
    inbound: make('contact'),
    outbound: make('contact'),
    outbound_missed: make('contact'),
    voicemail: { make: 'lead', name: 'Buzón {number}', company: 'Por identificar', email: null, owner: { is: 'user', user: 'u-sup' } },
    short_abandoned: make('none'),
    abandoned: make('none'),
    missed: make('none'),
  },
  short_abandon_s: null,
  wrapup_unreached: true,
  suggest_codes: true,
  pop_single_match: true,
  acw: { seconds: 90, extension_s: 60, max_extensions: 2, on_expiry: 'stay', longest_s: 3600, after_submit: 'available', dial_during: true },
  inbox: { put_aside: false, most: null, oldest_s: null, remind_s: 900 },
  away_reasons: [
    { es: 'Descanso', en: 'Break' },
    { es: 'Comida', en: 'Lunch' },
    { es: 'Formación', en: 'Training' },
  ],
  do_not_log_reasons: [...reasons.map((reason) => ({ ...reason, retired: false })), { id: 'fax', es: 'Fax', en: 'Fax', retired: true }],
  ring_groups: [
    { key: 'Ventas', name: 'Ventas y altas', numbers: ['+34 910 00 00 02'], agents: ['1002'], answer_within_s: null },
    { key: '810', name: 'Facturación', numbers: [], agents: [], answer_within_s: null },
  ],
  corrections: { agent_hours: 24 },
  alerts: { acw_s: 180, wait_s: 60 },
  targets: { undispositioned_percent: null, lost_percent: null, acw_p90_s: null },
  service: { answer_within_s: 20, repeat_days: 7 },
  listening: { who: 'supervisors', tell_agent: true },
  crm_phones: [],
};
