import type { View } from '../api/contract';
import type { Host, Unsaved } from './host';

/** Where pages of the app live; the fragment never reaches the server's log. */
export const personPath = (id: string): string => `#/people/${encodeURIComponent(id)}`;
export const activityPath = (id: string): string => `#/activities/${encodeURIComponent(id)}`;
export const WRAPUPS_PATH = '#/wrapups';
export const MESSAGES_PATH = '#/messages';
export const casePath = (id: string): string => `#/cases/${encodeURIComponent(id)}`;
/** A Case to be made, of the Contact or the Account that it is begun from. */
export function newCasePath(of?: { contact?: string; account?: string }): string {
  const query = new URLSearchParams(of ?? {}).toString();
  return `#/cases/new${query ? `?${query}` : ''}`;
}

/** The records that are open in the app, as far as the panel is concerned with them. */
export interface OpenRecords {
  open(path: string, how: { behind: boolean }): void;
  /** Whether something was typed into the record in front and is not saved. */
  readonly editing: boolean;
  readonly view: View;
  watch(seen: (view: View) => void): () => void;
  unsaved(): Unsaved[];
  reveal(id: string): void;
}

/** The panel docked in the app: records open in tabs beside it. */
export function shellHost(records: OpenRecords): Host {
  return {
    console: true,
    crm: null,
    screenPop(person, cause) {
      // A match must not push away what the agent is typing; their own choice comes to the front.
      records.open(personPath(person.id), { behind: cause === 'match' && records.editing });
    },
    showActivity: (activity) => records.open(activityPath(activity), { behind: false }),
    showCase: (one) => records.open(casePath(one.id), { behind: false }),
    showWrapups: () => records.open(WRAPUPS_PATH, { behind: false }),
    showMessages: () => records.open(MESSAGES_PATH, { behind: false }),
    view: () => Promise.resolve(records.view),
    watch: (seen) => records.watch((view) => seen(view, false)),
    unsaved: () => records.unsaved(),
    showUnsaved: (id) => records.reveal(id),
  };
}

/** Opens a page of the app in a tab of its own. */
export function openTab(path: string): void {
  const url = new URL('/', location.href);
  // Of what the panel's address says only the language means something there.
  const lang = new URLSearchParams(location.search).get('lang');
  if (lang) url.searchParams.set('lang', lang);
  url.hash = path;
  window.open(url, '_blank', 'noopener');
}

/** The panel alone in a tab or a foreign frame: records open in a tab of their own. */
export function tabHost(): Host {
  const open = openTab;
  return {
    console: false,
    crm: null,
    screenPop(person, cause) {
      // Browsers block windows that nobody clicked for.
      if (cause === 'agent') open(personPath(person.id));
    },
    showActivity: (activity) => open(activityPath(activity)),
    showCase: (one) => open(casePath(one.id)),
    showWrapups: () => open(WRAPUPS_PATH),
    showMessages: () => open(MESSAGES_PATH),
    view: () => Promise.resolve({ kind: 'no_console' }),
    watch(seen) {
      seen({ kind: 'no_console' }, false);
      return () => {};
    },
    unsaved: () => [],
    showUnsaved: () => {},
  };
}
