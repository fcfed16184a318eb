import type { Suggestion, SuggestionAccuracy } from '../../src/lib/api/suggestions.ts';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Activity, CodeFile, Draft, Instance, LiveCall, Panel, Reason, User, View, Wrapup } from '../../src/lib/api/contract.ts';
import type { Crm } from '../../src/lib/api/crm.ts';
import type { Floor, FloorScope } from '../../src/lib/api/floor.ts';
import { answer, Refusal } from './endpoints.ts';
import { past } from './activities.ts';
import { changes } from './changes.ts';
import * as crm from './crm.ts';
import type { CrmCheck, CrmCheckFailure, CrmCounts } from '../../src/lib/api/completeness-crm.ts';
import type { ComparedFile, MissingCall } from '../../src/lib/api/completeness.ts';
import type { PastImport } from '../../src/lib/api/imports.ts';
import * as webhooks from './webhooks.ts';
import { floor } from './floor.ts';
import { FrameSessions } from './frame-session.ts';
import { inbox } from './inbox.ts';
import type { FollowUp } from '../../src/lib/api/follow-ups.ts';
import type { MessageLine } from '../../src/lib/api/messages.ts';
import type { Bulk } from '../../src/lib/api/bulk.ts';
import type { ListView } from '../../src/lib/api/views.ts';
import { shared } from './views.ts';
import * as saved from './saved-reports.ts';
import * as world from './world.ts';

const DIST = new URL('../../dist/', import.meta.url).pathname;
const TYPES: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

/** The policy that the real server sends, as strict as the pages can bear; `lightning`: whose script the panel may load. */
const policy = (lightning: string[]): string => [
  "default-src 'none'",
  ["script-src 'self'", ...lightning].join(' '),
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' wss://pbx.example:8089; media-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  `trusted-types svelte-trusted-html${lightning.length > 0 ? ' bitacora-host-script' : ''}`,
].join('; ');

const LINES = 'application/x-ndjson';
const PREFLIGHT = { 'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE', 'access-control-allow-headers': 'authorization, content-type' };

/** One request as a test may want to look at it, hold it up or refuse it. */
export type Seen = { method: string; path: string; body: unknown };
export type Hello = { token: string; version: number | null; instance: string; console: boolean; unseen: boolean };
export type Seeing = { type: 'view'; view: View; focused: boolean };
type Gate = (seen: Seen) => Promise<void> | void;

/** The API of docs/api.md in memory: enough to show every state of the pages, with no rule of its own. */
export class Mock {
  panel: Panel = world.panel();
  users: User[] = structuredClone(world.users);
  people = structuredClone(world.people);
  cases = structuredClone(world.cases);
  sets = structuredClone(world.sets);
  /** What a file of the code book would change. */
  codeFile: CodeFile = { lines: [], changes: 0, refused: 0, same: 1, basis: 'b-1', applied: false };
  /** Whether the centre follows a CRM, as the code book says it. */
  withCrm = false;
  centre = structuredClone(world.centre);
  /** By which its days begin. */
  zone = 'Europe/Madrid';
  changes = structuredClone(changes);
  inbox = structuredClone(inbox);
  /** What callers left: nothing, until a test says so. */
  messages: MessageLine[] = [];
  followUps: FollowUp[] = [];
  /** Wrap-ups that the panel's own list has no room for. */
  beyond: Wrapup[] = [];
  history = structuredClone(world.history);
  /** Older calls, which are on the list of Activities only. */
  past = structuredClone(past);
  /** Activities as they have become, where one was opened or a test says so. */
  activities = new Map<string, Activity>();
  /** What is suggested for notes. */
  suggest: (notes: string) => Suggestion[] = () => [];
  accuracy: SuggestionAccuracy = { on: true, learnt_at: null, held_out_from: null, examples: 0, sets: [] };
  /** How far a long answer is, each time it gets farther; 1 is its end. */
  farther: (() => Promise<number>) | null = null;
  recent = structuredClone(world.history).slice(0, 5);
  instance: Instance = structuredClone(world.instance);
  signedIn: User | null = this.users[0] ?? null;
  reason: Reason | null = null;
  listViews: ListView[] = shared.map((one) => ({ ...one }));
  bulks: Bulk[] = [];
  bulkRefused = 0;
  firstView: string | null = null;
  floor = structuredClone(floor);
  crm: Crm | null = structuredClone(crm.standing);
  stuck = structuredClone(crm.stuck);
  imports: PastImport[] = [];
  missingCalls: MissingCall[] = [];
  comparedFiles: ComparedFile[] = [];
  /** Calls that are known and have nothing, as no rule of ours makes any. */
  ledgerGaps = 0;
  /** How Activities stand in the CRM on the last day; null: none is mirrored. */
  ledgerCrm: CrmCounts | null = null;
  crmChecks: CrmCheck[] = [];
  /** Days that could not be compared by night. */
  crmCheckFailures: CrmCheckFailure[] = [];
  /** Whether the CRM cannot be asked. */
  crmDown = false;
  crmUsers = structuredClone(crm.users);
  /** What a window comes back with that an admin is to consent in. */
  consentBecomes = 'done';
  crmPhones = structuredClone(crm.phoneFields);
  webhooks = structuredClone(webhooks.webhooks);
  deliveries = structuredClone(webhooks.deliveries);
  savedReports = structuredClone(saved.first);
  mailSetUp = true;
  readonly frames = new FrameSessions();
  readonly seen: Seen[] = [];
  /** What panels said when they came, and since then of what is on screen. */
  readonly hellos: Hello[] = [];
  readonly views: Seeing[] = [];
  /** Looks at each request of the API before it is answered. */
  gate: Gate = () => {};

