import type { ApiClient } from '../../lib/api/client';
import type { CrmCheck, NotThere, SentCalls } from '../../lib/api/completeness-crm';
import { asApiError, type ApiError } from '../../lib/api/errors';
import { SEND_MAX } from './crm';

export type Days = Record<string, string>;
/** What is sent: some Activities, or those of some days that are meant. */
export type Wanted = { calls: string[] } | { days: Days; which: NotThere };
export type CrmResult = { of: 'check'; checks: CrmCheck[] } | { of: 'send'; sent: number; notSent: number };

/** Days compared with the CRM and Activities sent to it, one after the other: how far, and what came of it. */
export class CrmWork {
  /** How far a comparison is, from 0 to 1; null: none goes on. */
  progress = $state<number | null>(null);
  sending = $state(false);
  result = $state.raw<CrmResult | null>(null);
  failure = $state.raw<ApiError | null>(null);
  #abort = new AbortController();

  constructor(private readonly api: ApiClient) {}

  async check(days: Days): Promise<void> {
    if (this.progress !== null || this.sending) return;
    this.forget();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.progress = 0;
    const tell = (share: number): void => {
      if (!signal.aborted) this.progress = share;
    };
    try {
      const { checks } = await this.api.postTold<{ checks: CrmCheck[] }>('/completeness/crm/check', days, signal, tell);
      this.result = { of: 'check', checks };
    } catch (thrown) {
      if (!signal.aborted) this.failure = asApiError(thrown);
    }
    this.progress = null;
  }

  /** Days that are done stay done. */
  stop(): void {
    this.#abort.abort();
  }

  async send(wanted: Wanted): Promise<void> {
    if (this.progress !== null || this.sending) return;
    this.forget();
    this.sending = true;
    let [sent, all] = [0, 0];
    try {
      for await (const { calls } of this.#requests(wanted)) {
        sent += calls.filter(({ became }) => became === 'noted').length;
        all += calls.length;
      }
      this.result = { of: 'send', sent, notSent: all - sent };
    } catch (thrown) {
      this.failure = asApiError(thrown);
    }
    this.sending = false;
  }

  forget(): void {
    this.result = null;
    this.failure = null;
  }

  async *#requests(wanted: Wanted): AsyncGenerator<SentCalls> {
    const post = (body: unknown): Promise<SentCalls> => this.api.post<SentCalls>('/completeness/crm/send', body);
    if ('calls' in wanted) {
      for (let from = 0; from < wanted.calls.length; from += SEND_MAX) yield await post({ calls: wanted.calls.slice(from, from + SEND_MAX) });
      return;
    }
    let more = true;
    while (more) {
      const answer = await post(wanted);
      more = answer.more;
      yield answer;
    }
  }
}
