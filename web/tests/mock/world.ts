import type {
  Code,
  Activity,
  ActivityLine,
  CallFacts,
  Candidate,
  Case,
  CaseLine,
  CodeChoice,
  DispositionSet,
  Draft,
  Instance,
  LiveCall,
  TransferTargets,
  Match,
  Panel,
  Person,
  PersonLine,
  Relate,
  User,
  Wrapup,
} from '../../src/lib/api/contract.ts';
import { reasons } from './settings.ts';

export { centre } from './settings.ts';

/** The time it is in every test: list dates and timers then look the same in each run. */
export const NOW = Date.parse('2026-03-12T10:30:00.000Z');

export function ago(seconds: number): string {
  return new Date(NOW - seconds * 1000).toISOString();
}

export const users: User[] = [
  { id: 'u-ana', login: 'lucia', name: 'Lucía Herrero', role: 'agent', agent: '1001', active: true, version: 1 },
  { id: 'u-sup', login: 'marta', name: 'Marta Vidal', role: 'supervisor', agent: '1002', active: true, version: 1 },
  { id: 'u-adm', login: 'admin', name: 'Admin Demo', role: 'admin', agent: '1003', active: true, version: 3 },
  { id: 'u-old', login: 'pedro', name: 'Pedro Núñez', role: 'agent', agent: null, active: false, version: 2 },
];

export const instance: Instance = {
  name: 'Centro de demostración',
  version: '0.1.0',
  needs_first_admin: false,
  demo: {
    users: [
      { login: 'lucia', password: 'demo-lucia', name: 'Lucía Herrero', role: 'agent' },
      { login: 'marta', password: 'demo-marta', name: 'Marta Vidal', role: 'supervisor' },
      { login: 'admin', password: 'demo-admin', name: 'Admin Demo', role: 'admin' },
    ],
  },
};

export const ana: PersonLine = { id: 'p-ana', kind: 'contact', name: 'Ana Ruiz', company: 'Ruiz & Hijos', phone: '+34 600 12 34 56' };
export const anaLead: PersonLine = { id: 'p-lead', kind: 'lead', name: 'Ana Ruiz Prieto', company: 'Talleres Prieto', phone: '600123456' };
export const taller: PersonLine = { id: 'p-acc', kind: 'account', name: 'Talleres Prieto S. L.', company: null, phone: '+34 600 123 456' };
export const bruno: PersonLine = { id: 'p-bru', kind: 'person_account', name: 'Bruno Salas', company: null, phone: '+52 55 1234 5678' };

export const people: Person[] = [ana, anaLead, taller, bruno].map((line) => ({
  ...line,
  account: line.id === 'p-ana' ? taller : null,
  owner: line.id === 'p-ana' ? { id: 'u-sup', name: 'Marta Vidal' } : null,
  phones: line.phone ? [{ field: 'mobile', raw: line.phone, display: '+34 600 12 34 56' }] : [],
  email: line.id === 'p-ana' ? 'ana@ruiz.example' : null,
  version: 1,
  created_by_call: line.id === 'p-lead' ? 'a-1' : null,
}));

function aCase(id: string, number: number, subject: string, more: Partial<Case> = {}): Case {
  return {
    id,
    number,
    subject,
    description: null,
    status: 'working',
    priority: 'medium',
    contact: ana,
    account: taller,
    opened_at: ago(86_400 * 4),
    closed_at: null,
    version: 1,
    created_by_call: null,
    contact_phones: [{ field: 'mobile', raw: '+34 600 12 34 56', display: '+34 600 12 34 56' }],
    ...more,
  };
}

export const cases: Case[] = [
  aCase('k-inv', 1042, 'Factura duplicada', { priority: 'high', description: 'La factura 2231 llegó dos veces.\nPide que se anule una.', created_by_call: 'a-1' }),
  aCase('k-del', 1043, 'Entrega retrasada', { status: 'new' }),
  aCase('k-old', 977, 'Cambio de titular', { status: 'closed', priority: 'low', closed_at: ago(86_400 * 2) }),
  aCase('k-bru', 1050, 'Presupuesto de revisión', { contact: bruno, account: null, contact_phones: [], status: 'escalated' }),
];
export const invoice = cases[0] as Case;
export const delivery = cases[1] as Case;

export function related(rule: Extract<Relate, { decision: 'related' }>['rule'], one: CaseLine = invoice): Relate {
  return { decision: 'related', case: one, rule };
}

export function notRelated(why: Extract<Relate, { decision: 'not_related' }>['why'], offer: CaseLine | null = null): Relate {
  return { decision: 'not_related', why, offer };
}

