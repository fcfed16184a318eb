import { ApiClient } from './api/client';
import type { Role, Session, User } from './api/contract';
import { asApiError, type ApiError } from './api/errors';

export type SessionPhase = 'starting' | 'signed_out' | 'signed_in' | 'failed';

const RANK: Record<Role, number> = { agent: 0, supervisor: 1, admin: 2 };

/** Who is signed in, for one page. */
export class SessionStore {
  readonly api = new ApiClient();
  phase = $state<SessionPhase>('starting');
  user = $state.raw<User | null>(null);
  /** Whether the session ended by itself, so that the sign-in page can say so. */
  expired = $state(false);
  failure = $state.raw<ApiError | null>(null);

  #renewed = new Set<(token: string) => void>();

  constructor() {
    this.api.onRenewed = (session) => this.#enter(session);
    this.api.onExpired = () => {
      this.expired = true;
      this.phase = 'signed_out';
    };
  }

  /** Takes up the session of the refresh cookie, where there is one. */
  async start(): Promise<void> {
    this.phase = 'starting';
    try {
      await this.api.renew();
    } catch (thrown) {
      const error = asApiError(thrown);
      this.failure = error.passing ? error : null;
      this.phase = error.passing ? 'failed' : 'signed_out';
    }
  }

  async signOut(): Promise<void> {
    this.user = null;
    this.expired = false;
    this.phase = 'signed_out';
    await this.api.signOut();
  }

  may(role: Role): boolean {
    return this.user !== null && RANK[this.user.role] >= RANK[role];
  }

  /** Calls back with each new access token; returns how to stop. */
  whenRenewed(callback: (token: string) => void): () => void {
    this.#renewed.add(callback);
    return () => this.#renewed.delete(callback);
  }

  #enter(session: Session): void {
    this.user = session.user;
    this.expired = false;
    this.failure = null;
    this.phase = 'signed_in';
    for (const callback of this.#renewed) callback(session.access_token);
  }
}
