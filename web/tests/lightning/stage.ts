import type { BrowserContext, Frame, Page } from '@playwright/test';
import { expect, test as base } from '../ui/stage.ts';
import { Lightning, type Org, type OrgRecord } from './server.ts';

/** What the page around the panel knows, for a test to look at. */
type Seen = {
  calls: { method: string; args: Record<string, unknown> }[];
  /** By our component; a console does not say. */
  answered: string[];
  refused: string[];
  label: string;
  panelLabel: string;
  visible: boolean;
  dialling: boolean;
  refreshes: number;
  silent: boolean;
};
/** A console of the org with the panel in its utility bar. */
export type Console = {
  page: Page;
  panel: Frame;
  seen: () => Promise<Seen>;
  open: (id: string) => Promise<void>;
  /** The page answers no more what is on screen. */
  fallSilent: () => Promise<void>;
};
type Stage = {
  org: Org;
  lightning: Lightning;
  /** The panel's address as it is set in the call centre, on another site than the org's. */
  adapter: string;
  openConsole: (record?: string, context?: BrowserContext) => Promise<Console>;
  /** A page with our component on it instead. */
  openComponent: (record?: string) => Promise<Console>;
};

export const records = {
  ana: { id: '003000000000001AAA', objectType: 'Contact', name: 'Ana Ruiz', phones: ['600 12 34 56'] },
  lead: { id: '00Q000000000001AAA', objectType: 'Lead', name: 'Ana Ruiz Prieto', phones: ['600123456'] },
  workshop: { id: '001000000000001AAA', objectType: 'Account', name: 'Talleres Prieto', phones: ['+34 600 123 456'] },
  bruno: { id: '001000000000002AAA', objectType: 'Account', name: 'Bruno Salas', phones: ['55 1234 5678'], contactId: '003000000000002AAA' },
  invoice: { id: '500000000000001AAA', objectType: 'Case', name: 'Factura duplicada', phones: ['600 12 34 56'] },
  delivery: { id: '500000000000002AAA', objectType: 'Case', name: 'Entrega retrasada' },
} satisfies Record<string, OrgRecord>;

export const test = base.extend<Stage>({
  org: async ({}, use) => use({ records: Object.values(records) }),
  lightning: async ({ org }, use) => {
    const lightning = new Lightning(org);
    await lightning.listen();
    await use(lightning);
    await lightning.close();
  },
  adapter: async ({ mock, url, lightning }, use) => {
    mock.instance.embedding = { ancestors: [lightning.origin], lightning: [lightning.origin] };
    const adapter = `http://localhost:${new URL(url).port}/panel.html?host=opencti&lang=en`;
    lightning.frames(adapter);
    await use(adapter);
  },
  openConsole: async ({ page, context, lightning, adapter }, use) => {
    const opened: Console[] = [];
    let first = true;
    await use(async (record, within = context) => {
      const at = first ? page : await within.newPage();
      first = false;
      await at.goto(`${lightning.origin}/lightning${record ? `?record=${record}` : ''}`);
      const console = await consoleOn(at, adapter);
      opened.push(console);
      return console;
    });
    // Whatever is asked that the guide does not list would fail in an org.
    for (const console of opened) expect((await console.seen()).refused).toEqual([]);
  },
  openComponent: async ({ page, lightning, adapter }, use) => {
    const framed = adapter.replace('host=opencti', 'host=lwc');
    lightning.frames(framed);
    const opened: Console[] = [];
    await use(async (record) => {
      await page.goto(`${lightning.origin}/component${record ? `?record=${record}` : ''}`);
      const console = await consoleOn(page, framed);
      opened.push(console);
      return console;
    });
    for (const console of opened) expect((await console.seen()).refused).toEqual([]);
  },
});

async function consoleOn(page: Page, adapter: string): Promise<Console> {
  const panel = await (await page.waitForSelector('iframe')).contentFrame();
  if (!panel) throw new Error('the panel is not framed');
  await panel.waitForURL((url) => url.href.startsWith(adapter));
  return {
    page,
    panel,
    seen: () => page.evaluate(() => structuredClone((window as unknown as { lightning: Seen }).lightning)),
    open: (id) => page.evaluate((record) => (window as unknown as { openRecord: (id: string) => void }).openRecord(record), id),
    fallSilent: () => page.evaluate(() => void ((window as unknown as { lightning: Seen }).lightning.silent = true)),
  };
}
