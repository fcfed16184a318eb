import type { Crm, CrmPhoneChoice, CrmPhoneObject, CrmUser, Finding, Stuck } from '../../src/lib/api/crm.ts';
import { checkVersion, find, type Answer } from './ask.ts';
import { changeCase, changePerson } from './records.ts';
import { ago } from './world.ts';

/** A Salesforce org as the server tells of it. */
export const standing: Crm = {
  organisation: '00D000000000001EAA',
  connected: true,
  out: { well_at: ago(4000), failing_since: ago(600), why: 'limit_reached', code: 'REQUEST_LIMIT_EXCEEDED' },
  in: { well_at: ago(20), failing_since: null, why: null, code: null },
  budget: { used: 14_980, most: 15_000, told_at: ago(20) },
  mirrored: [
    { of: 'users', loaded: null, to_load: null, at: ago(20) },
    { of: 'contacts', loaded: 420_000, to_load: 1_000_000, at: ago(5) },
  ],
  waiting: 12,
  stuck: 2,
  not_compared: 0,
  consent: null,
};

export const stuck: Stuck[] = [
  {
    kind: 'person',
    id: 'p-ana',
    name: 'Ana Ruiz',
    why: 'duplicates',
    code: 'DUPLICATES_DETECTED',
    object: 'Contact',
    fields: [],
    said: 'Use one of these records?',
    duplicates: [{ id: '003000000000001AAA', object: 'Contact', name: 'Ana Ruiz Gil' }],
  },
  { kind: 'activity', id: 'a-1', name: '+34600123456', why: 'rule', code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', object: 'Call_Activity__c', fields: ['Notes__c'], said: 'Notes are required', duplicates: [] },
];

export const users: CrmUser[] = [
  { id: '005000000000001AAA', username: 'lucia@acme.example', name: 'Lucía Herrero', active: true, user: 'u-ana', chosen: false },
  { id: '005000000000002AAA', username: 'otto@acme.example', name: 'Otto Lang', active: false, user: null, chosen: false },
];

export const findings: Finding[] = [
  { topic: 'connected', state: 'good', facts: { organisation: '00D000000000001EAA', user: '005000000000009AAA', version: '66.0' } },
  { topic: 'field_missing', state: 'warning', facts: { field: 'Call_Activity__c.Case__c' } },
];

export const read: Answer = ({ mock }) => ({ crm: mock.crm });
export const listStuck: Answer = ({ mock }) => ({ entries: mock.stuck, next: null });
/** The window comes back at once, with what the test wants. */
export const connect: Answer = ({ mock }) => {
  const became = mock.consentBecomes;
  if (became === 'done' && mock.crm?.consent) Object.assign(mock.crm.consent, { state: 'consented', user: '005000000000009AAA', at: ago(1) });
  return { address: `${mock.origin}/?lang=en#/admin/salesforce?consent=${became}` };
};

export const disconnect: Answer = ({ mock }) => {
  if (mock.crm?.consent) Object.assign(mock.crm.consent, { state: 'disconnected', user: null, at: ago(1) });
};

export const listUsers: Answer = ({ mock }) => ({ users: mock.crmUsers });
export const examine: Answer = () => ({ findings });

export const settle: Answer = ({ mock, params }) => {
  const [kind, id] = params;
  const entry = find(
    mock.stuck.filter((one) => one.kind === kind),
    id,
  );
  mock.stuck = mock.stuck.filter((one) => one !== entry);
  return { person: entry.id };
};

/** Puts it right: refused as any change of it is, and off the list once it is taken. */
export const mend: Answer = (ask) => {
  const [kind, id] = ask.params;
  const entry = find(
    ask.mock.stuck.filter((one) => one.kind === kind),
    id,
  );
  const change = { ...ask, params: [entry.id] };
  const changed = kind === 'case' ? changeCase(change) : changePerson(change);
  ask.mock.stuck = ask.mock.stuck.filter((one) => one !== entry);
  return changed;
};

/** A Lead and a Case that fields of theirs keep out. */
export const byField: Stuck[] = [
  {
    kind: 'person',
    id: 'p-lead',
    name: 'Ana Ruiz Prieto',
    why: 'value',
    code: 'INVALID_EMAIL_ADDRESS',
    object: 'Lead',
    fields: ['Email', 'Region__c'],
    said: 'Email: invalid email address: ana@',
    duplicates: [],
  },
  { kind: 'case', id: 'k-inv', name: '#00001042 Factura duplicada', why: 'value', code: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', object: 'Case', fields: ['Priority'], said: 'Priority: bad value', duplicates: [] },
];

/** The phone fields of the org; one that was chosen went there since. */
export const phoneFields: CrmPhoneObject[] = [
  {
    object: 'Contact',
    label: 'Contact',
    fields: [
      { field: 'MobilePhone', label: 'Mobile', as: 'mobile', mirrored: true },
      { field: 'Old_Phone__c', label: null, as: 'other', mirrored: true },
      { field: 'Phone', label: 'Business Phone', as: 'phone', mirrored: true },
      { field: 'Fax', label: 'Business Fax', as: 'other', mirrored: false },
      { field: 'Second_Mobile__c', label: 'Second Mobile', as: 'other', mirrored: false },
    ],
  },
  { object: 'Lead', label: 'Lead', fields: [{ field: 'Phone', label: 'Phone', as: 'phone', mirrored: true }] },
  { object: 'Account', label: 'Account', fields: [{ field: 'Phone', label: 'Phone', as: 'phone', mirrored: true }] },
];

export const readPhones: Answer = ({ mock }) => ({ version: mock.centre.version, chosen: mock.centre.crm_phones.length > 0, objects: mock.crmPhones });

export const choosePhones: Answer = ({ mock, body }) => {
  checkVersion(mock.centre, body);
  const chosen = body['phones'] as CrmPhoneChoice[];
  mock.centre.crm_phones = chosen;
  mock.centre.version += 1;
  mock.crmPhones = mock.crmPhones.map(({ object, label, fields }) => {
    const named = chosen.filter((one) => one.object === object).map(({ field, as }) => ({ field, as, label: fields.find((one) => one.field === field)?.label ?? null, mirrored: true }));
    const others = fields.filter((one) => one.label !== null && !named.some(({ field }) => field === one.field));
    return { object, label, fields: [...named, ...others.map((one) => ({ ...one, mirrored: false }))] };
  });
};

export const choose: Answer = ({ mock, params, body }) => {
  const user = find(mock.crmUsers, params[0]);
  Object.assign(user, { user: body['user'], chosen: true });
};
