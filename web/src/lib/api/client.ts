import { framed, opaque } from '../host/framing';
import type { Session } from './contract';
import { ApiError, asApiError, errorFrom } from './errors';
import { wordHidden } from './hidden';
import { lastLine, LINES_TYPE } from './lines';

export const API_BASE = '/api/v1';

/** The share of an access token's life after which it is renewed without waiting for a refusal. */
const RENEW_AT = 0.8;
/** One renewal at a time over all tabs: the cookie rotates, and two at once would undo each other. */
const RENEWAL_LOCK = 'bitacora-session-refresh';

/** A frame has a cookie of its own: what a browser keeps for our pages elsewhere is not sent from there. */
const SESSION = framed ? '/session?in=frame' : '/session';
const REFRESH = framed ? '/session/refresh?in=frame' : '/session/refresh';

/** Who says for a page which user it is of: the CRM's page around it. */
export type Voucher = { assertion(): Promise<string | null> };

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Options = { signal?: AbortSignal; keepalive?: boolean; anonymous?: boolean; accept?: string };
/** What is made of an answer that was no refusal. */
type Read<T> = (response: Response) => Promise<T>;

const JSON_TYPE = 'application/json';
const TABLE_TYPE = 'text/csv';
const asJson = <T>(response: Response): Promise<T> => (response.status === 204 ? Promise.resolve(undefined as T) : response.json().then(wordHidden<T>, () => null as T));

/**
 * Requests with the agent's access token. The token lives in this object and nowhere else: a frame of
 * another site has no storage to keep it in, and a script of another page must not find it.
 */
export class ApiClient {
  onRenewed: (session: Session) => void = () => {};
  onExpired: () => void = () => {};
  /** The voucher's word was good, and is of nobody who may come in. */
  onStranger: () => void = () => {};

