/**
 * The messages between the panel and the component of our Salesforce package that frames it, version 1, as
 * salesforce/README.md writes them down: a request of ours is answered once. The page around this one gets one end of a
 * channel, by the key that the component put into our address, and everything else is said on that channel.
 */
const VERSION = 1;
/** How long an answer may take; a page that is not ours gives none. */
const ANSWER_LIMIT_MS = 8000;

/** A record that is in front there. */
export type LwcRecord = { id: string; object: string | null };
export type LwcView = { console: boolean; record: LwcRecord | null };
export type Hello = { tenant: string; language: string; scope: string };

type Message = { bitacora: number; type: string; id?: string } & Record<string, unknown>;

/** The page refused, or gave no answer. */
export class LwcError extends Error {
  constructor(readonly code: string) {
    super(`the page around the panel: ${code}`);
  }
}

/** The key in the fragment of the panel's address; null where the component did not frame it. */
export const keyIn = (hash: string): string | null => new URLSearchParams(hash.slice(1)).get('key');

/** One conversation with the component on the page of that origin; the key is told to that origin and to no other. */
export class LwcMessages {
  onView: (view: LwcView) => void = () => {};
  #asked = 0;
  #port: MessagePort;
  #waiting = new Map<string, { answered: (message: Message) => void; refused: (error: LwcError) => void }>();

  constructor(origin: string, key: string) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }: MessageEvent) => this.#hear(data);
    window.parent.postMessage({ bitacora: VERSION, type: 'port', key }, origin, [port2]);
  }

  hello(): Promise<Hello> {
    return this.#ask('hello', {}) as Promise<Message & Hello>;
  }

  async assertion(): Promise<string> {
    const { assertion } = await this.#ask('assertion', {});
    return String(assertion);
  }

  async view(): Promise<LwcView> {
    const { view } = (await this.#ask('view', {})) as Message & { view: LwcView };
    return view;
  }

  open(record: { id: string }, behind: boolean): Promise<unknown> {
    return this.#ask('open', { record, ...(behind && { behind }) });
  }

  /** Has every list of calls on the page read anew. */
  callsChanged(): Promise<unknown> {
    return this.#ask('calls-changed', { records: [] });
  }

  /** In pixels, 240 to 2560. */
  height(height: number): Promise<unknown> {
    return this.#ask('height', { height });
  }

  #ask(type: string, said: Record<string, unknown>): Promise<Message> {
    this.#asked += 1;
    const id = String(this.#asked);
    return new Promise((answered, refused) => {
      const late = setTimeout(() => this.#waiting.delete(id) && refused(new LwcError('silent')), ANSWER_LIMIT_MS);
      const settle = <T>(then: (value: T) => void) => (value: T): void => {
        clearTimeout(late);
        then(value);
      };
      this.#waiting.set(id, { answered: settle(answered), refused: settle(refused) });
      this.#port.postMessage(JSON.stringify({ ...said, bitacora: VERSION, type, id }));
    });
  }

  #hear(text: unknown): void {
    const data = messageIn(text);
    if (data === null) return;
    if (data.id === undefined) {
      if (data.type === 'view') this.onView(data['view'] as LwcView);
      return;
    }
    const waiting = this.#waiting.get(data.id);
    this.#waiting.delete(data.id);
    if (data.type === 'error') waiting?.refused(new LwcError(String(data['code'])));
    else waiting?.answered(data);
  }
}

/** Text, because the component's objects are not the browser's own; null: it is no message of a version that we know. */
function messageIn(text: unknown): Message | null {
  try {
    const message = JSON.parse(String(text)) as Partial<Message> | null;
    return message?.bitacora === VERSION && typeof message.type === 'string' ? (message as Message) : null;
  } catch {
    return null;
  }
}
