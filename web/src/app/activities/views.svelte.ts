import type { ApiClient } from '../../lib/api/client';
import { asApiError, type ApiError } from '../../lib/api/errors';
import type { ListColumn, ListView, ListViews, NewListView } from '../../lib/api/views';
import { FIRST_COLUMNS, readColumns, sameColumns, SHOWN } from './columns';
import { FILTERS, FROM, UNTIL, WHEN } from './filters';

/** In the address: the view that holds. */
export const VIEW = 'view';
const ASKED = [WHEN, FROM, UNTIL, ...FILTERS];

/** The views that somebody keeps, and those that are shared. */
export class KeptViews {
  all = $state.raw<ListView[]>([]);
  first = $state<string | null>(null);
  known = $state(false);
  failure = $state.raw<ApiError | null>(null);

  constructor(private readonly api: ApiClient) {}

  /** Without an answer the list is what its address says. */
  async load(): Promise<void> {
    try {
      const { views, first } = await this.api.get<ListViews>('/views');
      this.all = views;
      this.first = first;
    } catch (thrown) {
      this.failure = asApiError(thrown);
    }
    this.known = true;
  }

  of(id: string | null): ListView | null {
    return this.all.find((one) => one.id === id) ?? null;
  }

  async keep(entry: NewListView): Promise<ListView | null> {
    return this.#done(async () => {
      const { view } = await this.api.post<{ view: ListView }>('/views', entry);
      this.all = [...this.all, view];
      return view;
    });
  }

  async change(view: ListView, entry: Partial<NewListView>): Promise<ListView | null> {
    return this.#done(async () => {
      const { name, shared, filters, columns, version } = view;
      const body = { name, shared, filters, columns, version, ...entry };
      const changed = (await this.api.put<{ view: ListView }>(`/views/${view.id}`, body)).view;
      this.all = this.all.map((one) => (one.id === changed.id ? changed : one));
      return changed;
    });
  }

  async remove(view: ListView): Promise<boolean> {
    const done = await this.#done(async () => {
      await this.api.remove(`/views/${view.id}`);
      this.all = this.all.filter((one) => one.id !== view.id);
      if (this.first === view.id) this.first = null;
      return view;
    });
    return done !== null;
  }

  async beginWith(view: ListView | null): Promise<boolean> {
    const done = await this.#done(async () => {
      await this.api.put('/me/first-view', { view: view?.id ?? null });
      this.first = view?.id ?? null;
      return true;
    });
    return done !== null;
  }

  async #done<T>(act: () => Promise<T>): Promise<T | null> {
    this.failure = null;
    try {
      return await act();
    } catch (thrown) {
      this.failure = asApiError(thrown);
      return null;
    }
  }
}

/** The filters that an address says, the view's name and the columns aside. */
export function saidFilters(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries(ASKED.flatMap((name) => (query.get(name) ? [[name, query.get(name) ?? '']] : [])));
}

/** What holds: the filters of the address, and those of the view where it says none. */
export function holding(query: URLSearchParams, view: ListView | null): URLSearchParams {
  const said = saidFilters(query);
  return new URLSearchParams(Object.keys(said).length > 0 || !view ? said : view.filters);
}

export function shownColumns(query: URLSearchParams, view: ListView | null): ListColumn[] {
  return readColumns(query.get(SHOWN)) ?? view?.columns ?? [...FIRST_COLUMNS];
}

/** Whether what holds is not what the view says. */
export function differs(query: URLSearchParams, view: ListView): boolean {
  const filters = holding(query, view);
  const own = Object.entries(view.filters);
  const same = own.length === filters.size && own.every(([name, value]) => filters.get(name) === value);
  return !same || !sameColumns(shownColumns(query, view), view.columns);
}

/** The address with other filters: the view stays named as long as any hold, and the columns as they were chosen. */
export function withFilters(query: URLSearchParams, filters: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(filters);
  for (const name of [VIEW, SHOWN]) {
    const value = query.get(name);
    if (value && (filters.size > 0 || name === SHOWN)) next.set(name, value);
  }
  return next;
}