  #server: Server;
  #sockets = new WebSocketServer({ noServer: true });
  #refuseSockets = false;
  /** Who looks at how much of the floor. */
  #floors = new Map<WebSocket, FloorScope>();

  constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('upgrade', (request, socket, head) => {
      if (this.#refuseSockets) return socket.destroy();
      this.#sockets.handleUpgrade(request, socket, head, (client) => this.#greet(client));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((ready) => this.#server.listen(0, '127.0.0.1', ready));
    return this.origin;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  /** Changes the floor and tells whoever looks at it. */
  tellFloor(change: (floor: Floor) => void): void {
    change(this.floor);
    for (const client of this.#floors.keys()) this.#tellFloor(client);
  }

  /** Changes the panel and tells every open page. */
  push(change: (panel: Panel) => void): void {
    change(this.panel);
    this.panel.version += 1;
    for (const client of this.#sockets.clients) if (!this.#floors.has(client)) this.#tell(client);
  }

  /** Cuts the live connections; until `connect` none is taken again. */
  disconnect(): void {
    this.#refuseSockets = true;
    for (const client of this.#sockets.clients) client.terminate();
  }

  connect(): void {
    this.#refuseSockets = false;
  }

  owner(id: string): LiveCall | Wrapup {
    const found = [...this.panel.wrapups, ...this.beyond].find((one) => one.id === id) ?? this.panel.calls.find((one) => one.engagement === id);
    if (!found) throw new Refusal(404, 'not_found');
    return found;
  }

  /** Stores a draft as another window of the same agent would. */
  writeElsewhere(id: string, draft: Partial<Draft>): void {
    this.push(() => {
      const owner = this.owner(id);
      owner.draft = { ...owner.draft, ...draft, revision: owner.draft.revision + 1 };
    });
  }

  of(method: string, path: RegExp): Seen[] {
    return this.seen.filter((one) => one.method === method && path.test(one.path));
  }

  #greet(client: WebSocket): void {
    client.on('close', () => this.#floors.delete(client));
    client.on('message', (data) => {
      const message = JSON.parse(String(data)) as { type?: string };
      if (message.type === 'view') this.views.push(message as Seeing);
      const { floor: scope } = message as { floor?: FloorScope };
      if (scope) {
        this.#floors.set(client, scope);
        this.#tellFloor(client);
        return;
      }
      if (message.type !== undefined) return;
      this.hellos.push(message as Hello);
      this.#tell(client);
    });
  }

  #tellFloor(client: WebSocket): void {
    const now = this.panel.now;
    const told = this.#floors.get(client) === 'whole' ? { type: 'floor', now, floor: this.floor } : { type: 'alerts', now, alerts: this.floor.alerts };
    client.send(JSON.stringify(told));
  }

  #tell(client: WebSocket): void {
    client.send(JSON.stringify({ type: 'panel', panel: this.panel }));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://mock');
    if (!url.pathname.startsWith('/api/v1')) return this.#file(url.pathname, response);
    const path = url.pathname.slice('/api/v1'.length);
    // A frame without an origin of its own is a stranger, who is never sent cookies.
    const stranger = request.headers.origin === 'null';
    if (stranger) response.setHeader('access-control-allow-origin', '*');
    if (stranger && request.method === 'OPTIONS') return void response.writeHead(204, PREFLIGHT).end();
    const text = await body(request);
    const seen: Seen = { method: request.method ?? 'GET', path: path + url.search, body: text && request.headers['content-type'] !== 'text/csv' ? JSON.parse(text) : null };
    this.seen.push(seen);
    try {
      if (stranger && path.startsWith('/session/refresh')) throw new Refusal(403, 'forbidden');
      await this.gate(seen);
      const result = answer(this, seen.method, path, url.searchParams, seen.body);
      if (this.farther && request.headers.accept?.includes(LINES)) return void (await this.#tellAlong(response, this.farther, result));
      send(response, result === undefined ? 204 : 200, result);
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) return send(response, 500, { error: { code: 'internal', trace: String(thrown) } });
      send(response, thrown.status, { error: { code: thrown.code, field: thrown.field, detail: thrown.detail } });
    }
  }

  /** The answer in lines: how far it is, as often as the test says, and then what it is. */
  async #tellAlong(response: ServerResponse, farther: () => Promise<number>, result: unknown): Promise<void> {
    response.writeHead(200, { 'content-type': LINES });
    for (let share = await farther(); share < 1; share = await farther()) response.write(`${JSON.stringify({ progress: share })}\n`);
    response.end(`${JSON.stringify(result)}\n`);
  }

  async #file(path: string, response: ServerResponse): Promise<void> {
    const name = { '/': 'app.html', '/panel': 'panel.html' }[path] ?? normalize(path).slice(1);
    try {
      const bytes = await readFile(join(DIST, name));
      response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream', 'access-control-allow-origin': '*', 'content-security-policy': policy(name === 'panel.html' ? (this.instance.embedding?.lightning ?? []) : []) });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }
}

function send(response: ServerResponse, status: number, value: unknown): void {
  // A text is a file.
  const file = typeof value === 'string';
  response.writeHead(status, { 'content-type': file ? 'text/csv; charset=utf-8' : 'application/json' });
  response.end(value === undefined || file ? value : JSON.stringify(value));
}

async function body(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
