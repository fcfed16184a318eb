/** Views of the list of Activities, as docs/api.md writes them down. */

export const COLUMNS = [
  'when',
  'type',
  'direction',
  'who',
  'number',
  'did',
  'agent',
  'ring_group',
  'code',
  'notes',
  'case',
  'wait',
  'talk',
  'hold',
  'acw',
  'outcome',
  'reason',
  'settled_by',
  'crm',
  'hung_up_by',
  'recording',
  'voicemail',
  'handed_over',
  'corrected',
  'logged_at',
] as const;
export type ListColumn = (typeof COLUMNS)[number];

export type ListView = {
  id: string;
  name: string;
  shared: boolean;
  own: boolean;
  can_change: boolean;
  /** by name, as the address of the page says them */
  filters: Record<string, string>;
  columns: ListColumn[];
  version: number;
};
export type ListViews = { views: ListView[]; first: string | null };
export type NewListView = Pick<ListView, 'name' | 'shared' | 'filters' | 'columns'>;
