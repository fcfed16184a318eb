import type { ApiClient } from '../../lib/api/client';
import type { Centre } from '../../lib/api/contract';
import { ApiError, asApiError } from '../../lib/api/errors';
import { Resource } from '../../lib/resource.svelte';
import { RecordForm } from '../records/form.svelte';
import { faults, refused } from './faults';
import { asSent, valuesOf, type CentreValues } from './values';

/** Where they are changed. */
export const CENTRE_ADDRESS = '/admin/centre';

/** The centre's settings, as they were read and as they are being changed. */
export class CentreSettings {
  readonly centre: Resource<Centre>;
  form = $state.raw<RecordForm<CentreValues> | null>(null);
  /** What the last press of a button came to, until something is typed again. */
  done = $state<'saved' | 'reset' | null>(null);

  constructor(
    readonly user: string,
    private readonly api: ApiClient,
  ) {
    this.centre = new Resource(async (signal) => (await api.get<{ centre: Centre }>('/centre', { signal })).centre);
  }

  /** Reads them, unless something is being changed: then the version it was read at counts. */
  async show(): Promise<void> {
    if (this.form?.dirty) return;
    await this.centre.load();
    if (!this.form?.dirty) this.#begin();
  }

  reset(): void {
    this.#begin();
    this.done = 'reset';
  }

  /** The settings as they would be sent, whatever is wrong with them. */
  meant(): Centre | null {
    const { form } = this;
    const read = this.centre.value;
    return form && read && asSent($state.snapshot(form.values) as CentreValues, form.version, read);
  }

  /** The settings as they would be sent; null where something is wrong with them, which is then said. */
  draft(): Centre | null {
    const { form } = this;
    const read = this.centre.value;
    if (!form || !read) return null;
    const values = $state.snapshot(form.values) as CentreValues;
    form.complain(() => faults(values));
    return Object.keys(form.errors).length > 0 ? null : asSent(values, form.version, read);
  }

  async save(): Promise<void> {
    const { form } = this;
    const read = this.centre.value;
    if (!form || !read) return;
    await form.submit(async () => {
      this.done = null;
      const values = $state.snapshot(form.values) as CentreValues;
      form.complain(() => faults(values));
      if (Object.keys(form.errors).length > 0) return;
      try {
        this.centre.value = (await this.api.put<{ centre: Centre }>('/centre', asSent(values, form.version, read))).centre;
        this.#begin();
        this.done = 'saved';
      } catch (thrown) {
        const error = asApiError(thrown);
        if (error.code === 'stale_revision') await this.#meet(form);
        else {
          // A complaint about something that has no place here must not vanish.
          if (!refused(error, values)) throw error.field ? new ApiError(error.code, error.status, null, error.detail, error.trace) : error;
          form.complain(() => refused(error, values) ?? {});
        }
      }
    });
  }

  /** Somebody else was first: what they saved is shown beside what was typed here. */
  async #meet(form: RecordForm<CentreValues>): Promise<void> {
    const { centre } = await this.api.get<{ centre: Centre }>('/centre');
    this.centre.value = centre;
    form.meet(valuesOf(centre), centre.version);
  }

  #begin(): void {
    const read = this.centre.value;
    if (read) this.form = new RecordForm(valuesOf(read), read.version);
    this.done = null;
  }
}

let kept: CentreSettings | null = null;

/** Who signs out was asked about what is not saved: it is not there when they come back. */
export function dropSettings(): void {
  kept = null;
}

/** What one admin typed outlasts the look at another page, and a session that has to be renewed. */
export function settingsOf(user: string, api: ApiClient): CentreSettings {
  if (kept?.user !== user) kept = new CentreSettings(user, api);
  return kept;
}
