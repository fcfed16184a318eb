import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A host that the SDK takes for one of Salesforce's; the browser is told that it is this machine. */
const HOST = 'acme.lightning.localhost.x.force.com';
export const RESOLVED = `MAP ${HOST} 127.0.0.1`;

/** A page of Salesforce Voice, encrypted as the SDK wants it, with a certificate of its own. */
export class VoicePage {
  readonly #folder = mkdtempSync(join(tmpdir(), 'bitacora-voice-'));
  readonly #server: Server;
  origin = '';

  constructor() {
    const [key, certificate] = [join(this.#folder, 'key.pem'), join(this.#folder, 'cert.pem')];
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${HOST}`];
    execFileSync('openssl', [...made, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
    const script = readFileSync(new URL('voice.js', import.meta.url));
    this.#server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, ({ url }, response) => {
      const isScript = url === '/voice.js';
      response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html; charset=utf-8' });
      response.end(isScript ? script : '<!doctype html><html lang="en"><title>Omni-Channel</title><body><script src="/voice.js"></script></body></html>');
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((ready) => this.#server.listen(0, '127.0.0.1', ready));
    this.origin = `https://${HOST}:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