  #token: string | null = null;
  #voucher: Voucher | null = null;
  #renewing: Promise<Session> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  get token(): string | null {
    return this.#token;
  }

  get<T>(path: string, options?: Options): Promise<T> {
    return this.#send<T>('GET', path, undefined, options);
  }
  post<T>(path: string, body: unknown, options?: Options): Promise<T> {
    return this.#send<T>('POST', path, body, options);
  }
  put<T>(path: string, body: unknown, options?: Options): Promise<T> {
    return this.#send<T>('PUT', path, body, options);
  }
  patch<T>(path: string, body: unknown, options?: Options): Promise<T> {
    return this.#send<T>('PATCH', path, body, options);
  }

  /** An answer that says how far it is, from 0 to 1, while it takes long. */
  getTold<T>(path: string, signal: AbortSignal, tell: (share: number) => void): Promise<T> {
    return this.#send<T>('GET', path, undefined, { signal, accept: `${LINES_TYPE}, ${JSON_TYPE}` }, (response) => lastLine<T>(response, tell));
  }

  /** The same of something that is to be done. */
  postTold<T>(path: string, body: unknown, signal: AbortSignal, tell: (share: number) => void): Promise<T> {
    return this.#send<T>('POST', path, body, { signal, accept: `${LINES_TYPE}, ${JSON_TYPE}` }, (response) => lastLine<T>(response, tell));
  }

  remove<T = void>(path: string): Promise<T> {
    return this.#send<T>('DELETE', path, undefined);
  }

  /** Sends a table as it is, which may be larger than memory. */
  upload<T>(path: string, table: Blob): Promise<T> {
    return this.#send<T>('POST', path, table);
  }

  /** A file instead of an answer in JSON: a link could not bear the access token. */
  download(path: string, type: string): Promise<Blob> {
    return this.#send<Blob>('GET', path, undefined, { accept: `${type}, ${JSON_TYPE}` }, (response) => response.blob());
  }

  /** A file that is made of what is sent. */
  made(path: string, body: unknown, type: string): Promise<Blob> {
    return this.#send<Blob>('POST', path, body, { accept: `${type}, ${JSON_TYPE}` }, (response) => response.blob());
  }

  async signIn(login: string, password: string): Promise<Session> {
    return this.#take(await this.post<Session>('/session', { login, password }, { anonymous: true }));
  }

  async firstAdmin(token: string, login: string, name: string, password: string): Promise<Session> {
    const body = { token, login, name, password };
    return this.#take(await this.post<Session>('/first-admin', body, { anonymous: true }));
  }

  /** A session by a one-time code, for the frame that has its secret. */
  async redeem(code: string, verifier: string): Promise<Session> {
    return this.#take(await this.post<Session>('/session/code', { code, verifier }, { anonymous: true }));
  }

  async signOut(): Promise<void> {
    // Not beside a renewal, which would sign in again.
    this.#voucher = null;
    await alone(() => this.#fetch<void>('DELETE', SESSION, undefined, {})).finally(() => this.#forget());
  }

  /** Begins as whoever the voucher says. A cookie could be that of the last user of this browser, so it comes second. */
  async begin(voucher: Voucher | null): Promise<Session> {
    this.#voucher = voucher;
    const vouched = voucher === null ? null : await this.#vouched();
    return vouched === null ? this.renew() : this.#take(vouched);
  }

  /** A new access token from the refresh cookie, else by the voucher; callers at the same time share one request. */
  renew(): Promise<Session> {
    this.#renewing ??= this.#renewed()
      .then((session) => this.#take(session))
      .finally(() => {
        this.#renewing = null;
      });
    return this.#renewing;
  }

  async #renewed(): Promise<Session> {
    try {
      if (opaque) throw new ApiError('session_expired', 401);
      return await alone(() => this.#fetch<Session>('POST', REFRESH, undefined, {}));
    } catch (thrown) {
      const error = asApiError(thrown);
      const vouched = error.passing ? null : await this.#vouched();
      if (vouched === null) throw error;
      return vouched;
    }
  }

  /** The session that the voucher's proof is good for; null where it gives none, or the server does not take it. */
  async #vouched(): Promise<Session | null> {
    const assertion = (await this.#voucher?.assertion()) ?? null;
    if (assertion === null) return null;
    try {
      return await this.#fetch<Session>('POST', '/session/host', { assertion }, { anonymous: true });
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.passing) throw error;
      if (error.code === 'forbidden') this.onStranger();
      return null;
    }
  }

  async #send<T>(method: Method, path: string, body: unknown, options: Options = {}, read: Read<T> = asJson): Promise<T> {
    const used = this.#token;
    try {
      return await this.#fetch<T>(method, path, body, options, read);
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.code !== 'unauthenticated' || options.anonymous) throw error;
    }
    // Another request may have renewed it while this one was on its way.
    if (this.#token === used) await this.#renewOrExpire();
    return this.#fetch<T>(method, path, body, options, read);
  }

  async #renewOrExpire(): Promise<void> {
    try {
      await this.renew();
    } catch (thrown) {
      const error = asApiError(thrown);
      if (!error.passing) {
        this.#forget();
        this.onExpired();
      }
      throw error;
    }
  }

  async #fetch<T>(method: Method, path: string, body: unknown, options: Options, read: Read<T> = asJson): Promise<T> {
    const headers = new Headers({ Accept: options.accept ?? JSON_TYPE });
    if (body !== undefined) headers.set('Content-Type', body instanceof Blob ? TABLE_TYPE : JSON_TYPE);
    if (this.#token && !options.anonymous) headers.set('Authorization', `Bearer ${this.#token}`);
    let response: Response;
    try {
      response = await fetch(API_BASE + path, {
        method,
        headers,
        body: body === undefined ? null : body instanceof Blob ? body : JSON.stringify(body),
        signal: options.signal ?? null,
        keepalive: options.keepalive ?? false,
        cache: 'no-store',
      });
    } catch (thrown) {
      if (options.signal?.aborted) throw thrown;
      throw new ApiError('unreachable', 0);
    }
    if (!response.ok) throw errorFrom(response.status, await asJson(response));
    return read(response);
  }

  #take(session: Session): Session {
    this.#token = session.access_token;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#renewOrExpire().catch(() => {}), session.expires_in_s * 1000 * RENEW_AT);
    this.onRenewed(session);
    return session;
  }

  #forget(): void {
    this.#token = null;
    clearTimeout(this.#timer);
  }
}

/** Web Locks are refused in a frame without an origin of its own; then there is nobody to wait for. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  if (!('locks' in navigator)) return work();
  let started = false;
  const once = (): Promise<T> => {
    started = true;
    return work();
  };
  try {
    return await navigator.locks.request(RENEWAL_LOCK, once);
  } catch (thrown) {
    if (started) throw thrown;
    return work();
  }
}
