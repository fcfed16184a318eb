import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Case, Dispositions, NewPerson, Person, Role, Session, User } from '../../src/lib/api/contract.ts';
import { Asterisk, type Call } from './asterisk.ts';
import type { Scenario } from './recording.ts';
import { Rows } from './rows.ts';

export const BINARY = process.env['BITACORA_BIN'] ?? fileURLToPath(new URL('../../../target/debug/bitacora', import.meta.url));
const LISTENS = /^Bitácora listens on (\S+)$/;
const FIRST_ADMIN = /(\S+#\/first-admin\?token=[0-9a-f]+)$/;
/** How many agents the phone system knows: each test takes new ones. */
const AGENTS = 200;
const FIRST_AGENT = 2001;
const PASSWORD = 'una frase bastante larga';

export type Settings = {
  codesEnabled?: boolean;
  autoCreate?: 'contact' | 'lead' | 'none';
  /** Whether the first admin has signed up when the centre opens. */
  signUp?: boolean;
  /** The Salesforce org whose pages frame the panel. */
  org?: { lightning: string; organisation: string; certificate: string };
  /** The org that its directory mirrors. */
  crm?: { organisation: string; settings: string[] };
};
export type Account = { user: User; login: string; password: string };
export type AgentAccount = Account & { key: string };
export type Answer = { status: number; body: unknown };

const tokenIn = (link: string): string | null => new URLSearchParams(link.split('?')[1]).get('token');

/** A call centre of its own: the server on a data folder of its own, and the Asterisk at its other end. */
export class Centre {
  readonly asterisk = new Asterisk();
  readonly #folder = mkdtempSync(join(tmpdir(), 'bitacora-e2e-'));
  readonly rows = new Rows(join(this.#folder, 'data', 'bitacora.db'));
  url = '';
  admin: Account | null = null;

  #config = join(this.#folder, 'bitacora.toml');
  #process: ChildProcess | null = null;
  #printed: Printed | null = null;
  #agents = 0;
  #numbers = 0;
  #token: string | null = null;

  static async open(settings: Settings = {}): Promise<Centre> {
    const centre = new Centre();
    const port = await centre.asterisk.listen();
    // Any free port at first; a restart has to come back where its panels look for it.
    centre.#write(settings, port, '127.0.0.1:0');
    await centre.start();
    centre.#write(settings, port, new URL(centre.url).host);
    if (settings.signUp ?? true) await centre.#signUp();
    return centre;
  }

  async close(): Promise<void> {
    await this.stop('SIGTERM');
    await this.asterisk.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Starts the server; when this returns it answers, and hears the phone system. */
  async start(): Promise<void> {
    const child = spawn(BINARY, ['serve', '--config', this.#config], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = child;
    // Whatever ends the worker early must not leave a server behind.
    process.once('exit', () => child.kill('SIGKILL'));
    this.#printed = new Printed(child);
    this.url = await this.#printed.line(LISTENS);
    await this.asterisk.connected();
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await ended;
  }

  /** A number that nobody has used yet, as carriers send it. */
  number(): string {
    this.#numbers += 1;
    return `+34600${String(100_000 + this.#numbers)}`;
  }

  /** A user who is an agent of the phone system, made as an admin makes one. */
  async agent(name = 'Lucía Herrero'): Promise<AgentAccount> {
    this.#agents += 1;
    if (this.#agents > AGENTS) throw new Error('more agents than the phone system knows');
    const key = String(FIRST_AGENT + this.#agents - 1);
    return { ...(await this.user(`agent${key}`, name, 'agent', key)), key };
  }

  async user(login: string, name: string, role: Role, agent: string | null): Promise<Account> {
    const { user, link } = await this.api<{ user: User; link: string }>('POST', '/users', { login, name, role, agent });
    await this.api('POST', '/password', { token: tokenIn(link), password: PASSWORD });
    return { user, login, password: PASSWORD };
  }

  async person(kind: Person['kind'], name: string, phone: string, company: string | null = null): Promise<Person> {
    const body: Omit<NewPerson, 'kind'> & { kind: Person['kind'] } = { kind, name, company, email: null, phones: [{ field: 'phone', raw: phone }] };
    return (await this.api<{ person: Person }>('POST', '/people', body)).person;
  }

  async case(subject: string, contact: string): Promise<Case> {
    return (await this.api<{ case: Case }>('POST', '/cases', { subject, contact })).case;
  }

  dispositions(): Promise<Dispositions> {
    return this.api('GET', '/dispositions');
  }

  /** A call from a number that is offered to an agent. */
  inbound(number: string, agent: AgentAccount): Call {
    return this.play('s01_answered', number, agent);
  }

  /** A session in which these agents are those of the capture, in its order. */
  play(scenario: Scenario, number: string, ...agents: AgentAccount[]): Call {
    const [first, second] = agents.map(({ key }) => key);
    // Voicemail was recorded with the third agent; whoever it rings first here is the first of the test.
    const cast = scenario === 's07_voicemail' ? { '1003': first } : { '1001': first, '1002': second };
    const known = Object.fromEntries(Object.entries(cast).filter(([, key]) => key !== undefined));
    return this.asterisk.call(scenario, { number, agents: known });
  }

  /** A request as the admin; whatever is refused ends the test. */
  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.request(this.#token, method, path, body);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  }

  async request(token: string | null, method: string, path: string, body?: unknown): Promise<Answer> {
    const headers: Record<string, string> = { 'Content-Type': 'application/json' };
    if (token) headers['Authorization'] = `Bearer ${token}`;
    const response = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
    return { status: response.status, body: response.status === 204 ? null : await response.json() };
  }

  async tokenOf(account: Account): Promise<string> {
    const { login, password } = account;
    const { body } = await this.request(null, 'POST', '/session', { login, password });
    return (body as Session).access_token;
  }

  /** The page where the first admin signs up, as the server prints it. */
  async firstAdminLink(): Promise<string> {
    if (!this.#printed) throw new Error('the server has not been started');
    return this.#printed.line(FIRST_ADMIN);
  }

  async #signUp(): Promise<void> {
    const token = tokenIn(await this.firstAdminLink());
    const session = await this.api<Session>('POST', '/first-admin', { token, login: 'rosa', name: 'Rosa Gil', password: PASSWORD });
    this.#token = session.access_token;
    this.admin = { user: session.user, login: 'rosa', password: PASSWORD };
  }

  #write({ codesEnabled = true, autoCreate = 'contact', org, crm }: Settings, amiPort: number, listen: string): void {
    const keys = Array.from({ length: AGENTS }, (_, index) => FIRST_AGENT + index);
    const lines = [
      '[server]',
      `listen = "${listen}"`,
      // Panels hold their connections open: nothing of theirs has to be waited for.
      'shutdown_grace_s = 1',
      '[data]',
      `dir = "${join(this.#folder, 'data')}"`,
      '[log]',
      'level = "error"',
      '[[tenants]]',
      'slug = "main"',
      'region = "ES"',
      `codes_enabled = ${codesEnabled}`,
      `auto_create = "${autoCreate}"`,
      ...(org ? ['[tenants.salesforce]', `organisation = "${org.organisation}"`, `panel_certificate = "${org.certificate}"`, `lightning_origins = ["${org.lightning}"]`] : []),
      ...(crm?.settings ?? []),
      '[[tenants.sources]]',
      'name = "pbx"',
      'kind = "ami"',
      `address = "127.0.0.1:${amiPort}"`,
      'username = "cti"',
      'secret = "not checked"',
      '[tenants.sources.endpoints]',
      'trunks = ["PJSIP/trunk"]',
      '[tenants.sources.endpoints.agents]',
      ...keys.map((key) => `"${key}" = ["PJSIP/${key}"]`),
      '[tenants.sources.endpoints.queues]',
      'support = "Soporte"',
      'short = "Citas"',
    ];
    writeFileSync(this.#config, lines.join('\n'));
  }
}

/** What a process prints, line by line. */
export class Printed {
  #lines: string[] = [];
  #waiting: { pattern: RegExp; found: (text: string) => void; failed: (reason: Error) => void }[] = [];

  constructor(child: ChildProcess) {
    const end = (reason: string): void => {
      for (const { pattern, failed } of this.#waiting.splice(0)) {
        failed(new Error(`${reason} before it printed ${pattern}:\n${this.#lines.join('\n')}`));
      }
    };
    child.once('error', (error) => end(String(error)));
    child.once('exit', (code, signal) => end(`the server ended with ${code ?? signal}`));
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => this.#take(line));
  }

  /** What the first line like this holds in its parentheses. */
  line(pattern: RegExp): Promise<string> {
    return new Promise((found, failed) => {
      this.#waiting.push({ pattern, found, failed });
      for (const line of this.#lines) this.#offer(line);
    });
  }

  #take(line: string): void {
    this.#lines.push(line);
    this.#offer(line);
  }

  #offer(line: string): void {
    this.#waiting = this.#waiting.filter(({ pattern, found }) => {
      const text = pattern.exec(line)?.[1];
      if (text !== undefined) found(text);
      return text === undefined;
    });
  }
}
