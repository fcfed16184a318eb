import type { Alert } from '../../lib/api/floor';
import { Ringer } from '../../lib/phone/ringer';
import { alertId } from './feed.svelte';

const KEY = 'bitacora.alerts';

type Choice = { sound: boolean; notify: boolean };

/** How somebody wants to be told of new alerts besides seeing them: nothing, until they say so; this browser remembers. */
export class AlertSignals {
  sound = $state(false);
  notify = $state(false);
  /** The browser does not allow what was asked for. */
  refused = $state(false);
  #ringer = new Ringer();
  #known: Set<string> | null = null;

  constructor() {
    const { sound, notify } = remembered();
    this.sound = sound;
    this.notify = notify && allowed();
    // A page may sound only once somebody has done something on it.
    if (sound) addEventListener('pointerdown', () => this.#ringer.allow(), { once: true });
  }

  toggleSound = (): void => {
    this.sound = !this.sound;
    if (this.sound) this.#ringer.allow();
    this.#remember();
  };

  /** Asks the browser only when this is pressed. */
  toggleNotify = async (): Promise<void> => {
    this.refused = false;
    const wanted = !this.notify;
    if (wanted && 'Notification' in window && Notification.permission === 'default') await Notification.requestPermission();
    this.notify = wanted && allowed();
    this.refused = wanted && !this.notify;
    this.#remember();
  };

  /** Tells of those that were not there before; what stands when the page comes is no news. */
  see(standing: readonly Alert[], text: (alert: Alert) => string, title: string): void {
    const known = this.#known;
    this.#known = new Set(standing.map(alertId));
    const news = known ? standing.filter((alert) => !known.has(alertId(alert))) : [];
    if (news.length === 0) return;
    if (this.sound) this.#ringer.once();
    if (this.notify && allowed()) for (const alert of news) new Notification(title, { body: text(alert), tag: alertId(alert) });
  }

  #remember(): void {
    try {
      localStorage.setItem(KEY, JSON.stringify({ sound: this.sound, notify: this.notify }));
    } catch {
      // A browser that keeps nothing asks again the next time.
    }
  }
}

function remembered(): Choice {
  try {
    const { sound, notify } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Choice>;
    return { sound: sound === true, notify: notify === true };
  } catch {
    return { sound: false, notify: false };
  }
}

const allowed = (): boolean => 'Notification' in window && Notification.permission === 'granted';

/** One for the page: the floor's page turns it on and off, and it tells on every page. */
export const signals = new AlertSignals();
