import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { recast, type Cast, type Frame, type Scenario } from './recording.ts';

/** What begins a phase of a call: everything before it belongs to the phase before. */
const ANSWERED = ['AgentConnect', 'BridgeEnter'];
const HUNG_UP = ['HangupRequest'];

/**
 * The far end of the server's AMI connection. It knows as much of Asterisk as the server asks for: it lets
 * everybody in, lists the living channels, and says what the test tells it to, when the test says so.
 */
export class Asterisk {
  #server: Server;
  #sockets = new Set<Socket>();
  #waiting: (() => void)[] = [];
  #listed = false;
  /** Channel name of each living leg, by its id: what a reader who comes late is told. */
  #living = new Map<string, string>();

  constructor() {
    this.#server = createServer((socket) => this.#welcome(socket));
  }

  async listen(): Promise<number> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((done) => this.#server.close(done));
  }

  /** Resolves once a reader has been told what lives: from then on it misses nothing. */
  async connected(): Promise<void> {
    if (this.#listed) return;
    await new Promise<void>((done) => this.#waiting.push(done));
  }

  /** A call, of which nothing has happened yet. */
  call(scenario: Scenario, cast: Cast): Call {
    return new Call(recast(scenario, cast), (frames) => this.#say(frames));
  }

  #welcome(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#listed = this.#sockets.size > 0;
    });
    socket.write('Asterisk Call Manager/11.0.0\r\n');
    let heard = '';
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
      for (let end = heard.indexOf('\r\n\r\n'); end >= 0; end = heard.indexOf('\r\n\r\n')) {
        this.#answer(socket, heard.slice(0, end));
        heard = heard.slice(end + 4);
      }
    });
  }

  #answer(socket: Socket, action: string): void {
    const id = /^ActionID: (.*)$/m.exec(action)?.[1]?.trim() ?? '';
    socket.write(`Response: Success\r\nActionID: ${id}\r\nMessage: Done\r\n\r\n`);
    if (!/^Action: CoreShowChannels/m.test(action)) return;
    const now = (Date.now() / 1000).toFixed(6);
    for (const [leg, channel] of this.#living) {
      socket.write(`Event: CoreShowChannel\r\nActionID: ${id}\r\nTimestamp: ${now}\r\nChannel: ${channel}\r\nUniqueid: ${leg}\r\n\r\n`);
    }
    socket.write(
      `Event: CoreShowChannelsComplete\r\nActionID: ${id}\r\nTimestamp: ${now}\r\nEventList: Complete\r\nListItems: ${this.#living.size}\r\n\r\n`,
    );
    this.#listed = true;
    for (const done of this.#waiting.splice(0)) done();
  }

  /** Like a real one it goes on without readers: what they miss is lost to them. */
  async #say(frames: Frame[]): Promise<void> {
    for (const { event, text } of frames) {
      const leg = /^Uniqueid: (\S+)/m.exec(text)?.[1];
      if (leg && event === 'Newchannel') this.#living.set(leg, /^Channel: (\S+)/m.exec(text)?.[1] ?? '');
      if (leg && event === 'Hangup') this.#living.delete(leg);
    }
    const bytes = frames.map(({ text }) => `${text}\r\n\r\n`).join('');
    const sent = [...this.#sockets].map((socket) => new Promise<void>((done) => socket.write(bytes, 'latin1', () => done())));
    await Promise.all(sent);
  }
}

/** One recorded session, sent in the steps that the test asks for. */
export class Call {
  #rest: Frame[];

  constructor(
    frames: Frame[],
    private readonly say: (frames: Frame[]) => Promise<void>,
  ) {
    this.#rest = frames;
  }

  /** It rings, up to the moment before somebody answers. */
  ring(): Promise<void> {
    return this.#before(ANSWERED);
  }

  /** Somebody answers, and the parties talk; rings before that, where it has not yet. */
  async answer(): Promise<void> {
    await this.#before(ANSWERED);
    await this.#before(HUNG_UP);
  }

  /** What comes before the first of these events. */
  upTo(...events: string[]): Promise<void> {
    return this.#before(events);
  }

  /** Everything that is left. */
  async end(): Promise<void> {
    await this.say(this.#rest.splice(0));
  }

  async #before(events: string[]): Promise<void> {
    const place = this.#rest.findIndex(({ event }) => events.includes(event));
    await this.say(this.#rest.splice(0, place < 0 ? this.#rest.length : place));
  }
}
