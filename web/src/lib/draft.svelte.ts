import { SvelteSet } from 'svelte/reactivity';
import type { ApiClient } from './api/client';
import type { CaseChoice, Draft, DraftContent, Party } from './api/contract';
import { asApiError, type ApiError } from './api/errors';

/** Pause in typing after which what was typed is sent. */
export const DRAFT_DEBOUNCE_MS = 600;
/** Pause before a draft that could not be stored is tried again. */
export const DRAFT_RETRY_MS = 4000;

export type DraftField = keyof DraftContent;
export type DraftStatus = 'saved' | 'changed' | 'saving' | 'failed';
const FIELDS: readonly DraftField[] = ['code', 'notes', 'party', 'case'];
const BY_ITSELF: CaseChoice = { choice: 'by_itself' };

function sameParty(a: Party | null, b: Party | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.choice === 'existing') return b.choice === 'existing' && a.person === b.person;
  if (a.choice === 'create') {
    return b.choice === 'create' && a.kind === b.kind && (a.name ?? '') === (b.name ?? '') && a.despite.join() === b.despite.join();
  }
  return b.choice === 'none';
}

function sameCase(a: CaseChoice, b: CaseChoice): boolean {
  return a.choice === 'picked' ? b.choice === 'picked' && a.case === b.case : a.choice === b.choice;
}

function sameField(field: DraftField, a: DraftContent, b: DraftContent): boolean {
  if (field === 'party') return sameParty(a.party, b.party);
  return field === 'case' ? sameCase(a.case, b.case) : a[field] === b[field];
}

function same(a: DraftContent, b: DraftContent): boolean {
  return FIELDS.every((field) => sameField(field, a, b));
}

function contentOf(draft: DraftContent): DraftContent {
  return { code: draft.code, notes: draft.notes, party: draft.party, case: draft.case };
}

/**
 * What one agent has entered for one engagement. The server holds the draft, this object the copy under
 * the agent's hands: what was typed here always stays, whatever another window or the network does.
 */
export class DraftKeeper {
  code = $state<string | null>(null);
  notes = $state('');
  party = $state.raw<Party | null>(null);
  case = $state.raw<CaseChoice>(BY_ITSELF);
  status = $state<DraftStatus>('saved');
  failure = $state.raw<ApiError | null>(null);
  /** What another window wrote into fields that were changed here too, until the agent chooses. */
  theirs = $state.raw<Draft | null>(null);
  readonly disputed = new SvelteSet<DraftField>();