const ofIn = { id: 's-in', name: 'Entrantes' };
export const codes: CodeChoice[] = [
  { id: 'c-res', label: { es: 'Resuelto', en: 'Resolved' }, favourite: true, requires_notes: false, set: ofIn },
  { id: 'c-cb', label: { es: 'Devolver llamada', en: 'Call back' }, favourite: true, requires_notes: false, set: ofIn },
  { id: 'c-esc', label: { es: 'Escalado', en: 'Escalated' }, favourite: true, requires_notes: true, set: ofIn },
  { id: 'c-inf', label: { es: 'Información', en: 'Information' }, favourite: false, requires_notes: false, set: ofIn },
  { id: 'c-fac', label: { es: 'Facturación', en: 'Billing' }, favourite: false, requires_notes: false, set: ofIn },
  { id: 'c-que', label: { es: 'Queja', en: 'Complaint' }, favourite: false, requires_notes: true, set: ofIn },
  { id: 'c-equ', label: { es: 'Número equivocado', en: 'Wrong number' }, favourite: false, requires_notes: false, set: ofIn },
];

const bare = { heading: false, merged_into: null, traits: { parent: null, follow_up_days: null, do_not_call: false, not_final: false, valid_from: null, valid_until: null } };
const code = (one: Omit<Code, 'path' | keyof typeof bare> & Partial<Code>): Code => ({ ...bare, path: one.label, ...one });

export const sets: DispositionSet[] = [
  {
    id: 's-in',
    name: 'Entrantes',
    direction: 'inbound',
    ring_groups: [],
    retired: false,
    version: 4,
    runs_out: null,
    codes: [
      ...codes.map((one, position) => code({ ...one, set: 's-in', position, retired: false, used: [412, 180, 35, 90, 61, 12, 0][position] ?? 0, version: 1 })),
      code({ id: 'c-fax', label: { es: 'Fax', en: 'Fax' }, set: 's-in', position: 7, favourite: false, requires_notes: false, retired: true, used: 3, version: 2 }),
    ],
  },
  {
    id: 's-out',
    name: 'Salientes',
    direction: 'outbound',
    ring_groups: [],
    retired: false,
    version: 1,
    runs_out: null,
    codes: [code({ id: 'c-ven', label: { es: 'Venta', en: 'Sale' }, set: 's-out', position: 0, favourite: true, requires_notes: false, retired: false, used: 21, version: 1 })],
  },
];

export function candidate(person: PersonLine, more: Partial<Candidate> = {}): Candidate {
  return { person, tier: 'E', field: 'mobile', stored_as: person.phone ?? '', preselected: false, ...more };
}

export const matches = {
  one: (): Match => ({ kind: 'one', clicked: null, why: null, candidates: [candidate(ana, { preselected: true })], will_create: null }),
  many: (): Match => ({
    kind: 'many',
    clicked: null,
    why: null,
    candidates: [candidate(ana), candidate(anaLead, { field: 'phone', tier: 'N' }), candidate(taller, { field: 'phone' })],
    will_create: null,
  }),
  none: (): Match => ({ kind: 'none', clicked: null, why: null, candidates: [], will_create: 'contact' }),
  withheld: (): Match => ({ kind: 'none', clicked: null, why: 'withheld', candidates: [], will_create: null }),
};

export function call(more: Partial<CallFacts> = {}): CallFacts {
  return {
    id: 'call-1',
    direction: 'inbound',
    type: 'inbound',
    number: '+34600123456',
    number_display: '+34 600 12 34 56',
    number_kind: 'number',
    did: '+34 910 00 00 01',
    ring_group: 'Soporte',
    started_at: ago(200),
    answered_at: ago(186),
    ended_at: ago(24),
    talk_ms: 162_000,
    hold_ms: 12_000,
    wait_ms: 14_000,
    ...more,
  };
}

export const emptyDraft = (): Draft => ({ revision: 0, code: null, notes: '', party: null, case: { choice: 'by_itself' } });

export function line(id: string, more: Partial<ActivityLine> = {}): ActivityLine {
  return {
    id,
    type: 'inbound',
    direction: 'inbound',
    number_display: '+34 600 12 34 56',
    ring_group: 'Soporte',
    started_at: ago(86_400 * 2),
    talk_ms: 245_000,
    agent: '1001',
    agent_name: 'Lucía Herrero',
    code: { id: 'c-res', label: { es: 'Resuelto', en: 'Resolved' } },
    notes: 'Cambio de domicilio hecho.',
    party: ana,
    outcome: 'logged',
    possible: false,
    case: null,
    did: '+34 910 00 00 01',
    wait_ms: 5000,
    hold_ms: 0,
    hung_up_by: 'customer',
    recorded: true,
    voicemail: false,
    handed_over: false,
    revision: 0,
    logged_at: ago(86_400 * 2 - 300),
    ...more,
  };
}

