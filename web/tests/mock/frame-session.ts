import { createHash } from 'node:crypto';
import type { Session, User } from '../../src/lib/api/contract.ts';
import { Refusal, type Ask } from './ask.ts';
import type { Mock } from './server.ts';

/** How the panel in a frame becomes somebody's; the rules are the server's, as far as a page can see them. */
type Waiting = { challenge: string; user: User | null };

export class FrameSessions {
  /** Assertions that the server would take, and whose they are; null: a user that it does not know. */
  readonly assertions = new Map<string, User | null>();
  readonly codes = new Map<string, Waiting>();
  #made = 0;

  code(prefix: string): string {
    this.#made += 1;
    return `${prefix}${this.#made}`;
  }
}

const plain = (code: unknown): string => String(code).replace(/[^a-z0-9]/gi, '').toUpperCase();

function begin(mock: Mock, user: User): Session {
  mock.signedIn = user;
  return { access_token: 'token', expires_in_s: 900, user, zone: mock.zone };
}

export function byHost({ mock, body }: Ask): Session {
  const assertion = String(body['assertion']);
  const user = mock.frames.assertions.get(assertion);
  // Each is good for once.
  mock.frames.assertions.delete(assertion);
  if (user === undefined) throw new Refusal(401, 'invalid_credentials');
  if (user === null) throw new Refusal(403, 'forbidden');
  return begin(mock, user);
}

export function grant({ mock, body }: Ask): { code: string } {
  const code = mock.frames.code('GRANT');
  mock.frames.codes.set(code, { challenge: String(body['challenge']), user: mock.signedIn });
  return { code };
}

export function pair({ mock, body }: Ask): { code: string; expires_in_s: number } {
  const code = mock.frames.code('K7DQW3M');
  mock.frames.codes.set(code, { challenge: String(body['challenge']), user: null });
  return { code: `${code.slice(0, 4)}-${code.slice(4)}`, expires_in_s: 300 };
}

export function confirm({ mock, body }: Ask): void {
  const waiting = mock.frames.codes.get(plain(body['code']));
  if (!waiting) throw new Refusal(410, 'token_used');
  waiting.user = mock.users[0] ?? null;
}

export function redeem({ mock, body }: Ask): Session {
  const code = plain(body['code']);
  const waiting = mock.frames.codes.get(code);
  const challenge = createHash('sha256').update(String(body['verifier'])).digest('base64url');
  if (!waiting || waiting.challenge !== challenge) throw new Refusal(410, 'token_used');
  if (!waiting.user) throw new Refusal(409, 'not_confirmed');
  mock.frames.codes.delete(code);
  return begin(mock, waiting.user);
}
