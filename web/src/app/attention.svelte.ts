import type { ApiClient } from '../lib/api/client';

/** What went wrong while nobody looked (docs/api-attention.md). */
type Counts = { webhooks: number; imports: number; refused: number; not_compared: number };
const NOTHING: Counts = { webhooks: 0, imports: 0, refused: 0, not_compared: 0 };

/** How much waits for an admin, by the page where it is mended. What does not come leaves what was known. */
export class Attention {
  #counts = $state.raw<Counts>(NOTHING);
  readonly webhooks: number = $derived(this.#counts.webhooks);
  readonly imports: number = $derived(this.#counts.imports);
  readonly crm: number = $derived(this.#counts.refused + this.#counts.not_compared);
  readonly all: number = $derived(this.webhooks + this.imports + this.crm);

  constructor(private readonly api: ApiClient) {}

  load = async (): Promise<void> => {
    try {
      this.#counts = await this.api.get<Counts>('/attention');
    } catch {
      // The pages themselves say what is wrong.
    }
  };
}
