/**
 * The messages between the panel and the component of our Salesforce package that frames it, version 1, as
 * salesforce/README.md writes them down: a request of ours is answered once, and nothing is said to anybody but the
 * page around this one.
 */
const VERSION = 1;
/** How long an answer may take; a page that is not ours gives none. */
const ANSWER_LIMIT_MS = 8000;

/** A record that is in front there. */
export type LwcRecord = { id: string; object: string | null };
export type LwcView = { console: boolean; record: LwcRecord | null };
export type Hello = { tenant: string; language: string; scope: string };

type Message = { bitacora: number; frame: string; type: string; id?: string } & Record<string, unknown>;

/** The page refused, or gave no answer. */
export class LwcError extends Error {
  constructor(readonly code: string) {
    super(`the page around the panel: ${code}`);
  }
}

/** One conversation with the component; `frame` is the mark by which several frames on one page are told apart. */
export class LwcMessages {
  onView: (view: LwcView) => void = () => {};
  #asked = 0;
  #waiting = new Map<string, { answered: (message: Message) => void; refused: (error: LwcError) => void }>();

  constructor(
    private readonly origin: string,
    private readonly frame: string,
  ) {
    addEventListener('message', this.#hear);
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
      window.parent.postMessage({ ...said, bitacora: VERSION, frame: this.frame, type, id }, this.origin);
    });
  }

  #hear = ({ source, origin, data }: MessageEvent): void => {
    if (source !== window.parent || origin !== this.origin || !isMessage(data, this.frame)) return;
    if (data.id === undefined) {
      if (data.type === 'view') this.onView(data['view'] as LwcView);
      return;
    }
    const waiting = this.#waiting.get(data.id);
    this.#waiting.delete(data.id);
    if (data.type === 'error') waiting?.refused(new LwcError(String(data['code'])));
    else waiting?.answered(data);
  };
}

function isMessage(data: unknown, frame: string): data is Message {
  if (typeof data !== 'object' || data === null) return false;
  const message = data as Partial<Message>;
  return message.bitacora === VERSION && message.frame === frame && typeof message.type === 'string';
}
