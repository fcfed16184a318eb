import type { Frame, Page } from '@playwright/test';
import { Lightning, type OrgRecord } from '../lightning/server.ts';
import type { AgentAccount, Centre, Settings } from './centre.ts';
import { OrgWord } from './org.ts';
import { expect, logButton, test as base } from './stage.ts';

const WINDOW = { width: 1280, height: 860 };

/** An org whose console frames the panel of a centre, on another site than that. */
export class FramedCentre {
  /** Whose page it is, where the org says so. */
  user: string | null = null;
  private constructor(
    readonly centre: Centre,
    readonly lightning: Lightning,
  ) {}

  static async open(openCentre: (settings: Settings) => Promise<Centre>, word: OrgWord, records: OrgRecord[], settings: Settings): Promise<FramedCentre> {
    let framed: FramedCentre | null = null;
    const says = (): string | null => (framed?.user ? word.assertion(framed.user, framed.centre.url, settings.crm?.organisation) : null);
    const lightning = new Lightning({ records, assertion: says });
    const org = { lightning: await lightning.listen(), organisation: settings.crm?.organisation ?? word.organisation, certificate: word.certificate };
    const centre = await openCentre({ ...settings, org });
    framed = new FramedCentre(centre, lightning);
    lightning.frames(`http://localhost:${new URL(centre.url).port}/panel?host=opencti&lang=en`);
    return framed;
  }

  /** The console in this page, and the panel in its utility bar. */
  async show(page: Page, record?: string): Promise<Frame> {
    await page.goto(`${this.lightning.origin}/lightning${record ? `?record=${record}` : ''}`);
    return panelIn(page);
  }
}

export async function panelIn(page: Page): Promise<Frame> {
  const frame = await (await page.waitForSelector('iframe')).contentFrame();
  if (!frame) throw new Error('the panel is not framed');
  await frame.waitForURL(/\/panel\?host=opencti/);
  return frame;
}

type Stage = {
  frameCentre: (records?: OrgRecord[], settings?: Settings) => Promise<FramedCentre>;
  /** The org's page of a new agent who has just talked to this number and owes the wrap-up. */
  afterFramedCall: (framed: FramedCentre, number: string) => Promise<{ agent: AgentAccount; frame: Frame }>;
};

export const test = base.extend<Stage>({
  frameCentre: async ({ openCentre, page }, use) => {
    await page.setViewportSize(WINDOW);
    const word = new OrgWord();
    const opened: FramedCentre[] = [];
    await use(async (records = [], settings = {}) => {
      const framed = await FramedCentre.open(openCentre, word, records, settings);
      opened.push(framed);
      return framed;
    });
    for (const { lightning } of opened) await lightning.close();
    word.close();
  },
  afterFramedCall: async ({ page }, use) => {
    await use(async (framed, number) => {
      const agent = await framed.centre.agent();
      framed.user = agent.login;
      const frame = await framed.show(page);
      await expect(frame.getByRole('heading', { name: 'No call right now' })).toBeVisible();
      await framed.centre.inbound(number, agent).end();
      await expect(logButton(frame)).toBeVisible();
      return { agent, frame };
    });
  },
});