  /** What the server holds, as far as this panel knows. */
  #base = $state.raw<DraftContent>({ code: null, notes: '', party: null, case: BY_ITSELF });
  #revision: number;
  #sent: DraftContent | null = null;
  #saving: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(
    private readonly api: ApiClient,
    readonly engagement: string,
    draft: Draft,
  ) {
    this.#base = contentOf(draft);
    this.#revision = draft.revision;
    this.#show(this.#base);
  }

  get content(): DraftContent {
    return { code: this.code, notes: this.notes, party: this.party, case: this.case };
  }

  get revision(): number {
    return this.#revision;
  }

  get dirty(): boolean {
    return !same(this.content, this.#base);
  }

  /** Whether the server does not know yet what was said about this. */
  unsaid(field: DraftField): boolean {
    return !sameField(field, this.content, this.#base);
  }

  /** `atOnce`: something was chosen rather than typed, and what the server makes of it is waited for. */
  change(patch: Partial<DraftContent>, atOnce = false): void {
    this.#show({ ...this.content, ...patch });
    if (!this.dirty && !this.#saving) return;
    if (this.status !== 'saving') this.status = 'changed';
    this.#schedule(atOnce ? 0 : DRAFT_DEBOUNCE_MS);
  }

  /** Takes in the draft as the server has it now. */
  adopt(server: Draft): void {
    if (this.#closed || server.revision <= this.#revision) return;
    const theirs = contentOf(server);
    // Our own write comes back over the live connection, sometimes before its answer does.
    const own = this.#sent !== null && same(theirs, this.#sent);
    const mine = this.content;
    const base = own ? theirs : this.#base;
    const merged = { ...theirs };
    this.disputed.clear();
    for (const field of FIELDS) {
      if (sameField(field, mine, base)) continue;
      Object.assign(merged, { [field]: mine[field] });
      const foreign = !sameField(field, theirs, base) && !sameField(field, theirs, mine);
      if (foreign) this.disputed.add(field);
    }
    this.#revision = server.revision;
    this.#base = theirs;
    this.theirs = this.disputed.size > 0 ? server : null;
    this.#show(merged);
    if (this.theirs) clearTimeout(this.#timer);
    else if (this.dirty) this.#schedule(DRAFT_DEBOUNCE_MS);
    else this.status = 'saved';
  }

  /** As `adopt`, from the detail of a refusal. */
  adoptUnknown(current: unknown): void {
    if (isDraft(current)) this.adopt(current);
  }

  keepMine(): void {
    this.theirs = null;
    this.disputed.clear();
    this.#schedule(0);
  }

  takeTheirs(): void {
    const { theirs } = this;
    if (!theirs) return;
    const taken: Partial<DraftContent> = {};
    for (const field of this.disputed) Object.assign(taken, { [field]: theirs[field] });
    this.theirs = null;
    this.disputed.clear();
    this.#show({ ...this.content, ...taken });
    if (this.dirty) this.#schedule(0);
    else this.status = 'saved';
  }

  /** Sends what is not stored yet, and waits for it; a failure is for the caller to show. */
  async flush(): Promise<void> {
    await this.settle();
    if (this.dirty && !this.theirs && !this.#closed) await this.#save();
  }

  /** Waits for a save that is under way, and starts none. */
  async settle(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#saving?.catch(() => {});
    clearTimeout(this.#timer);
  }

  /** The page goes away: one last request that outlives it. */
  flushOnExit(): void {
    if (!this.dirty || this.theirs || this.#closed) return;
    const body = { revision: this.#revision, ...this.content };
    void this.api.put(this.#path, body, { keepalive: true }).catch(() => {});
  }

  /** The connection is back: what waited is sent at once. */
  resume(): void {
    if (this.dirty && !this.theirs) this.#schedule(0);
  }

  /** The wrap-up was submitted: nothing of it is a draft any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  get #path(): string {
    return `/wrapups/${encodeURIComponent(this.engagement)}/draft`;
  }

  #show(content: DraftContent): void {
    this.code = content.code;
    this.notes = content.notes;
    this.party = content.party;
    this.case = content.case;
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    if (this.#closed || this.theirs) return;
    this.#timer = setTimeout(() => {
      if (this.#saving || !this.dirty) return;
      this.#save().catch(() => {});
    }, delay);
  }

  #save(): Promise<void> {
    this.#saving = this.#put().finally(() => {
      this.#saving = null;
      this.#sent = null;
      if (this.dirty && !this.failure) this.#schedule(DRAFT_DEBOUNCE_MS);
    });
    return this.#saving;
  }

  async #put(): Promise<void> {
    const sent = this.content;
    this.#sent = sent;
    this.status = 'saving';
    try {
      const answer = await this.api.put<{ revision: number }>(this.#path, { revision: this.#revision, ...sent });
      if (answer.revision >= this.#revision) {
        this.#revision = answer.revision;
        this.#base = sent;
      }
      this.failure = null;
      this.status = this.dirty ? 'changed' : 'saved';
    } catch (thrown) {
      this.#failed(asApiError(thrown));
    }
  }

  #failed(error: ApiError): void {
    if (error.code === 'stale_revision') {
      this.status = 'changed';
      this.#sent = null;
      this.adoptUnknown(error.detail['current']);
      return;
    }
    this.status = 'failed';
    this.failure = error;
    if (error.passing) this.#schedule(DRAFT_RETRY_MS);
    throw error;
  }
}

function isDraft(value: unknown): value is Draft {
  return typeof value === 'object' && value !== null && 'revision' in value && 'notes' in value;
}
