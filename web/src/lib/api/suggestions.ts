/** Suggestion of codes: docs/api-suggestions.md. */
export type TalkBand = 'none' | 'seconds' | 'short' | 'medium' | 'long';
export type HourBand = 'morning' | 'midday' | 'afternoon' | 'night';
export type SuggestedFor = { reason: 'word' | 'direction' | 'kind' | 'talk' | 'ring_group' | 'hours' | 'from_case' | 'usual'; value: string | null };
/** A code, and what weighed most for it. */
export type Suggestion = { code: string; reasons: SuggestedFor[] };

export type WeekAccuracy = { calls: number; suggested: number; first: number; among: number; usual_first: number; usual_among: number };
export type SetAccuracy = { id: string; name: string; total: WeekAccuracy; weeks: WeekAccuracy[] };
export type SuggestionAccuracy = { on: boolean; learnt_at: string | null; held_out_from: string | null; examples: number; sets: SetAccuracy[] };
