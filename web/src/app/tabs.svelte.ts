import { tick } from 'svelte';
import type { ApiClient } from '../lib/api/client';
import type { View } from '../lib/api/contract';
import type { Unsaved } from '../lib/host/host';
import type { OpenRecords } from '../lib/host/standalone';
import { TABS_MAX } from '../lib/limits';
import { CaseTab, NewCaseTab } from './records/case.svelte';
import { NewPersonTab, PersonTab } from './records/person.svelte';
import { OTHER } from './records/tab-model';
import type { Router } from './router.svelte';

/** One opened record. The address of its page is also what tells it from others. */
export type Tab = { id: string; model: PersonTab | NewPersonTab | CaseTab | NewCaseTab };
type Loss = { titles: string[]; go: () => void };

/**
 * The records that are open, as tabs of a console. What was typed into one lives here and not in its page, so
 * it outlasts the look at another tab and a session that has to be renewed.
 */
export class TabStore implements OpenRecords {
  tabs = $state.raw<Tab[]>([]);
  /** What is about to be lost, until somebody has said whether it may be. */
  asking = $state.raw<Loss | null>(null);
  /** Grows whenever the panel sends its agent to a record. */
  revealed = $state(0);
  #owner: string | null = null;

  constructor(
    private readonly api: ApiClient,
    private readonly router: Router,
  ) {}

  get front(): Tab | null {
    return this.#find(this.router.address);
  }

  get view(): View {
    return this.front?.model.view ?? OTHER;
  }

  get editing(): boolean {
    return this.front?.model.touched ?? this.router.unsaved.some(({ address }) => address === this.router.address);
  }

  /** Titles of whatever would be lost with the page. */
  get touched(): string[] {
    return [...this.tabs.filter(({ model }) => model.touched).map(({ model }) => model.title), ...this.router.unsaved.map(({ title }) => title)];
  }

  /** Tabs are of one user: who signs in after another finds none. */
  claim(user: string): void {
    if (this.#owner !== user) this.tabs = [];
    this.#owner = user;
  }

  /** The page that the address names gets its tab, if it is a record's. */
  visit(address: string): void {
    this.#ensure(address);
  }

  open(path: string, how: { behind: boolean } = { behind: false }): void {
    const address = path.replace(/^#/, '');
    this.#ensure(address);
    if (!how.behind) this.router.go(address);
  }

  show(id: string): void {
    this.router.go(id);
  }

  /** Brings a record to the front for somebody who comes from the panel, the focus with it. */
  reveal(id: string): void {
    this.show(id);
    this.revealed += 1;
    void tick().then(() => document.querySelector<HTMLElement>('[data-page-title]')?.focus());
  }

  /** Closes a tab; what was typed into it is asked about first. */
  close(tab: Tab): void {
    if (tab.model.touched) this.asking = { titles: [tab.model.title], go: () => this.#remove(tab) };
    else this.#remove(tab);
  }

  /** Goes on at once, or once it was said that what is unsaved may be lost. */
  leave(go: () => void): void {
    const titles = this.touched;
    if (titles.length > 0) this.asking = { titles, go };
    else go();
  }

  clear(): void {
    this.tabs = [];
  }

  /** A new record was saved: its tab is that of the record now. */
  saved(tab: Tab, path: string): void {
    const address = path.replace(/^#/, '');
    const known = this.#find(address);
    const made = known ?? this.#make(address) ?? tab;
    this.tabs = this.tabs.filter((one) => one !== known).map((one) => (one === tab ? made : one));
    this.router.replace(address);
  }

  watch(seen: (view: View) => void): () => void {
    return $effect.root(() => {
      $effect(() => seen(this.view));
    });
  }

  unsaved(): Unsaved[] {
    const forms = this.router.unsaved.map(({ address, title }) => ({ id: address, title, newCase: false }));
    const records = this.tabs.filter(({ model }) => model.unsaved);
    return [...records.map(({ id, model }) => ({ id, title: model.title, newCase: model instanceof NewCaseTab })), ...forms];
  }

  #find(address: string): Tab | null {
    return this.tabs.find((tab) => tab.id === address) ?? null;
  }

  #ensure(address: string): void {
    if (this.#find(address)) return;
    const tab = this.#make(address);
    if (!tab) return;
    const tabs = [...this.tabs, tab];
    const spare = tabs.length > TABS_MAX ? tabs.find((one) => one !== tab && one !== this.front && !one.model.unsaved) : undefined;
    this.tabs = tabs.filter((one) => one !== spare);
  }

  #make(address: string): Tab | null {
    const [path = '', query = ''] = address.split('?');
    const [room, id, more] = path.split('/').filter(Boolean).map(decodeURIComponent);
    if (!id || more !== undefined) return null;
    const asked = new URLSearchParams(query);
    if (room === 'people') {
      const kind = asked.get('kind');
      const model = id === 'new' ? new NewPersonTab(this.api, kind === 'lead' || kind === 'account' ? kind : 'contact') : new PersonTab(this.api, id);
      return { id: address, model };
    }
    if (room !== 'cases') return null;
    const from = { contact: asked.get('contact'), account: asked.get('account') };
    return { id: address, model: id === 'new' ? new NewCaseTab(this.api, from) : new CaseTab(this.api, id) };
  }

  #remove(tab: Tab): void {
    const at = this.tabs.indexOf(tab);
    const wasFront = tab === this.front;
    this.tabs = this.tabs.filter((one) => one !== tab);
    if (wasFront) this.router.replace((this.tabs[at] ?? this.tabs[at - 1])?.id ?? (tab.id.startsWith('/cases') ? '/cases' : '/people'));
  }
}

