import { untrack } from 'svelte';
import type { Host } from '../lib/host/host';
import { language } from '../lib/i18n/language.svelte';
import { CRM_WAITING_SHOWN_AFTER_MS } from '../lib/limits';
import type { AgentDesk } from './desk.svelte';
import { headline } from './headline';

/** What the panel does for the CRM's page around it: says how its agent stands, and when something was written there. */
export class CrmCompany {
  /** Activities that have been on their way for a while; 0: none, or not for long. */
  readonly overdue: number = $derived.by(() => this.#overdue());
  readonly #waiting: number = $derived.by(() => this.desk.panel?.crm?.waiting ?? 0);
  #since = $state<number | null>(null);

  constructor(
    private readonly desk: AgentDesk,
    host: Host,
  ) {
    this.#watchOutbox(host);
    const { crm } = host;
    if (!crm) return;
    $effect(() => crm.clicks((click) => void desk.dialClicked(click)));
    $effect(() => crm.attend?.(desk));
    $effect(() => {
      if (desk.panel) crm.told?.(desk.panel);
    });
    $effect(() => crm.offerDialling(desk.panel?.can_dial ?? false));
    $effect(() => {
      const { cue, label } = this.#stands();
      crm.cue(cue, label);
    });
  }

  #watchOutbox(host: Host): void {
    let before = 0;
    $effect(() => {
      const now = this.#waiting;
      if (now < before) host.crm?.refresh();
      if (now === 0) this.#since = null;
      else if (before === 0) this.#since = this.desk.clock.now;
      before = now;
    });
    // A server that has no CRM to write to has written by the time it answers.
    $effect(() => {
      if (this.desk.closing && untrack(() => this.desk.panel?.crm) === undefined) host.crm?.refresh();
    });
  }

  #overdue(): number {
    const since = this.#since;
    return since !== null && this.desk.clock.now - since >= CRM_WAITING_SHOWN_AFTER_MS ? this.#waiting : 0;
  }

  #stands(): { cue: 'idle' | 'ringing' | 'on_call' | 'wrapup'; label: string } {
    const { cue } = language.t.host;
    const { ringing, items, openWrapups } = this.desk;
    const [rings] = ringing;
    if (rings) return { cue: 'ringing', label: cue.ringing(headline(rings.call, rings.match)) };
    const talking = items.find((item) => item.phase === 'call');
    if (talking) return { cue: 'on_call', label: cue.on_call(headline(talking.call, talking.match)) };
    return openWrapups > 0 ? { cue: 'wrapup', label: cue.wrapup(openWrapups) } : { cue: 'idle', label: cue.idle };
  }
}
