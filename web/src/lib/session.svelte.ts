import { ApiClient } from './api/client';
import type { Role, Session, User } from './api/contract';
import { asApiError, type ApiError } from './api/errors';
import { setCentreZone } from './days';
import type { Crm } from './host/host';

export type SessionPhase = 'starting' | 'leaving' | 'signed_out' | 'signed_in' | 'failed';

const RANK: Record<Role, number> = { agent: 0, supervisor: 1, admin: 2 };

/** Who is signed in, for one page. */
export class SessionStore {
  readonly api = new ApiClient();
  phase = $state<SessionPhase>('starting');
  user = $state.raw<User | null>(null);
  /** Whether the session ended by itself, so that the sign-in page can say so. */
  expired = $state(false);
  /** Why the server did not end the session when it was asked to: whoever opens the page next would be let in. */
  leftOpen = $state.raw<ApiError | null>(null);
  failure = $state.raw<ApiError | null>(null);
  /** The CRM said who is signed in to it, and no user here is that one. */
  stranger = $state(false);

  #renewed = new Set<(token: string) => void>();

  constructor() {
    this.api.onRenewed = (session) => this.#enter(session);
    this.api.onStranger = () => (this.stranger = true);
    this.api.onExpired = () => {
      this.expired = true;
      this.phase = 'signed_out';
    };
  }

  /** Takes up the session of the refresh cookie, where there is one; a CRM's page around this one is asked first who it is. */
  async start(crm: Pick<Crm, 'assertion'> | null = null): Promise<void> {
    this.phase = 'starting';
    this.stranger = false;
    try {
      await this.api.begin(crm);
    } catch (thrown) {
      const error = asApiError(thrown);
      this.failure = error.passing ? error : null;
      this.phase = error.passing ? 'failed' : 'signed_out';
    }
  }

  /** Signed out is what the server has written down, so the sign-in page waits for it. */
  async signOut(): Promise<void> {
    this.user = null;
    this.expired = false;
    this.leftOpen = null;
    this.phase = 'leaving';
    try {
      await this.api.signOut();
    } catch (thrown) {
      this.leftOpen = asApiError(thrown);
    }
    this.phase = 'signed_out';
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
    setCentreZone(session.zone);
    this.expired = false;
    this.leftOpen = null;
    this.stranger = false;
    this.failure = null;
    this.phase = 'signed_in';
    for (const callback of this.#renewed) callback(session.access_token);
  }
}
