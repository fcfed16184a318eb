import type { DryRun, DrySide, DryTotals } from '../../src/lib/api/dry-run.ts';
import type { Ask } from './ask.ts';
import { ana, line } from './world.ts';

const totals: DryTotals = {
  types: { inbound: 420, abandoned: 80 },
  one: 300,
  several: 80,
  nobody: 120,
  pops: 300,
  makes: { contact: 90 },
  related: 210,
  relation_unknown: 0,
  wrapups: { in_time: 395, unknown: 25 },
  kept_s: 16_340,
};
const side: DrySide = { type: 'inbound', matched: 'nobody', party: null, candidates: 0, makes: 'contact', pops: false, case: 'not_related', wrapups: [{ agent: '1001', becomes: 'in_time', kept_s: 95 }] };

/** Nobody is made any more, and After Call Work ends after thirty seconds; the calls that it is tried on are the same. */
export function dryRun({ mock, body }: Ask): { dry_run: DryRun } {
  const same = JSON.stringify((body as { centre: unknown }).centre) === JSON.stringify(mock.centre);
  const calls = (body as { calls: number }).calls;
  const answer: DryRun = { calls, from: '2026-03-01T08:00:00Z', until: '2026-03-09T17:00:00Z', differ: 0, before: totals, after: totals, lines: [] };
  if (same) return { dry_run: answer };
  const after: DryTotals = { ...totals, one: 280, nobody: 140, pops: 280, makes: {}, wrapups: { in_time: 190, full: 10, closed: 195, unknown: 25 }, kept_s: 9_870 };
  const lines: DryRun['lines'] = [
    {
      activity: line('a-1'),
      differs: ['makes', 'wrapups'],
      before: side,
      after: { ...side, makes: null, wrapups: [{ agent: '1001', becomes: 'closed', kept_s: 30 }] },
    },
    {
      activity: line('a-2'),
      differs: ['party', 'case'],
      before: { ...side, matched: 'several', candidates: 2, makes: null, case: 'related' },
      after: { ...side, matched: 'one', party: ana, candidates: 1, makes: null },
    },
  ];
  return { dry_run: { ...answer, differ: 215, after, lines } };
}
