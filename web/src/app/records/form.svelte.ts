import { asApiError, type ApiError } from '../../lib/api/errors';
import { errorText } from '../../lib/i18n/errors';

/** A field that somebody else has changed since it was read here. */
export type Difference<V> = { field: keyof V & string; theirs: unknown; mine: unknown; disputed: boolean };

/** Records count as the same by their id, all else by what it says. */
function key(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'id' in value) return String(value.id);
  return JSON.stringify(typeof value === 'string' ? value.trim() : value);
}

/**
 * What is being typed into a record, beside what it was when it was read. Where somebody else has saved
 * meanwhile both versions are shown, and nothing typed here is lost.
 */
export class RecordForm<V extends object> {
  values = $state() as V;
  #wrong = $state.raw<() => Record<string, string>>(() => ({}));
  /** What is wrong, by field. Said anew where the language changes. */
  readonly errors: Record<string, string> = $derived(this.#wrong());
  failure = $state.raw<ApiError | null>(null);
  busy = $state(false);
  /** What was changed elsewhere, until the next save. */
  differences = $state.raw<Difference<V>[]>([]);
  version = 0;

  /** As it was read, or as somebody else saved it since. */
  #base = $state.raw() as V;

  constructor(base: V, version: number) {
    this.#base = base;
    this.values = structuredClone(base);
    this.version = version;
  }

  get fields(): (keyof V & string)[] {
    return Object.keys(this.#base) as (keyof V & string)[];
  }

  get dirty(): boolean {
    return this.fields.some((field) => this.changed(field));
  }

  get disputed(): boolean {
    return this.differences.some((one) => one.disputed);
  }

  /** The fields that were changed here, as they are now. */
  changes(): Partial<V> {
    const values = $state.snapshot(this.values) as V;
    return Object.fromEntries(this.fields.filter((field) => this.changed(field)).map((field) => [field, values[field]])) as Partial<V>;
  }

  /** Takes in what somebody else has saved: into fields that were not touched here at once. */
  meet(theirs: V, version: number): void {
    this.version = version;
    const found: Difference<V>[] = [];
    const mine = $state.snapshot(this.values) as V;
    for (const field of this.fields) {
      if (key(theirs[field]) === key(this.#base[field]) || key(theirs[field]) === key(this.values[field])) continue;
      const disputed = this.changed(field);
      found.push({ field, theirs: theirs[field], mine: mine[field], disputed });
      if (!disputed) this.values[field] = structuredClone(theirs[field]);
    }
    this.#base = theirs;
    this.differences = found;
  }

  /** Learns late what it starts from: into every field that was not touched yet, as if it had stood there from the start. */
  start(base: V): void {
    for (const field of this.fields) if (!this.changed(field)) this.values[field] = structuredClone(base[field]);
    this.#base = base;
  }

  keepMine(): void {
    this.differences = [];
  }

  takeTheirs(): void {
    for (const { field, disputed } of this.differences) if (disputed) this.values[field] = structuredClone(this.#base[field]);
    this.differences = [];
  }

  /** Does the saving, once at a time, and puts a complaint beside the field that it is about. */
  async submit(save: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = null;
    this.#wrong = () => ({});
    try {
      await save();
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.field) {
        const place = placeOf(error.field);
        this.complain(() => ({ [place]: errorText(error) }));
      } else this.failure = error;
    } finally {
      this.busy = false;
    }
  }

  /** Puts these complaints beside their fields, and no others. */
  complain(say: () => Record<string, string>): void {
    this.#wrong = say;
  }

  /** Whether a field says something else than what was read. */
  changed(field: keyof V & string): boolean {
    return key(this.values[field]) !== key(this.#base[field]);
  }
}

/** `phones.1.raw`, `phones[1]` or `phones`: the complaint goes to the number it is about. */
function placeOf(field: string): string {
  if (!field.startsWith('phones')) return field;
  return `phone-${Number(/\d+/.exec(field)?.[0] ?? 0)}`;
}
