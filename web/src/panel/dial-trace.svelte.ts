import { SvelteSet } from 'svelte/reactivity';
import type { DialFault, DialFrom, Panel } from '../lib/api/contract';
import { DIAL_SETTLED_MS, DIAL_SILENT_MS } from '../lib/limits';

/** A click-to-dial that reached nobody because the agent's own phone was not picked up. */
export type FailedDial = { engagement: string; number: string; from: DialFrom; why: DialFault | 'unknown' };

type Begun = { engagement: string; number: string; from: DialFrom; at: number };

/**
 * What became of the last click-to-dial. The server says it of every window; where it does not, this window
 * still sees that a call it asked for never came, or came and left nothing to sum up.
 */
export class DialTrace {
  /** Asked for in this window, and not known to have reached the number. */
  #begun = $state.raw<Begun | null>(null);
  #seen = false;
  /** Since when it has been gone from the panel. */
  #goneAt = $state<number | null>(null);
  #forgotten = new SvelteSet<string>();

  began(dial: Begun): void {
    this.#begun = dial;
    this.#seen = false;
    this.#goneAt = null;
  }

  forget(engagement: string): void {
    this.#forgotten.add(engagement);
    if (this.#begun?.engagement === engagement) this.#begun = null;
  }

  see(panel: Panel, now: number): void {
    const begun = this.#begun;
    if (!begun) return;
    const call = panel.calls.find((one) => one.engagement === begun.engagement);
    const owed = panel.wrapups.some((one) => one.id === begun.engagement);
    // Somebody was reached, or is to be summed up all the same: the call speaks for itself.
    if (owed || call?.answered_at) {
      this.#begun = null;
      return;
    }
    if (call) this.#seen = true;
    this.#goneAt = call || !this.#seen ? null : (this.#goneAt ?? now);
  }

  failed(panel: Panel | null, now: number): FailedDial | null {
    const begun = this.#begun;
    const said = panel?.dial;
    // A newer one of this window is not what the server speaks of yet.
    if (said && (!begun || begun.engagement === said.engagement || Date.parse(said.at) > begun.at)) {
      if (said.fault === null || this.#forgotten.has(said.engagement)) return null;
      return { engagement: said.engagement, number: said.number_display ?? said.number, from: said.from, why: said.fault };
    }
    if (!begun || said !== undefined) return null;
    const gone = this.#goneAt !== null && now - this.#goneAt >= DIAL_SETTLED_MS;
    const silent = !this.#seen && now - begun.at >= DIAL_SILENT_MS;
    return gone || silent ? { engagement: begun.engagement, number: begun.number, from: begun.from, why: 'unknown' } : null;
  }
}
