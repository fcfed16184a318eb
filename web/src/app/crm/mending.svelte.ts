import type { ApiClient } from '../../lib/api/client';
import type { Case, Person } from '../../lib/api/contract';
import type { Stuck } from '../../lib/api/crm';
import { ApiError, asApiError } from '../../lib/api/errors';
import * as cases from '../records/case.svelte';
import { RecordForm } from '../records/form.svelte';
import * as people from '../records/person.svelte';

/** A record that Salesforce refused, being put right where that is listed. */
export type Mending =
  | { kind: 'person'; record: Person; form: RecordForm<people.PersonValues>; elsewhere: string[] }
  | { kind: 'case'; record: Case; form: RecordForm<cases.CaseValues>; elsewhere: string[] };

/** Which field of a form a field of the org is. */
const OF_PERSON: Record<string, string> = {
  Name: 'name',
  FirstName: 'name',
  LastName: 'name',
  Company: 'company',
  AccountId: 'account',
  Email: 'email',
  PersonEmail: 'email',
  OwnerId: 'owner',
};
const OF_PHONE: Record<string, string> = {
  Phone: 'phone',
  MobilePhone: 'mobile',
  PersonMobilePhone: 'mobile',
  HomePhone: 'home',
  PersonHomePhone: 'home',
  OtherPhone: 'other',
  PersonOtherPhone: 'other',
};
const OF_CASE: Record<string, string> = {
  Subject: 'subject',
  Description: 'description',
  Status: 'status',
  Priority: 'priority',
  ContactId: 'contact',
  AccountId: 'account',
};

/** Reads the record as it is here, its form with a mark where Salesforce said no; what it names and no form has is `elsewhere`. */
export async function begin(api: ApiClient, stuck: Stuck): Promise<Mending> {
  const id = encodeURIComponent(stuck.id);
  if (stuck.kind === 'case') {
    const record = (await api.get<{ case: Case }>(`/cases/${id}`)).case;
    const form = new RecordForm(cases.valuesOf(record), record.version);
    return { kind: 'case', record, form, elsewhere: mark(form, stuck, (field) => OF_CASE[field]) };
  }
  const record = (await api.get<{ person: Person }>(`/people/${id}`)).person;
  const values = people.valuesOf(record);
  const place = (field: string): string | undefined => OF_PERSON[field] ?? (OF_PHONE[field] ? `phone-${phoneOf(values, OF_PHONE[field])}` : undefined);
  // Places first: a number that is wanted and not there gets a line to stand in.
  stuck.fields.forEach(place);
  const form = new RecordForm(values, record.version);
  return { kind: 'person', record, form, elsewhere: mark(form, stuck, place) };
}

/** The line of this number, which is made where there is none. */
function phoneOf(values: people.PersonValues, field: string): number {
  const known = values.phones.findIndex((phone) => phone.field === field);
  return known >= 0 ? known : values.phones.push({ field, raw: '' }) - 1;
}

function mark<V extends object>(form: RecordForm<V>, stuck: Stuck, place: (field: string) => string | undefined): string[] {
  const places = stuck.fields.map(place).filter((one) => one !== undefined);
  if (places.length > 0) form.complain(() => Object.fromEntries(places.map((one) => [one, stuck.said])));
  return stuck.fields.filter((field) => place(field) === undefined);
}

/** Saves it and has it tried again, in one go; whether that was done. */
export async function save(api: ApiClient, stuck: Stuck, mending: Mending): Promise<boolean> {
  return mending.kind === 'case'
    ? put(mending.form, 'subject', mending.form.values.subject, cases.asSent, (body) => api.patch(pathOf(stuck), body), async () => {
        const now = (await api.get<{ case: Case }>(`/cases/${encodeURIComponent(stuck.id)}`)).case;
        return [cases.valuesOf(now), now.version];
      })
    : put(mending.form, 'name', mending.form.values.name, people.asSent, (body) => api.patch(pathOf(stuck), body), async () => {
        const now = (await api.get<{ person: Person }>(`/people/${encodeURIComponent(stuck.id)}`)).person;
        return [people.valuesOf(now), now.version];
      });
}

async function put<V extends object>(
  form: RecordForm<V>,
  wanted: string,
  text: string,
  asSent: (values: Partial<V>) => object,
  send: (body: unknown) => Promise<unknown>,
  read: () => Promise<[V, number]>,
): Promise<boolean> {
  let done = false;
  await form.submit(async () => {
    if (text.trim() === '') throw new ApiError('invalid', 422, wanted, { reason: 'empty' });
    try {
      await send({ version: form.version, ...asSent(form.changes()) });
      done = true;
    } catch (thrown) {
      if (asApiError(thrown).code !== 'stale_revision') throw thrown;
      form.meet(...(await read()));
    }
  });
  return done;
}

function pathOf(stuck: Stuck): string {
  return `/crm/stuck/${stuck.kind}/${encodeURIComponent(stuck.id)}`;
}
