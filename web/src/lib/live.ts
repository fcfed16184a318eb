import { API_BASE } from './api/client';
import type { Panel, View } from './api/contract';
import type { FloorScope, FloorTold } from './api/floor';
import { wordHidden } from './api/hidden';

export type LiveStatus = 'connecting' | 'live' | 'reconnecting';

const BACKOFF_FIRST_MS = 500;
const BACKOFF_MAX_MS = 15_000;
const PING_MS = 20_000;
/** Silence after which a connection counts as dead, once the server has shown that it pings. */
const SILENCE_MS = 50_000;

type Incoming = { type: 'panel'; panel: Panel } | FloorTold | { type: 'unauthenticated' } | { type: 'ping' | 'pong' };

export type LiveOptions = {
  token: () => string | null;
  /** Of a panel. */
  version?: () => number | null;
  /** Whether records are on screen beside this panel. */
  console?: () => boolean;
  /** Whether nobody sees this panel, so that it counts as none (P9). */
  unseen?: () => boolean;
  onPanel?: (panel: Panel) => void;
  /** How much of the floor is wanted, where it is no panel that listens. */
  floor?: () => FloorScope;
  onFloor?: (told: FloorTold) => void;
  onStatus: (status: LiveStatus) => void;
  /** Gets a new access token, or refuses when the session is over. */
  renew: () => Promise<unknown>;
};

/**
 * The live connection of the panel, or of a supervisor: one WebSocket that is opened again for as long as the page lives.
 * Each opening is answered with a whole snapshot, so nothing that was missed has to be asked for.
 */
export class LiveConnection {
  /** This panel among those that the agent has open (P9). */
  readonly instance = newInstance();
  /** What is on screen and whether the agent looks at it, as last said. */
  #view: { view: View; focused: boolean } | null = null;
  #socket: WebSocket | null = null;
  #stopped = true;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #ping: ReturnType<typeof setInterval> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #serverPings = false;
  #refused = false;

  constructor(private readonly options: LiveOptions) {}

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    addEventListener('online', this.#now);
    addEventListener('offline', this.#lost);
    this.#open();
  }

  stop(): void {
    this.#stopped = true;
    removeEventListener('online', this.#now);
    removeEventListener('offline', this.#lost);
    clearTimeout(this.#retry);
    this.#drop();
  }

  /** Says what is on screen, now and again after each reconnection; `again`: also where it is what was said last. */
  see(view: View, focused: boolean, again = false): void {
    const seen = { view, focused };
    if (!again && JSON.stringify(seen) === JSON.stringify(this.#view)) return;
    this.#view = seen;
    this.#send({ type: 'view', ...seen });
  }

  /** Looks at more of the floor, or at less. */
  look(floor: FloorScope): void {
    this.#send({ type: 'floor', floor });
  }

  /** Hands a renewed access token to the open connection. */
  renewed(token: string): void {
    this.#send({ type: 'token', token });
  }

  #open(): void {
    this.#drop();
    this.#serverPings = false;
    this.#refused = false;
    const url = new URL(`${API_BASE}/live`, location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onopen = () => this.#greet();
    socket.onmessage = (event) => this.#receive(String(event.data));
    socket.onclose = () => this.#closed(socket);
    this.#ping = setInterval(() => this.#send({ type: 'ping' }), PING_MS);
  }

  #greet(): void {
    const { token, version, console, unseen, floor } = this.options;
    if (floor) this.#send({ token: token(), floor: floor() });
    else this.#send({ token: token(), version: version?.() ?? null, instance: this.instance, console: console?.() ?? false, unseen: unseen?.() ?? false });
    if (this.#view) this.#send({ type: 'view', ...this.#view });
  }

  #receive(text: string): void {
    const message = parse(text);
    if (!message) return;
    if (message.type === 'unauthenticated') this.#refused = true;
    if (message.type === 'ping') this.#send({ type: 'pong' });
    if (message.type === 'ping' || message.type === 'pong') this.#serverPings = true;
    if (message.type === 'panel') {
      this.#attempt = 0;
      this.options.onStatus('live');
      this.options.onPanel?.(message.panel);
    }
    if (message.type === 'floor' || message.type === 'alerts') {
      this.#attempt = 0;
      this.options.onStatus('live');
      this.options.onFloor?.(message);
    }
    clearTimeout(this.#silence);
    if (this.#serverPings) this.#silence = setTimeout(this.#lost, SILENCE_MS);
  }

  #closed(socket: WebSocket): void {
    if (socket !== this.#socket || this.#stopped) return;
    this.#drop();
    this.options.onStatus('reconnecting');
    if (this.#refused) {
      this.options.renew().then(() => this.#later(), () => this.#later());
    } else {
      this.#later();
    }
  }

  #later(): void {
    if (this.#stopped) return;
    clearTimeout(this.#retry);
    const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** this.#attempt);
    this.#attempt += 1;
    // Full jitter: after a restart of the server its panels must not all come back in the same instant.
    this.#retry = setTimeout(() => this.#open(), ceiling * (0.5 + Math.random() / 2));
  }

  #now = (): void => {
    if (this.#stopped || this.#socket?.readyState === WebSocket.OPEN) return;
    this.#attempt = 0;
    clearTimeout(this.#retry);
    this.#open();
  };

  #lost = (): void => {
    if (this.#stopped) return;
    this.#drop();
    this.options.onStatus('reconnecting');
    this.#later();
  };

  #drop(): void {
    clearInterval(this.#ping);
    clearTimeout(this.#silence);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #send(message: Record<string, unknown>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}

/** `randomUUID` is kept from pages without TLS, which a centre's own network may well serve. */
function newInstance(): string {
  if ('randomUUID' in crypto) return crypto.randomUUID();
  const bytes = (crypto as Crypto).getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function parse(text: string): Incoming | null {
  try {
    return wordHidden(JSON.parse(text) as Incoming);
  } catch {
    return null;
  }
}
