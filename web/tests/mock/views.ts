import type { ListView, ListViews, NewListView } from '../../src/lib/api/views.ts';
import { find, Refusal, type Ask } from './ask.ts';

/** Views of the list of Activities: one user's own, and one that is shared. */
export const shared: ListView[] = [
  { id: 'v-missed', name: 'Perdidas de Soporte', shared: true, own: false, can_change: true, filters: { type: 'missed,abandoned', ring_group: 'Soporte' }, columns: ['when', 'who', 'wait', 'ring_group'], version: 3 },
];

export const list = ({ mock }: Ask): ListViews => ({ views: mock.listViews, first: mock.firstView });

export function create({ mock, body }: Ask): { view: ListView } {
  const entry = body as NewListView;
  const view: ListView = { ...entry, id: `v-${mock.listViews.length + 1}`, own: true, can_change: true, version: 1 };
  mock.listViews = [...mock.listViews, view];
  return { view };
}

export function change({ mock, params, body }: Ask): { view: ListView } {
  const { version, ...entry } = body as NewListView & { version: number };
  const before = find(mock.listViews, params[0]);
  if (before.version !== version) throw new Refusal(409, 'stale_revision', { current: before });
  const view: ListView = { ...before, ...entry, version: version + 1 };
  mock.listViews = mock.listViews.map((one) => (one.id === view.id ? view : one));
  return { view };
}

export function remove({ mock, params }: Ask): null {
  mock.listViews = mock.listViews.filter((one) => one.id !== params[0]);
  return null;
}

export function beginWith({ mock, body }: Ask): null {
  mock.firstView = (body as { view: string | null }).view;
  return null;
}
