import type { Host } from './host';

/** Where pages of the app live; the fragment never reaches the server's log. */
export const personPath = (id: string): string => `#/people/${encodeURIComponent(id)}`;
export const activityPath = (id: string): string => `#/activities/${encodeURIComponent(id)}`;

/** The panel docked in the app: records open in the main area. */
export function shellHost(navigate: (path: string) => void, unsaved: () => boolean): Host {
  return {
    screenPop(person, cause) {
      // A match must not push away what the agent is typing; their own choice may ask.
      if (cause === 'match' && unsaved()) return;
      navigate(personPath(person.id));
    },
    showActivity: (activity) => navigate(activityPath(activity)),
    caseInView: () => Promise.resolve(null),
    hasUnsavedWork: unsaved,
  };
}

/** The panel alone in a tab or a foreign frame: records open in a tab of their own. */
export function tabHost(): Host {
  const open = (path: string): void => {
    const url = new URL('/', location.href);
    url.search = location.search;
    url.hash = path;
    window.open(url, '_blank', 'noopener');
  };
  return {
    screenPop(person, cause) {
      // Browsers block windows that nobody clicked for.
      if (cause === 'agent') open(personPath(person.id));
    },
    showActivity: (activity) => open(activityPath(activity)),
    caseInView: () => Promise.resolve(null),
    hasUnsavedWork: () => false,
  };
}
