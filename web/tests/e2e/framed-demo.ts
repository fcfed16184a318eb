/**
 * A page like a Lightning console that frames the panel of the demo, with the demo's emulated org behind: its phone system
 * dials when it is told to. An agent signs in by the window, as where an org gives no word about its users.
 */
import type { BrowserContext, Frame, Page } from '@playwright/test';
import { Lightning, type OrgRecord } from '../lightning/server.ts';
import { DEMO_PASSWORD, withDemo } from './demo.ts';
import { panelIn } from './framed.ts';
import type { Rows } from './rows.ts';
import { SalesforceOrg } from './salesforce-org.ts';
import { codeBox, expect, logButton, notice, test as base } from './stage.ts';

/** Nobody calls by themselves, and whoever is dialled talks fast. */
const QUIET = ['--past-days', '0', '--calls-per-minute', '0.0001', '--speed', '40', '--crm', 'salesforce-emulator', '--people', '0'];
const WINDOW = { width: 1280, height: 860 };
const AGENT = 'lucia';
/** What the org answers of a call there, by the fields in question. */
const LINKS = 'Contact__c, Lead__c, Account__c, Case__c, Direction__c, Outcome__c';

export class FramedDemo {
  #numbers = 0;
  private constructor(
    readonly rows: Rows,
    readonly org: SalesforceOrg,
    readonly lightning: Lightning,
    /** The records that the console shows; whatever is made is one of them. */
    private readonly shown: OrgRecord[],
  ) {}

  /** Until `work` is done. */
  static async during(work: (demo: FramedDemo) => Promise<void>): Promise<void> {
    const shown: OrgRecord[] = [];
    const lightning = new Lightning({ records: shown });
    const origin = await lightning.listen();
    await withDemo([...QUIET, '--lightning-origin', origin], async (url, rows, _stop, printed) => {
      const org = await SalesforceOrg.at(await printed.line(/mirrors a Salesforce org at (\S+)/));
      lightning.frames(`http://localhost:${new URL(url).port}/panel?host=opencti&lang=en`);
      await work(new FramedDemo(rows, org, lightning, shown));
    });
    await lightning.close();
  }

  /** A number that nobody has yet: as it stands on a record, and as it is dialled. */
  number(): { written: string; dialled: string } {
    this.#numbers += 1;
    const last = String(100 + this.#numbers);
    return { written: `699 11 2${last[0]} ${last.slice(1)}`, dialled: `+3469911 2${last}`.replace(' ', '') };
  }

  /** A record of the org, in its console and in the mirror; `also` is what the console says beside it. */
  async record(objectType: string, fields: Record<string, unknown>, also: Omit<OrgRecord, 'id' | 'objectType'>): Promise<OrgRecord> {
    const record = { id: await this.org.create(objectType, fields), objectType, ...also };
    this.shown.push(record);
    await expect.poll(() => this.rows.idsHere([record.id])[record.id]).toBeDefined();
    return record;
  }

  /** What a record is called here. */
  here({ id }: OrgRecord): string {
    const found = this.rows.idsHere([id])[id];
    if (!found) throw new Error(`${id} is not mirrored`);
    return found;
  }

  /** The console in this page with a record in front, and the agent in the panel within. */
  async show(page: Page, record: OrgRecord): Promise<Frame> {
    await page.setViewportSize(WINDOW);
    await page.goto(`${this.lightning.origin}/lightning?record=${record.id}`);
    return panelIn(page);
  }

  /** The calls with a number, as the org has them. */
  callsThere(dialled: string): Promise<Record<string, unknown>[]> {
    return this.org.query(`SELECT ${LINKS} FROM Call_Activity__c WHERE Customer_Number__c = '${dialled}'`);
  }

  /** The Tasks of those calls. */
  async tasksThere(who: string | null, what: string | null): Promise<Record<string, unknown>[]> {
    const of = (id: string | null): string => (id === null ? 'null' : `'${id}'`);
    return this.org.query(`SELECT Status, CallType FROM Task WHERE WhoId = ${of(who)} AND WhatId = ${of(what)}`);
  }
}

type Worker = { demo: FramedDemo };
type Stage = {
  /** The agent's panel in this page, or in another tab of the same browser, with a record in front; signed in. */
  agentAt: (record: OrgRecord, page?: Page) => Promise<Frame>;
};

export const test = base.extend<Stage, Worker>({
  demo: [async ({}, use) => FramedDemo.during(use), { scope: 'worker' }],
  agentAt: async ({ demo, page: first, context }, use) => {
    await use(async (record, page = first) => {
      const frame = await demo.show(page, record);
      const button = frame.getByRole('button', { name: 'Sign in in a window' });
      const idle = frame.getByRole('heading', { name: 'No call right now' });
      await expect(button.or(idle).or(logButton(frame)).first()).toBeVisible();
      if (await button.isVisible()) await signIn(context, () => button.click());
      await expect(idle.or(logButton(frame)).first()).toBeVisible();
      return frame;
    });
  },
});

async function signIn(context: BrowserContext, open: () => Promise<void>): Promise<void> {
  const opened = context.waitForEvent('page');
  await open();
  const window = await opened;
  await window.getByRole('textbox', { name: 'User name' }).fill(AGENT);
  await window.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD);
  await window.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** The record of the org comes to the front of its console. */
export const bringUp = (page: Page, { id }: OrgRecord): Promise<void> =>
  page.evaluate((id) => (window as unknown as { openRecord: (id: string) => void }).openRecord(id), id);

/** The number on the record in front is clicked; whether or not somebody answers, the agent owes a wrap-up in the end. */
export async function dial(page: Page, frame: Frame, written: string): Promise<void> {
  await page.getByRole('button', { name: written, exact: true }).click();
  await expect(logButton(frame)).toBeVisible({ timeout: 60_000 });
}

export async function log(frame: Frame, on: string): Promise<void> {
  await codeBox(frame).press('1');
  await logButton(frame).click();
  await expect(notice(frame, `Logged on ${on}.`)).toBeVisible();
}
