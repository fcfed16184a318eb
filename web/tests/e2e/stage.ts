import { test as base, expect, type Browser, type Locator, type Page } from '@playwright/test';
import { logButton } from '../ui/stage.ts';
import { Centre, type Account, type AgentAccount, type Settings } from './centre.ts';

type WorkerStage = {
  /** A centre with the default settings; tests share it, and none touches what is another's. */
  centre: Centre;
};
type Stage = {
  /** A centre of this test alone, for other settings or for what would disturb the rest. */
  openCentre: (settings?: Settings) => Promise<Centre>;
  /** A browser of its own, signed in as somebody, at a page of the centre. */
  open: (centre: Centre, account: Account, path?: string, size?: Size) => Promise<Page>;
  /** The page of a new agent who has just talked to this number and owes the wrap-up. */
  afterCall: (centre: Centre, number: string, path?: string) => Promise<{ agent: AgentAccount; page: Page }>;
};
export type Size = { width: number; height: number };

export const PANEL: Size = { width: 400, height: 720 };
export const APP: Size = { width: 1280, height: 800 };

export const test = base.extend<Stage, WorkerStage>({
  centre: [
    async ({}, use) => {
      const centre = await Centre.open();
      await use(centre);
      await centre.close();
    },
    { scope: 'worker' },
  ],
  openCentre: async ({}, use) => {
    const opened: Centre[] = [];
    await use(async (settings) => {
      const centre = await Centre.open(settings);
      opened.push(centre);
      return centre;
    });
    for (const centre of opened) await centre.close();
  },
  open: async ({ browser }, use) => {
    const complaints: string[] = [];
    const close: (() => Promise<void>)[] = [];
    await use(async (centre, account, path = 'panel.html?lang=en', size = path.startsWith('panel') ? PANEL : APP) => {
      const page = await signedIn(browser, centre, account, size);
      close.push(() => page.context().close());
      watch(page, complaints);
      await page.goto(`${centre.url}/${path}`);
      return page;
    });
    for (const done of close) await done();
    expect(complaints).toEqual([]);
  },
  afterCall: async ({ open }, use) => {
    await use(async (centre, number, path) => {
      const agent = await centre.agent();
      const page = await open(centre, agent, path);
      await centre.inbound(number, agent).end();
      await expect(logButton(page)).toBeVisible();
      return { agent, page };
    });
  },
});

/** The first admin of a centre, who has signed up when it opens. */
export function adminOf(centre: Centre): Account {
  if (!centre.admin) throw new Error('this centre was opened without its admin');
  return centre.admin;
}

async function signedIn(browser: Browser, centre: Centre, { login, password }: Account, viewport: Size): Promise<Page> {
  const context = await browser.newContext({ viewport });
  const answer = await context.request.post(`${centre.url}/api/v1/session`, { data: { login, password } });
  expect(answer.ok()).toBe(true);
  return context.newPage();
}

/** A refused answer or a cut connection is part of some tests; a broken policy or script never is. */
function watch(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|TrustedHTML/.test(message.text())) complaints.push(message.text());
  });
}

export { caseLine, clean, codeBox, doNotLogButton, inspect, notesBox, notice, options, partyBox } from '../ui/stage.ts';
export { expect, logButton };
