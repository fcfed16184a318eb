import { execFileSync } from 'node:child_process';
import { createSign, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How long an assertion is good for, in seconds. */
const GOOD_FOR_S = 60;

/** The word of an org about its users: a certificate, and assertions as its Apex signs them. */
export class OrgWord {
  readonly organisation = '00D000000000001';
  readonly #folder = mkdtempSync(join(tmpdir(), 'bitacora-org-'));
  readonly certificate = join(this.#folder, 'org.pem');
  readonly #key: string;

  constructor() {
    const key = join(this.#folder, 'org.key');
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=panel', '-keyout', key, '-out', this.certificate], { stdio: 'ignore' });
    this.#key = readFileSync(key, 'utf8');
  }

  /** For the server that is served at `aud`. */
  assertion(username: string, aud: string, organisation: string = this.organisation): string {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const exp = Math.floor(Date.now() / 1000) + GOOD_FOR_S;
    const claims = { iss: organisation, sub: '005000000000001AAA', aud, exp, jti: randomUUID(), username };
    const signed = `${part({ alg: 'RS256' })}.${part(claims)}`;
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(this.#key, 'base64url')}`;
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
