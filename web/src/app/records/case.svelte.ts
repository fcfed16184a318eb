import type { ApiClient } from '../../lib/api/client';
import type { Case, CasePriority, CaseStatus, NewCase, Person, PersonLine, View } from '../../lib/api/contract';
import { ApiError, asApiError } from '../../lib/api/errors';
import { caseName } from '../../lib/cases/words';
import { language } from '../../lib/i18n/language.svelte';
import type { StandardIcon } from '../../lib/icons/standard';
import { Resource } from '../../lib/resource.svelte';
import { RecordForm } from './form.svelte';
import type { TabModel } from './tab-model';

export type CaseValues = {
  subject: string;
  description: string;
  status: CaseStatus;
  priority: CasePriority;
  contact: PersonLine | null;
  account: PersonLine | null;
};

export function valuesOf(one: Case): CaseValues {
  const { subject, description, status, priority, contact, account } = one;
  return { subject, description: description ?? '', status, priority, contact, account };
}

export function asSent(values: Partial<CaseValues>): Partial<NewCase> {
  const { subject, description, contact, account, ...rest } = values;
  return {
    ...rest,
    ...(subject !== undefined && { subject: subject.trim() }),
    ...(description !== undefined && { description: description.trim() || null }),
    ...(contact !== undefined && { contact: contact?.id ?? null }),
    ...(account !== undefined && { account: account?.id ?? null }),
  };
}

/** What can be said without asking the server. */
function check(values: CaseValues): void {
  if (values.subject.trim() === '') throw new ApiError('invalid', 422, 'subject', { reason: 'empty' });
}

export class CaseTab implements TabModel {
  readonly one: Resource<Case>;
  readonly path: string;
  form = $state.raw<RecordForm<CaseValues> | null>(null);
  /** What became of a change of the status alone. */
  failure = $state.raw<ApiError | null>(null);
  busy = $state(false);
  readonly icon: StandardIcon = 'case';
  readonly view: View;

  constructor(
    private readonly api: ApiClient,
    readonly id: string,
  ) {
    this.path = `/cases/${encodeURIComponent(id)}`;
    this.view = { kind: 'case', case: id };
    this.one = new Resource(async (signal) => (await api.get<{ case: Case }>(this.path, { signal })).case);
  }

  get title(): string {
    const { value, failure } = this.one;
    return value ? caseName(value) : failure ? language.t.cases.one : language.t.tabs.loading;
  }

  /** Whether it is in the org that is mirrored: nothing of it is changed here. */
  get changedThere(): boolean {
    return Boolean(this.one.value?.crm_id);
  }

  get touched(): boolean {
    return this.form?.dirty ?? false;
  }

  get unsaved(): boolean {
    return this.touched;
  }

  async show(): Promise<void> {
    if (!this.form) await this.one.load();
  }

  edit(): void {
    this.failure = null;
    const { value } = this.one;
    if (value && !this.changedThere) this.form = new RecordForm(valuesOf(value), value.version);
  }

  cancel(): void {
    this.form = null;
  }

  async save(): Promise<void> {
    const { form } = this;
    if (!form) return;
    await form.submit(async () => {
      check(form.values);
      try {
        await this.#patch({ version: form.version, ...asSent(form.changes()) });
        this.form = null;
      } catch (thrown) {
        const current = this.#stale(thrown);
        form.meet(valuesOf(current), current.version);
      }
    });
  }

  /** The path's own change: one click, on the version that was shown. */
  async setStatus(status: CaseStatus): Promise<void> {
    const { value } = this.one;
    if (!value || this.busy || this.form) return;
    this.busy = true;
    this.failure = null;
    try {
      await this.#patch({ version: value.version, status });
    } catch (thrown) {
      this.failure = asApiError(thrown);
      if (this.failure.code === 'stale_revision') this.#stale(thrown);
    }
    this.busy = false;
  }

  async #patch(body: { version: number } & Partial<NewCase>): Promise<void> {
    this.one.value = (await this.api.patch<{ case: Case }>(this.path, body)).case;
  }

  /** Shows the Case as somebody else has saved it; whatever else was refused is thrown on. */
  #stale(thrown: unknown): Case {
    const error = asApiError(thrown);
    const current = error.code === 'stale_revision' ? (error.detail['current'] as Case | undefined) : undefined;
    if (!current) throw error;
    this.one.value = current;
    return current;
  }
}

/** Whom a Case is begun from. */
export type BegunFrom = { contact: string | null; account: string | null };

export class NewCaseTab implements TabModel {
  readonly form = new RecordForm<CaseValues>(NewCaseTab.blank(null, null), 0);
  readonly icon: StandardIcon = 'case';
  /** It counts only once it is saved (P10). */
  readonly view: View = { kind: 'unsaved_case' };
  readonly unsaved = true;
  #begun: Promise<void> | null = null;

  constructor(
    private readonly api: ApiClient,
    private readonly from: BegunFrom,
  ) {}

  private static blank(contact: PersonLine | null, account: PersonLine | null): CaseValues {
    return { subject: '', description: '', status: 'new', priority: 'medium', contact, account };
  }

  get title(): string {
    return language.t.cases.new;
  }

  get touched(): boolean {
    return this.form.dirty;
  }

  /** Fills in whom it was begun from, by name; what was typed meanwhile stays. */
  begin(): Promise<void> {
    return (this.#begun ??= this.#begin());
  }

  async #begin(): Promise<void> {
    const id = this.from.contact ?? this.from.account;
    if (id === null) return;
    try {
      const { person } = await this.api.get<{ person: Person }>(`/people/${encodeURIComponent(id)}`);
      const { kind, name, company, phone, account } = person;
      const line: PersonLine = { id, kind, name, company, phone };
      this.form.start(this.from.contact ? NewCaseTab.blank(line, account) : NewCaseTab.blank(null, line));
    } catch (thrown) {
      this.form.failure = asApiError(thrown);
      this.#begun = null;
    }
  }

  async create(): Promise<Case | null> {
    let made: Case | null = null;
    const { form } = this;
    await form.submit(async () => {
      await this.begin();
      const values = $state.snapshot(form.values) as CaseValues;
      check(values);
      if (!values.contact && !values.account) {
        form.complain(() => ({ contact: language.t.cases.whose }));
        return;
      }
      made = (await this.api.post<{ case: Case }>('/cases', asSent(values))).case;
    });
    return made;
  }
}
