import { SvelteSet } from 'svelte/reactivity';

/** A form that is no record's, and what it would lose. */
export type UnsavedForm = { address: string; title: string };

/** The address of a page of the app lives in the fragment: tokens in links never reach a server's log. */
export class Router {
  path = $state('/');
  query = $state.raw(new URLSearchParams());

  #guards = new SvelteSet<{ address: string; unsaved: () => string | null }>();

  constructor() {
    this.#read();
    addEventListener('hashchange', () => this.#read());
  }

  /** The page and what it was asked for, as one text. */
  readonly address: string = $derived(this.query.size > 0 ? `${this.path}?${this.query}` : this.path);
  readonly parts: string[] = $derived(this.path.split('/').filter(Boolean).map(decodeURIComponent));

  go = (fragment: string): void => {
    location.hash = fragment.replace(/^#/, '');
    // The browser tells of it later only; whatever changes the query before then must know the new path.
    this.#read();
  };

  /** Asks this page for something else, with a step in the history: the way back leads to what it was asked before. */
  pushQuery(query: URLSearchParams): void {
    if (query.toString() !== this.query.toString()) this.go(query.size > 0 ? `${this.path}?${query}` : this.path);
  }

  /**
   * Changes the query of this page without a step in the history. Where the browser is on its way to another
   * page and has not told of it yet, nothing is changed: the query would take that page's place.
   */
  replaceQuery(query: URLSearchParams): void {
    const page = this.path;
    this.#read();
    if (this.path !== page) return;
    const text = query.toString();
    history.replaceState(history.state, '', `#${this.path}${text ? `?${text}` : ''}`);
    this.query = query;
  }

  /**
   * A form that is no record's says what it would lose, by name, and on which page it is (this one, unless it says
   * so); returns how to stop asking it.
   */
  guard(unsaved: () => string | null, address: string = this.address): () => void {
    const guard = { address, unsaved };
    this.#guards.add(guard);
    return () => this.#guards.delete(guard);
  }

  get unsaved(): UnsavedForm[] {
    return [...this.#guards].flatMap(({ address, unsaved }) => {
      const title = unsaved();
      return title === null ? [] : [{ address, title }];
    });
  }

  /** Goes there in the place of this page: the way back does not lead here again. */
  replace(fragment: string): void {
    history.replaceState(history.state, '', `#${fragment.replace(/^#/, '')}`);
    this.#read();
  }

  #read(): void {
    const [path = '/', query = ''] = location.hash.slice(1).split('?');
    this.path = path || '/';
    this.query = new URLSearchParams(query);
  }
}

/** Takes a secret out of the address, so that it stays in no history and on no screen. */
export function takeToken(router: Router): string | null {
  const token = router.query.get('token');
  if (token === null) return null;
  const rest = new URLSearchParams(router.query);
  rest.delete('token');
  router.replaceQuery(rest);
  return token;
}
