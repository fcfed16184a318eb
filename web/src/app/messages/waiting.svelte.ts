import type { ApiClient } from '../../lib/api/client';
import type { MessageCount } from '../../lib/api/messages';
import { countMessages, sum } from '../../lib/messages/work';

/** How many messages wait for whoever is signed in. What does not come leaves what was known. */
export class WaitingMessages {
  counts = $state.raw<MessageCount[]>([]);
  readonly open: number = $derived(sum(this.counts, 'open'));

  constructor(private readonly api: ApiClient) {}

  load = async (): Promise<void> => {
    try {
      this.counts = await countMessages(this.api);
    } catch {
      // The page of messages says what is wrong.
    }
  };
}
