import type { ApiClient } from '../../lib/api/client';
import type { NewPerson, Person, PersonLine, PhoneField, StoredPhone } from '../../lib/api/contract';
import { ApiError, asApiError } from '../../lib/api/errors';
import { language } from '../../lib/i18n/language.svelte';
import type { StandardIcon } from '../../lib/icons/standard';
import { Resource } from '../../lib/resource.svelte';
import { RecordForm } from './form.svelte';
import type { Owner } from './OwnerField.svelte';
import { OTHER, type TabModel } from './tab-model';

export type PhoneValue = { field: string; raw: string };
export type PersonValues = { name: string; company: string; email: string; account: PersonLine | null; owner: Owner | null; phones: PhoneValue[] };

const BLANK: PersonValues = { name: '', company: '', email: '', account: null, owner: null, phones: [] };

export function valuesOf(person: Person): PersonValues {
  const { name, company, email, account, owner } = person;
  return { name, company: company ?? '', email: email ?? '', account, owner, phones: person.phones.map(({ field, raw }: StoredPhone) => ({ field, raw })) };
}

/** As the API wants it: no empty texts, references by id, numbers that say something. */
export function asSent(values: Partial<PersonValues>): Record<string, unknown> {
  const { name, company, email, account, owner, phones } = values;
  return {
    ...(name !== undefined && { name: name.trim() }),
    ...(company !== undefined && { company: company.trim() || null }),
    ...(email !== undefined && { email: email.trim() || null }),
    ...(account !== undefined && { account: account?.id ?? null }),
    ...(owner !== undefined && { owner: owner?.id ?? null }),
    ...(phones !== undefined && { phones: phones.filter((phone) => phone.raw.trim() !== '') }),
  };
}

export class PersonTab implements TabModel {
  readonly person: Resource<Person>;
  form = $state.raw<RecordForm<PersonValues> | null>(null);
  readonly path: string;

  constructor(
    private readonly api: ApiClient,
    readonly id: string,
  ) {
    this.path = `/people/${encodeURIComponent(id)}`;
    this.person = new Resource(async (signal) => (await api.get<{ person: Person }>(this.path, { signal })).person);
  }

  readonly view = OTHER;

  get icon(): StandardIcon {
    return this.person.value?.kind ?? 'record';
  }

  get title(): string {
    return this.person.value?.name ?? (this.person.failure ? language.t.people.title : language.t.tabs.loading);
  }

  /** Whether it is in the org that is mirrored: nothing of it is changed here. */
  get changedThere(): boolean {
    return Boolean(this.person.value?.crm_id);
  }

  get touched(): boolean {
    return this.form?.dirty ?? false;
  }

  get unsaved(): boolean {
    return this.touched;
  }

  /** Reads it anew, unless it is being changed: then the version it was read at counts. */
  async show(): Promise<void> {
    if (!this.form) await this.person.load();
  }

  edit(): void {
    const person = this.person.value;
    if (person && !this.changedThere) this.form = new RecordForm(valuesOf(person), person.version);
  }

  cancel(): void {
    this.form = null;
  }

  async save(): Promise<void> {
    const { form } = this;
    if (!form) return;
    await form.submit(async () => {
      if (form.values.name.trim() === '') throw new ApiError('invalid', 422, 'name', { reason: 'empty' });
      try {
        const body = { version: form.version, ...asSent(form.changes()) };
        this.person.value = (await this.api.patch<{ person: Person }>(this.path, body)).person;
        this.form = null;
      } catch (thrown) {
        const error = asApiError(thrown);
        if (error.code !== 'stale_revision') throw error;
        const current = (await this.api.get<{ person: Person }>(this.path)).person;
        this.person.value = current;
        form.meet(valuesOf(current), current.version);
      }
    });
  }
}

export class NewPersonTab implements TabModel {
  readonly form = new RecordForm<PersonValues>({ ...BLANK, phones: [{ field: 'phone', raw: '' }] }, 0);
  readonly view = OTHER;
  readonly unsaved = true;

  constructor(
    private readonly api: ApiClient,
    readonly kind: NewPerson['kind'],
  ) {}

  get icon(): StandardIcon {
    return this.kind;
  }

  get title(): string {
    return language.t.people.newKind[this.kind];
  }

  get touched(): boolean {
    return this.form.dirty;
  }

  /** Makes the record; answers it, or null where it was refused. */
  async create(): Promise<Person | null> {
    let made: Person | null = null;
    await this.form.submit(async () => {
      const { name, company, email, account, phones } = $state.snapshot(this.form.values) as PersonValues;
      if (name.trim() === '') throw new ApiError('invalid', 422, 'name', { reason: 'empty' });
      const body: NewPerson = {
        kind: this.kind,
        name: name.trim(),
        company: this.kind === 'account' ? null : company.trim() || null,
        ...(account && { account: account.id }),
        email: email.trim() || null,
        phones: phones.filter((phone) => phone.raw.trim() !== '').map(({ field, raw }) => ({ field: field as PhoneField, raw })),
      };
      made = (await this.api.post<{ person: Person }>('/people', body)).person;
    });
    return made;
  }
}
