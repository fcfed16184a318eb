import type { Alert, Floor, FloorScope, FloorTold } from '../../lib/api/floor';
import type { ServerClock } from '../../lib/clock.svelte';
import { LiveConnection, type LiveStatus } from '../../lib/live';
import type { SessionStore } from '../../lib/session.svelte';

/** What tells one alert from another, also from an earlier one about the same. */
export const alertId = (alert: Alert): string => [alert.kind, alert.wrapup ?? alert.call, alert.from].join(' ');

/** The floor as the server tells it: all of it while a page shows it, else its alerts alone. */
export class FloorFeed {
  floor = $state.raw<Floor | null>(null);
  status = $state<LiveStatus>('connecting');
  #alerts = $state.raw<Alert[] | null>(null);
  #pages = 0;
  #live: LiveConnection;

  constructor(
    private readonly session: SessionStore,
    private readonly clock: ServerClock,
  ) {
    this.#live = new LiveConnection({
      token: () => session.api.token,
      floor: () => this.#scope,
      onFloor: (told) => this.#take(told),
      onStatus: (status) => (this.status = status),
      renew: () => session.api.renew(),
    });
  }

  /** Whether anything was told yet. */
  readonly told: boolean = $derived(this.#alerts !== null);

  /** What is too long at this moment, the oldest first: the server says from when on it is, and nobody asks it again. */
  readonly standing: Alert[] = $derived((this.#alerts ?? []).filter((alert) => Date.parse(alert.from) <= this.clock.now));

  start(): () => void {
    this.#live.start();
    const stop = this.session.whenRenewed((token) => this.#live.renewed(token));
    return () => {
      stop();
      this.#live.stop();
    };
  }

  /** A page shows all of it; returns how to say that it does no more. */
  show(): () => void {
    this.#pages += 1;
    this.#live.look(this.#scope);
    return () => {
      this.#pages -= 1;
      if (this.#pages > 0) return;
      this.floor = null;
      this.#live.look(this.#scope);
    };
  }

  get #scope(): FloorScope {
    return this.#pages > 0 ? 'whole' : 'alerts';
  }

  #take(told: FloorTold): void {
    this.clock.correct(told.now);
    this.#alerts = told.type === 'floor' ? told.floor.alerts : told.alerts;
    if (told.type === 'floor' && this.#pages > 0) this.floor = told.floor;
  }
}
