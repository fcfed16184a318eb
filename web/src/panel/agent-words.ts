import type { Panel } from '../lib/api/contract';
import { language } from '../lib/i18n/language.svelte';

/** A reason for being away in the reader's language; one that was worded otherwise since stays as it was said. */
export function reasonName(reason: string, known: Panel['away_reasons']): string {
  const label = known.find((one) => one.es === reason || one.en === reason);
  return label ? language.label(label) : reason;
}

/** What an agent is doing, in as few words as it takes. */
export function stateName({ agent, away_reasons }: Panel): string {
  const { t } = language;
  if (agent.state !== 'away') return t.agent.state[agent.state];
  if (agent.mode === 'holding') return t.mode.holding;
  return agent.away_reason ? t.mode.awayFor(reasonName(agent.away_reason, away_reasons)) : t.agent.state.away;
}
