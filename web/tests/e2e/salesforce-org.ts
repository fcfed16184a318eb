import { spawn, type ChildProcess } from 'node:child_process';
import { BINARY, Printed } from './centre.ts';

const APP = { id: 'bitacora', secret: 'bitacora-secret' };
const VERSION = '/services/data/v66.0';

/** An emulated Salesforce org. */
export class SalesforceOrg {
  organisation = '';
  #token = '';

  private constructor(
    readonly url: string,
    /** Whose end is ours to see to; null: somebody else serves it. */
    private readonly process: ChildProcess | null,
  ) {}

  /** One without customers, in a process of its own. */
  static async start(): Promise<SalesforceOrg> {
    const child = spawn(BINARY, ['emulate', 'salesforce', '--listen', '127.0.0.1:0', '--people', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    process.once('exit', () => child.kill('SIGKILL'));
    return new SalesforceOrg(await new Printed(child).line(/listens on ([^;]+);/), child).#entered();
  }

  /** One that is served already. */
  static at(url: string): Promise<SalesforceOrg> {
    return new SalesforceOrg(url, null).#entered();
  }

  /** The settings by which a server mirrors it. */
  get settings(): string[] {
    return [`login_url = "${this.url}"`, 'flow = "client_credentials"', `client_id = "${APP.id}"`, `client_secret = "${APP.secret}"`, 'language = "en"', 'poll_s = 1', 'quiet_poll_s = 1'];
  }

  async create(object: string, record: Record<string, unknown>): Promise<string> {
    return (await this.#ask<{ id: string }>('POST', `${VERSION}/sobjects/${object}`, record)).id;
  }

  async query(soql: string): Promise<Record<string, unknown>[]> {
    const found = await this.#ask<{ records: Record<string, unknown>[] }>('GET', `${VERSION}/query?q=${encodeURIComponent(soql)}`);
    return found.records;
  }

  async stop(): Promise<void> {
    const child = this.process;
    if (!child) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
  }

  async #entered(): Promise<SalesforceOrg> {
    this.organisation = (await this.#ask<{ organization: string }>('GET', '/emulator')).organization;
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: APP.id, client_secret: APP.secret });
    const granted = await fetch(`${this.url}/services/oauth2/token`, { method: 'POST', body: form });
    this.#token = ((await granted.json()) as { access_token: string }).access_token;
    return this;
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${this.#token}` };
    const answer = await fetch(this.url + path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}
