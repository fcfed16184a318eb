const TICK_MS = 1000;

/** The time of the server, ticking each second: agents' computers are often minutes off. */
export class ServerClock {
  now = $state(Date.now());
  #offset = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  start(): () => void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    return () => clearInterval(this.#timer);
  }

  /** Takes the server's time as it stood in an answer that has just come in. */
  correct(serverNow: string): void {
    const server = Date.parse(serverNow);
    if (Number.isNaN(server)) return;
    this.#offset = server - Date.now();
    this.#tick();
  }

  /** Whole seconds since a time of the server, never negative. */
  secondsSince(time: string): number {
    const then = Date.parse(time);
    return Number.isNaN(then) ? 0 : Math.max(0, Math.floor((this.now - then) / 1000));
  }

  #tick(): void {
    this.now = Date.now() + this.#offset;
  }
}
