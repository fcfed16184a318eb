import type { Alert, How, Listener } from '../../lib/api/floor';
import { language } from '../../lib/i18n/language.svelte';

/** How a ring group is called by its key. */
export type GroupName = (key: string) => string;

/** What is too long, without for how long: it is said once, and does not change while it stands. */
export function alertText(alert: Alert, group: GroupName): string {
  const words = language.t.floor;
  if (alert.kind === 'acw_overrun') return words.acw_overrun(alert.agent_name ?? alert.agent ?? '');
  return words.long_wait(alert.number_display ?? words.someone, alert.ring_group === null ? null : group(alert.ring_group));
}

/** “whispering”; of a way that was not asked for here, that somebody listens. */
export const howText = (how: How | null): string => language.t.floor.hows[how ?? 'listen'];

export const listenerText = ({ agent, agent_name, how }: Listener): string => language.t.floor.listened(agent_name ?? agent, howText(how));
