import type { Finding, Replayed, Review, ReviewCode } from '../../src/lib/api/review.ts';
import { isDay } from '../../src/lib/days.ts';
import { find, Refusal, type Ask } from './ask.ts';
import type { Mock } from './server.ts';

const ZONE = 'Europe/Madrid';
/** Calls of the first set by code, in its order; the last is retired. */
const CALLS = [412, 180, 35, 90, 61, 12, 0, 3];
const EXAMPLES = ['k-1', 'k-2', 'k-3'];

/** The same calls counted again: those that go from one place to another. */
function replayed(codes: ReviewCode[], moves: [from: number, to: number | string | null, calls: number][]): Replayed[] {
  const lines: Replayed[] = codes.map((code, place) => ({ code, new_code: null, before: CALLS[place] ?? 0, after: CALLS[place] ?? 0 }));
  for (const [from, to, calls] of moves) {
    const source = lines[from];
    if (source) source.after -= calls;
    const target = typeof to === 'number' ? lines[to] : lines.find(({ code, new_code }) => code === null && new_code === to);
    if (target) target.after += calls;
    else lines.push({ code: null, new_code: typeof to === 'string' ? to : null, before: 0, after: calls });
  }
  return lines;
}

const nothing = { agent: null, agent_name: null, words: [], parts: [], examples: [] };

/** A finding of each kind that the first set can have, the most serious ones first. */
function findings(codes: ReviewCode[]): Finding[] {
  const [resolved, callBack, escalated, information, billing, , wrong] = codes as [ReviewCode, ReviewCode, ReviewCode, ReviewCode, ReviewCode, ReviewCode, ReviewCode];
  const rising = [3, 4, 4, 5, 6, 6, 8, 9, 9, 11, 12, 13, 15].map((hits) => ({ hits, of: 61 }));
  return [
    {
      ...nothing,
      kind: 'agent_differs',
      severity: 'high',
      codes: [escalated],
      agent: '1002',
      agent_name: 'Marta Vidal',
      evidence: [
        { what: 'agent_and_team', seen: 0.41, beside: 0.03 },
        { what: 'moved', seen: 0.44, beside: 0.09 },
      ],
      examples: EXAMPLES,
      change: { kind: 'coach', agent: '1002', code: escalated.id },
      replayed: replayed(codes, [[2, 0, 22]]),
    },
    {
      ...nothing,
      kind: 'overlap',
      severity: 'high',
      codes: [billing, information],
      evidence: [
        { what: 'callers_with_both', seen: 38, beside: 11.2 },
        { what: 'words_alike', seen: 0.87, beside: 0.5 },
        { what: 'swapped', seen: 9, beside: 0.7 },
      ],
      examples: EXAMPLES,
      change: { kind: 'merge', from: billing.id, into: information.id },
      replayed: replayed(codes, [[4, 3, 61]]),
    },
    {
      ...nothing,
      kind: 'other_rising',
      severity: 'medium',
      codes: [callBack],
      words: ['tarjeta', 'bloqueada'],
      evidence: [{ what: 'share_first_and_last', seen: 0.07, beside: 0.21 }],
      parts: rising,
      examples: EXAMPLES,
      change: { kind: 'split', code: callBack.id, by: ['tarjeta'] },
      replayed: replayed(codes, [[1, 'tarjeta', 54]]),
    },
    {
      ...nothing,
      kind: 'implausible',
      severity: 'medium',
      codes: [resolved],
      evidence: [
        { what: 'too_short', seen: 31, beside: 2.1 },
        { what: 'talk_seconds', seen: 11, beside: 184 },
      ],
      examples: EXAMPLES,
      change: { kind: 'recheck', code: resolved.id, below_ms: 11_000 },
      replayed: replayed(codes, [[0, null, 31]]),
    },
    {
      ...nothing,
      kind: 'never_used',
      severity: 'medium',
      codes: [wrong],
      evidence: [
        { what: 'calls', seen: 0, beside: 29.1 },
        { what: 'share', seen: 0, beside: 0.037 },
      ],
      change: { kind: 'retire', code: wrong.id },
      replayed: replayed(codes, []),
    },
    {
      ...nothing,
      kind: 'uncovered',
      severity: 'low',
      codes: [],
      words: ['garantía', 'caducada'],
      evidence: [
        { what: 'with_word', seen: 34, beside: 655 },
        { what: 'word_in_other', seen: 0.82, beside: 0.11 },
      ],
      parts: rising,
      examples: EXAMPLES.slice(0, 1),
      change: { kind: 'new_code', words: ['garantía', 'caducada'] },
      replayed: replayed(codes, [[1, 'garantía', 28]]),
    },
  ];
}

/** The first set's last quarter has faults; every other one is well. */
export function review({ mock, query }: Ask): { review: Review } {
  if (mock.signedIn?.role === 'agent') throw new Refusal(403, 'forbidden');
  const [from, until] = ['from', 'until'].map((name) => {
    const day = query.get(name) ?? '';
    if (!isDay(day)) throw new Refusal(422, 'invalid', { reason: day ? 'unknown' : 'empty' }, name);
    return day;
  }) as [string, string];
  const set = find((mock satisfies Mock).sets, query.get('set') ?? undefined);
  const codes = set.codes.map(({ id, label }) => ({ id, label }));
  const isFaulty = set.id === 's-in' && from === '2025-10-01';
  // This year nobody logged anything yet.
  const few = from.startsWith('2026') ? 0 : 21;
  const calls = isFaulty ? CALLS.reduce((sum, one) => sum + one, 0) : few;
  return { review: { set: set.id, set_name: set.name, from, until, zone: ZONE, calls, left_out: 0, findings: isFaulty ? findings(codes) : [] } };
}