export const history: ActivityLine[] = [
  line('a-1', { started_at: ago(3600), case: invoice }),
  line('a-2', { type: 'missed', started_at: ago(7200), talk_ms: 0, agent: null, agent_name: null, code: null, notes: null, outcome: 'no_wrapup', possible: true, party: null }),
  line('a-3', { type: 'voicemail', started_at: ago(86_400), talk_ms: 0, agent: null, agent_name: null, code: null, notes: null, outcome: 'no_wrapup' }),
  line('a-4', { type: 'abandoned', started_at: ago(86_400 * 3), talk_ms: 0, agent: null, agent_name: null, code: null, notes: null, outcome: 'no_wrapup' }),
  line('a-5', { type: 'outbound', direction: 'outbound', ring_group: null, started_at: ago(86_400 * 5), code: { id: 'c-cb', label: { es: 'Devolver llamada', en: 'Call back' } }, notes: null }),
  line('a-6', { type: 'inbound', started_at: ago(86_400 * 400), code: null, notes: null, outcome: 'not_logged' }),
];

export function activity(base: ActivityLine, more: Partial<Activity> = {}): Activity {
  return {
    ...base,
    call: call({ type: base.type, direction: base.direction }),
    recording: true,
    voicemail: false,
    reason: null,
    candidates: matches.many().candidates,
    engagements: [
      { id: 'e-1', agent: '1002', agent_name: 'Marta Vidal', via: 'queue', result: 'missed', offered_at: ago(200), answered_at: null, ended_at: ago(190), wrapup: null },
      {
        id: 'e-2',
        agent: '1001',
        agent_name: 'Lucía Herrero',
        via: 'queue',
        result: 'answered',
        offered_at: ago(190),
        answered_at: ago(186),
        ended_at: ago(24),
        wrapup: { state: 'logged', code: base.code, notes: base.notes, party: base.party, closed_at: ago(5), reason: null },
      },
    ],
    explanation: [
      { rule: 'type.inbound_answered', facts: { ring_group: 'Soporte' } },
      { rule: 'party.chosen', facts: { number: '+34 600 12 34 56', tier: 'E', field: 'mobile', count: '3', by: 'Lucía Herrero' } },
      { rule: 'type.from_the_future', facts: { flux: '1.21' } },
    ],
    revision: 0,
    can_hear_recording: false,
    can_hear_voicemail: false,
    can_correct: false,
    corrections: [],
    ...more,
  };
}

export function wrapup(id: string, match: Match, more: Partial<Wrapup> = {}): Wrapup {
  return { id, call: call({ id: `call-${id}` }), opened_at: ago(24), match, draft: emptyDraft(), codes, codes_from: 'direction', last_calls: [], relate: null, cases: [], deadline: null, late: false, can_extend: false, released: false, ...more };
}

export function liveCall(engagement: string, state: LiveCall['state'], match: Match, more: Partial<LiveCall> = {}): LiveCall {
  return {
    engagement,
    call: call({ id: `call-${engagement}`, type: null, ended_at: null, talk_ms: 0, started_at: ago(20) }),
    state,
    via: 'queue',
    offered_at: ago(8),
    answered_at: state === 'ringing' ? null : ago(5),
    match,
    last_calls: [],
    relate: null,
    cases: [],
    draft: emptyDraft(),
    codes,
    codes_from: 'direction',
    controls: { answer: false, hold: false, mute: false, transfer: false, ask_first: false, pause_recording: false, muted: false, recording: null, asks: null },
    ...more,
  };
}

/** Whom calls can be handed to. */
export const targets: TransferTargets = {
  agents: [
    { agent: '1002', name: 'Mateo Ríos', state: 'available' },
    { agent: '1003', name: 'Carmen Vidal', state: 'on_call' },
    { agent: '1004', name: 'Hugo Sanz', state: null },
  ],
  ring_groups: [{ key: 'ventas', name: 'Ventas', number: '911 00 00 01' }],
};

export function panel(more: Partial<Panel> = {}): Panel {
  return {
    version: 1,
    now: new Date(NOW).toISOString(),
    agent: { key: '1001', name: 'Lucía Herrero', state: 'available', since: ago(65), mode: 'available', away_reason: null },
    codes_enabled: true,
    instances: 1,
    can_dial: true,
    away_reasons: [
      { es: 'Pausa', en: 'Break' },
      { es: 'Formación', en: 'Training' },
    ],
    pop_single_match: true,
    do_not_log_reasons: reasons,
    calls: [],
    wrapups: [],
    ...more,
  };
}

