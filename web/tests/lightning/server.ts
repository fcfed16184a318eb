import { createServer, type Server, type ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { importMap, moduleAt } from './components.ts';

/** A record of the org, as much of it as the page shows. */
export type OrgRecord = { id: string; objectType: string; name: string; phones?: string[]; accountId?: string; contactId?: string };
export type Org = {
  records: OrgRecord[];
  /** The `sandbox` of the frame; absent: there is none. */
  sandbox?: string;
  /** What Apex answers when it is asked who is signed in; null: the class is not there. */
  assertion?: () => string | null;
};

const FOLDER = new URL('./', import.meta.url);
/** The component of our package; what it says and hears is its own code here too. */
const COMPONENT = '../../../salesforce/force-app/main/default/lwc/bitacoraPanel';
/** Where a page wants to be told by which names its modules find one another. */
const IMPORTS = ' data-imports><';
const FILES: Record<string, [name: string, type: string]> = {
  '/lightning': ['console.html', 'text/html; charset=utf-8'],
  '/component': ['component.html', 'text/html; charset=utf-8'],
  '/component.js': ['component.js', 'text/javascript'],
  '/stranger': ['stranger.html', 'text/html; charset=utf-8'],
  // By the names by which they import one another.
  '/panel/line': [`${COMPONENT}/line.js`, 'text/javascript'],
  '/panel/protocol': [`${COMPONENT}/protocol.js`, 'text/javascript'],
  '/voice-extension': ['voice-extension.html', 'text/html; charset=utf-8'],
  '/voice-extension.js': ['voice-extension.js', 'text/javascript'],
  '/console.js': ['console.js', 'text/javascript'],
  '/support/api/66.0/lightning/opencti_min.js': ['opencti_min.js', 'text/javascript'],
};

/** The org's pages, on another site than the panel: this one is `127.0.0.1`, the panel `localhost`. */
export class Lightning {
  #server: Server;
  #panel = '';
  origin = '';

  constructor(private readonly org: Org) {
    this.#server = createServer((request, response) => void this.#serve(request.url ?? '/', response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((ready) => this.#server.listen(0, '127.0.0.1', ready));
    this.origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this.origin;
  }

  /** Which address the softphone's frame has. */
  frames(panel: string): void {
    this.#panel = panel;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #serve(url: string, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(url, 'http://lightning');
    if (pathname === '/config.json') {
      const { records, sandbox = null } = this.org;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ panel: this.#panel, records, sandbox }));
      return;
    }
    const assertion = pathname === '/apex/BitacoraSession/assertion' ? (this.org.assertion?.() ?? null) : null;
    if (assertion !== null) {
      response.writeHead(200, { 'content-type': 'text/plain' }).end(assertion);
      return;
    }
    const module = pathname.startsWith('/lwc/') ? await moduleAt(pathname) : null;
    if (module !== null) {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(module);
      return;
    }
    const file = FILES[pathname];
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    const text = await readFile(new URL(file[0], FOLDER), 'utf8');
    response.writeHead(200, { 'content-type': file[1] }).end(text.includes(IMPORTS) ? text.replace(IMPORTS, `>${await importMap()}<`) : text);
  }
}
