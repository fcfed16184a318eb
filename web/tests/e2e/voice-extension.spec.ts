/**
 * The wrap-up in a Voice Extension: our components run in a console of Salesforce Voice, the server is the real one, and behind it is
 * an emulated org. The connector's frame is not there: it would be a second panel (P9).
 */
import type { Frame, Page } from '@playwright/test';
import type { AgentAccount } from './centre.ts';
import { test as base, type FramedCentre } from './framed.ts';
import { SalesforceOrg } from './salesforce-org.ts';
import { caseLine, codeBox, expect, logButton, notesBox, notice } from './stage.ts';

const VOICE_CALL = '0LQ000000000001AAA';
const CALL = 'call-1';
const CALLS = 'SELECT Contact__c, Case__c, Notes__c, Outcome__c FROM Call_Activity__c';

type World = { org: SalesforceOrg; framed: FramedCentre; number: string; contact: string; invoice: string };
const test = base.extend<{ world: World }>({
  world: async ({ frameCentre }, use) => {
    const org = await SalesforceOrg.start();
    const number = '+34600987654';
    const contact = await org.create('Contact', { FirstName: 'Ana', LastName: 'Ruiz', MobilePhone: '600 98 76 54' });
    const invoice = await org.create('Case', { Subject: 'Invoice', ContactId: contact });
    const records = [
      { id: VOICE_CALL, objectType: 'VoiceCall', name: 'VC-0001' },
      { id: contact, objectType: 'Contact', name: 'Ana Ruiz' },
      { id: invoice, objectType: 'Case', name: 'Invoice' },
    ];
    const framed = await frameCentre(records, { crm: org });
    await expect.poll(() => framed.centre.rows.all('SELECT 1 FROM case_record')).toHaveLength(1);
    await use({ org, framed, number, contact, invoice });
    await org.stop();
  },
});

type Console = { published: unknown[]; front: string };
const happens = (page: Page, type: string): Promise<void> =>
  page.evaluate(([type, call]) => (window as unknown as { happens: (type: string, call: string) => void }).happens(type, call), [type, CALL] as const);
const open = (page: Page, id: string): Promise<void> => page.evaluate((id) => (window as unknown as { openRecord: (id: string) => void }).openRecord(id), id);
const consoleOf = (page: Page): Promise<Console> =>
  page.evaluate(() => {
    const { published, front } = (window as unknown as { lightning: Console }).lightning;
    return { published, front };
  });

/** A new agent has the page of a call in front, with the extension beside it; the call is over and is to be summed up. */
async function talked(page: Page, { framed, number }: World): Promise<{ agent: AgentAccount; frame: Frame }> {
  const agent = await framed.centre.agent();
  framed.user = agent.login;
  await page.goto(`${framed.lightning.origin}/voice-extension`);
  const frame = await (await page.waitForSelector('iframe')).contentFrame();
  if (!frame) throw new Error('the component frames no panel');
  await expect(frame.getByRole('heading', { name: 'No call right now' })).toBeVisible();
  const call = framed.centre.inbound(number, agent);
  await call.ring();
  await happens(page, 'callstarted');
  await call.answer();
  await happens(page, 'callconnected');
  // Its one record is opened beside the call, not over it.
  await expect(page.getByRole('tab', { name: 'Ana Ruiz' })).toHaveAttribute('aria-selected', 'false');
  await notesBox(frame).fill('Wants it again.');
  await call.end();
  await happens(page, 'callended');
  await expect(logButton(frame)).toBeVisible();
  return { agent, frame };
}

test('p01_p02_p08_in_a_voice_extension_the_call_is_summed_up_and_the_case_in_front_is_related_there', async ({ page, world }) => {
  const { org, contact, invoice } = world;
  const { frame } = await talked(page, world);
  await expect(notesBox(frame)).toHaveValue('Wants it again.');
  await open(page, invoice);
  await expect(caseLine(frame)).toContainText('It is the Case on your screen.');
  if (process.env['BITACORA_SCREENS']) await page.screenshot({ path: `${process.env['BITACORA_SCREENS']}/voice-extension.png` });
  await logButton(frame).click();
  await expect(frame.getByText('Pick a disposition code.')).toBeVisible();
  await codeBox(frame).press('1');
  await logButton(frame).click();
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  await expect.poll(() => org.query(CALLS)).toMatchObject([{ Contact__c: contact, Case__c: invoice, Notes__c: 'Wants it again.', Outcome__c: 'logged' }]);
  expect(await org.query('SELECT WhoId, WhatId, Status FROM Task')).toMatchObject([{ WhoId: contact, WhatId: invoice, Status: 'Completed' }]);
  await expect.poll(async () => (await consoleOf(page)).published).toContainEqual({ channel: 'Bitacora_Calls__c', message: { recordIds: [] } });
  await happens(page, 'wrapupended');
  await expect(frame.getByRole('heading', { name: 'No call right now' })).toBeVisible();
});

test('p08_in_a_voice_extension_with_the_call_itself_in_front_no_case_is_related_there', async ({ page, world }) => {
  const { org, contact } = world;
  const { frame } = await talked(page, world);
  expect((await consoleOf(page)).front).toBe(VOICE_CALL);
  await codeBox(frame).press('1');
  await logButton(frame).click();
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  await expect.poll(() => org.query(CALLS)).toMatchObject([{ Contact__c: contact, Case__c: null, Outcome__c: 'logged' }]);
});
