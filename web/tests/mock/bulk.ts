import type { Bulk, BulkChange, BulkPreview } from '../../src/lib/api/bulk.ts';
import { all, list } from './activities.ts';
import { find, type Ask } from './ask.ts';

type Asked = { activities: string[]; change: BulkChange };

/** Every page of what the filters find. */
export function matching(ask: Ask): { activities: string[]; more: boolean } {
  const found: string[] = [];
  const query = new URLSearchParams(ask.query);
  for (;;) {
    const page = list({ ...ask, query });
    found.push(...page.activities.map((one) => one.id));
    if (page.next === null) return { activities: found, more: false };
    query.set('after', page.next);
  }
}

export function preview({ mock, body }: Ask): { activities: BulkPreview[] } {
  const { activities, change } = body as Asked;
  const known = all(mock);
  return {
    activities: activities.map((id) => {
      const one = find(known, id);
      if (one.outcome !== 'logged') return { id, fields: [], refused: 'not_of_the_call' };
      const after = `${one.notes ?? ''} ${change.note ?? ''}`.trim();
      const fields: BulkPreview['fields'] = change.note === undefined ? [] : [{ field: 'notes', before: one.notes, after }];
      // No record is named; what went with the one before is gone.
      if (change.party) fields.unshift(...['party', 'case', 'opportunity'].map((field) => ({ field, before: null, after: null })));
      // As if the code asked for something else than the one before.
      if (change.code) fields.push({ field: 'follow_up', before: null, after: '2026-03-20' }, { field: 'do_not_call', before: 'true', after: null });
      return { id, fields, refused: null };
    }),
  };
}

export function begin(ask: Ask): { bulk: Bulk } {
  const { mock, body } = ask;
  const { activities, change } = body as Asked;
  const fields = [change.party ? 'party' : '', change.case ? 'case' : '', change.code ? 'code' : '', change.note ? 'notes' : ''].filter(Boolean);
  const bulk: Bulk = { id: `b-${mock.bulks.length + 1}`, at: '2026-03-12T09:00:00.000Z', by: mock.signedIn?.name ?? null, fields, note: change.note ?? null, reason: change.reason ?? null, calls: activities.length, open: activities.length, corrected: 0, unchanged: 0, refused: 0, undone: 0, kept: 0 };
  mock.bulkRefused = preview(ask).activities.filter((one) => one.refused !== null).length;
  mock.bulks = [bulk, ...mock.bulks];
  return { bulk };
}

export function step({ mock, params }: Ask): { bulk: Bulk } {
  const before = find(mock.bulks, params[0]);
  const refused = mock.bulkRefused;
  const bulk: Bulk = params[1] === 'apply' ? { ...before, open: 0, refused, corrected: before.calls - refused } : { ...before, corrected: 0, undone: before.corrected - 1, kept: 1 };
  mock.bulks = mock.bulks.map((one) => (one.id === bulk.id ? bulk : one));
  return { bulk };
}
