import type { Case, CaseActivityLine, NewCase, NewPerson, Person, PersonLine } from '../../src/lib/api/contract.ts';
import { checkVersion, find, Refusal, type Ask } from './ask.ts';
import type { Mock } from './server.ts';
import { NOW } from './world.ts';

/** People, Cases and their lists of calls. */
const PAGE = 3;

export function search(mock: Mock, text: string): PersonLine[] {
  const wanted = text.toLowerCase();
  const digits = text.replace(/\D/g, '');
  return mock.people.filter((one) => one.name.toLowerCase().includes(wanted) || (digits.length > 2 && (one.phone ?? '').replace(/\D/g, '').includes(digits)));
}

function checkPhones(phones: { raw: string }[]): void {
  const bad = phones.findIndex((phone) => !/\d{3}/.test(phone.raw));
  if (bad >= 0) throw new Refusal(422, 'invalid', { reason: 'not_a_number' }, `phones.${bad}.raw`);
}

function lineOf(mock: Mock, id: unknown): PersonLine | null {
  if (id === null || id === undefined) return null;
  const { kind, name, company, phone } = find(mock.people, String(id));
  return { id: String(id), kind, name, company, phone };
}

export function createPerson({ mock, body }: Ask): { person: Person } {
  const wanted = body as unknown as NewPerson;
  if (!wanted.name) throw new Refusal(422, 'invalid', { reason: 'empty' }, 'name');
  checkPhones(wanted.phones);
  const person: Person = {
    ...wanted,
    id: `p-${mock.people.length}`,
    account: lineOf(mock, wanted.account),
    owner: null,
    phone: wanted.phones[0]?.raw ?? null,
    phones: wanted.phones.map((phone) => ({ ...phone, display: phone.raw })),
    version: 1,
    created_by_call: null,
  };
  mock.people.push(person);
  return { person };
}

export function changePerson({ mock, params, body }: Ask): { person: Person } {
  const person = find(mock.people, params[0]);
  checkVersion(person, body);
  const { account, owner, phones, ...rest } = body as { account?: string | null; owner?: string | null; phones?: { field: string; raw: string }[] };
  if (phones) {
    checkPhones(phones);
    person.phones = phones.map((phone) => ({ ...phone, display: phone.raw }));
    person.phone = phones[0]?.raw ?? null;
  }
  if (owner !== undefined) {
    const user = mock.users.find(({ id }) => id === owner);
    if (owner !== null && !user) throw new Refusal(422, 'invalid', { reason: 'unknown' }, 'owner');
    person.owner = user ? { id: user.id, name: user.name } : null;
  }
  if (account !== undefined) person.account = lineOf(mock, account);
  Object.assign(person, rest, { version: person.version + 1 });
  return { person };
}

export function callsOf({ mock, params, query }: Ask): unknown {
  const { id } = find(mock.people, params[0]);
  const all = mock.history.filter((one) => one.possible || one.party?.id === id);
  const from = Number(query.get('after') ?? 0);
  return { activities: all.slice(from, from + PAGE), next: from + PAGE < all.length ? String(from + PAGE) : null };
}

export function casesOf({ mock, params }: Ask): unknown {
  const { id } = find(mock.people, params[0]);
  const open = (one: Case): number => (one.status === 'closed' ? 1 : 0);
  return { cases: mock.cases.filter((one) => one.contact?.id === id || one.account?.id === id).sort((a, b) => open(a) - open(b)) };
}

export function contactsOf({ mock, params }: Ask): unknown {
  const { id } = find(mock.people, params[0]);
  return { people: mock.people.filter((one) => one.account?.id === id) };
}

export function searchCases({ mock, query }: Ask): unknown {
  const wanted = (query.get('q') ?? '').toLowerCase();
  const number = Number(wanted);
  return { cases: mock.cases.filter((one) => one.subject.toLowerCase().includes(wanted) || (number > 0 && one.number === number)) };
}

function withReferences(mock: Mock, wanted: Partial<NewCase>): Partial<Case> {
  const { contact, account, ...rest } = wanted;
  return {
    ...rest,
    ...(contact !== undefined && { contact: lineOf(mock, contact), contact_phones: contact === null ? [] : find(mock.people, contact).phones }),
    ...(account !== undefined && { account: lineOf(mock, account) }),
  };
}

export function createCase({ mock, body }: Ask): { case: Case } {
  const wanted = body as unknown as NewCase;
  if (!wanted.contact && !wanted.account) throw new Refusal(422, 'invalid', { reason: 'empty' }, 'contact');
  const made = {
    id: `k-${mock.cases.length}`,
    number: 1100 + mock.cases.length,
    opened_at: new Date(NOW).toISOString(),
    closed_at: null,
    version: 1,
    created_by_call: null,
    contact_phones: [],
    ...withReferences(mock, wanted),
  } as unknown as Case;
  mock.cases.push(made);
  return { case: made };
}

export function changeCase({ mock, params, body }: Ask): { case: Case } {
  const one = find(mock.cases, params[0]);
  checkVersion(one, body);
  Object.assign(one, withReferences(mock, body), { version: one.version + 1 });
  one.closed_at = one.status === 'closed' ? new Date(NOW).toISOString() : null;
  return { case: one };
}

export function callsOfCase({ mock, params, query }: Ask): unknown {
  const { id, contact } = find(mock.cases, params[0]);
  const all: CaseActivityLine[] = mock.history
    .filter((one) => one.case?.id === id || (contact !== null && one.party?.id === contact.id))
    .map((one) => ({ ...one, of_contact: one.case?.id !== id }));
  const from = Number(query.get('after') ?? 0);
  return { activities: all.slice(from, from + PAGE), next: from + PAGE < all.length ? String(from + PAGE) : null };
}
