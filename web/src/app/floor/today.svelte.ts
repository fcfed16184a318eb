import type { CallCounts } from '../../lib/api/call-counts';
import type { ApiClient } from '../../lib/api/client';
import type { DispositionReport } from '../../lib/api/contract';
import type { ServerClock } from '../../lib/clock.svelte';
import { dayOf, centreZone } from '../../lib/days';
import { Resource } from '../../lib/resource.svelte';
import type { FloorFeed } from './feed.svelte';

const MINUTE_MS = 60_000;

/** What today has been so far, asked anew each minute and as soon as a cut connection is back; what is known stays meanwhile. */
export class Today {
  readonly codes: Resource<DispositionReport>;
  readonly calls: Resource<CallCounts>;
  /** When what is shown was so. */
  asOf = $state<number | null>(null);
  /** The zone whose days are counted: the centre's, which the first answer names. */
  #zone = centreZone();

  constructor(
    api: ApiClient,
    private readonly clock: ServerClock,
    private readonly floor: FloorFeed,
    /** Whether service is asked for besides codes. */
    private readonly service: boolean,
  ) {
    const days = (): string => `from=${this.#day}&until=${this.#day}`;
    this.codes = new Resource(async (signal) => (await api.get<{ report: DispositionReport }>(`/reports/dispositions?${days()}`, { signal })).report);
    this.calls = new Resource(async (signal) => (await api.get<{ calls: CallCounts }>(`/reports/calls?${days()}&per=day`, { signal })).calls);
  }

  /** Changes when it is to be asked again. */
  readonly beat: string = $derived.by(() => `${Math.floor(this.clock.now / MINUTE_MS)} ${this.floor.status === 'live'}`);

  ask = async (): Promise<void> => {
    // Nobody waits for an answer while there is none to ask.
    if (this.floor.status === 'reconnecting') return;
    const asked = this.#day;
    await this.#load();
    // Who looks from another zone may have asked for the day before or after the one that it is there.
    this.#zone = this.codes.value?.zone ?? this.#zone;
    if (this.#day !== asked) await this.#load();
    if (!this.codes.failure && !this.calls.failure) this.asOf = this.clock.now;
  };

  get #day(): string {
    return dayOf(this.clock.now, this.#zone);
  }

  async #load(): Promise<void> {
    await Promise.all([this.codes.load(), ...(this.service ? [this.calls.load()] : [])]);
  }
}
