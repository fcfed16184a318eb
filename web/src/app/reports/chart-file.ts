import { changed, FROM, UNTIL, WHEN } from '../activities/filters';

/** What a colour of a picture is: the look of a series, or a colour of its own (`#rrggbb`). */
export type LegendItem = { look: string; label: string };

/** Where the same is seen again whatever day it is: by its days, where the address has a span that moves on. */
export function lastingLink(path: string, query: URLSearchParams, days: { from: string; until: string }): string {
  const fixed = changed(query, { [WHEN]: null, [FROM]: days.from, [UNTIL]: days.until });
  return `${location.origin}${location.pathname}#${path}?${fixed}`;
}

/** A name that any file system takes. */
export function fileName(chart: string, days: { from: string; until: string }, ending: string): string {
  const plain = chart.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLowerCase();
  return `bitacora-${plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')}-${days.from}-${days.until}.${ending}`;
}
