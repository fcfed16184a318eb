import { ApiError, asApiError } from '../api/errors';
import { opaque } from '../host/framing';
import { PAIRING_ASKED_EVERY_MS } from '../limits';
import type { SessionStore } from '../session.svelte';
import { codeIn, errandUrl, type Errand } from './hand-over';
import { newProof, type Proof } from './pkce';

const WINDOW = { name: 'bitacora-sign-in', features: 'popup,width=460,height=680' };

/** How the panel in a frame becomes somebody's, whom a window of ours signs in. */
export class FrameSignIn {
  /** Where the agent has to go on: in a window, or with a code that they compare or type. */
  step = $state.raw<{ at: 'start' } | { at: 'window' } | { at: 'code'; code: string; opened: boolean }>({ at: 'start' });
  failure = $state.raw<ApiError | null>(null);
  #window: Window | null = null;
  #proof: Proof | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly session: SessionStore) {}

  start(): () => void {
    addEventListener('message', this.#hear);
    return () => {
      removeEventListener('message', this.#hear);
      clearTimeout(this.#timer);
    };
  }

  /** Opens the window. One of another origin than ours could not tell this frame anything: then both show a code. */
  async openWindow(): Promise<void> {
    this.failure = null;
    if (opaque) return this.showCode();
    this.#proof = await newProof();
    if (this.#open({ kind: 'hand_over', challenge: this.#proof.challenge })) this.step = { at: 'window' };
    else await this.showCode();
  }

  /** A code to compare in the window, or to type in any. */
  async showCode(): Promise<void> {
    this.failure = null;
    try {
      const proof = await newProof();
      const { code } = await this.session.api.post<{ code: string }>('/session/pairing', { challenge: proof.challenge }, { anonymous: true });
      this.#proof = proof;
      this.step = { at: 'code', code, opened: this.#open({ kind: 'pair', code }) };
      this.#later(code);
    } catch (thrown) {
      this.failure = asApiError(thrown);
    }
  }

  #open(errand: Errand): boolean {
    this.#window = window.open(errandUrl(errand), WINDOW.name, WINDOW.features);
    return this.#window !== null;
  }

  #hear = (event: MessageEvent): void => {
    const code = codeIn(event, this.#window);
    if (code !== null) void this.#redeem(code);
  };

  #later(code: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#redeem(code), PAIRING_ASKED_EVERY_MS);
  }

  async #redeem(code: string): Promise<void> {
    if (!this.#proof) return;
    try {
      await this.session.api.redeem(code, this.#proof.verifier);
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.code === 'not_confirmed' || error.passing) return this.#later(code);
      this.step = { at: 'start' };
      this.failure = error;
    }
  }
}
