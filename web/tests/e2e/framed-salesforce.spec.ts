/** The panel in an org's page with that org behind it: what is in front there, what is opened there, and what is there in the end. */
import type { Frame, Page } from '@playwright/test';
import type { FramedCentre } from './framed.ts';
import { test as base } from './framed.ts';
import { SalesforceOrg } from './salesforce-org.ts';
import { caseLine, codeBox, expect, logButton, notesBox, notice } from './stage.ts';

type World = { org: SalesforceOrg; framed: FramedCentre; number: string; contact: string; invoice: string };

const test = base.extend<{ world: World }>({
  world: async ({ frameCentre }, use) => {
    const org = await SalesforceOrg.start();
    const number = '+34600987654';
    const contact = await org.create('Contact', { FirstName: 'Ana', LastName: 'Ruiz', MobilePhone: '600 98 76 54' });
    const invoice = await org.create('Case', { Subject: 'Invoice', ContactId: contact });
    const records = [
      { id: contact, objectType: 'Contact', name: 'Ana Ruiz' },
      { id: invoice, objectType: 'Case', name: 'Invoice' },
    ];
    const framed = await frameCentre(records, { crm: org });
    await expect.poll(() => framed.centre.rows.all('SELECT 1 FROM case_record')).toHaveLength(1);
    await use({ org, framed, number, contact, invoice });
    await org.stop();
  },
});

/** A new agent talks to the caller, whose one record the org's own console opens, and owes the wrap-up. */
async function talked(page: Page, { framed, number }: World): Promise<Frame> {
  const agent = await framed.centre.agent();
  framed.user = agent.login;
  const frame = await framed.show(page);
  await expect(frame.getByRole('heading', { name: 'No call right now' })).toBeVisible();
  const call = framed.centre.inbound(number, agent);
  await call.answer();
  await expect(page.getByRole('tab', { name: 'Ana Ruiz' })).toHaveAttribute('aria-selected', 'true');
  await call.end();
  await expect(logButton(frame)).toBeVisible();
  return frame;
}

const open = (page: Page, id: string): Promise<void> => page.evaluate((id) => (window as unknown as { openRecord: (id: string) => void }).openRecord(id), id);
const refreshes = (page: Page): Promise<number> => page.evaluate(() => (window as unknown as { lightning: { refreshes: number } }).lightning.refreshes);
const CALLS = 'SELECT Contact__c, Case__c, Notes__c, Outcome__c FROM Call_Activity__c';

test('p08_framed_the_case_in_front_in_the_org_is_related_there', async ({ page, world }) => {
  const { org, contact, invoice } = world;
  const frame = await talked(page, world);
  await open(page, invoice);
  await expect(caseLine(frame)).toContainText('It is the Case on your screen.');
  await codeBox(frame).press('1');
  await notesBox(frame).fill('Wants it again.');
  const before = await refreshes(page);
  await logButton(frame).click();
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  await expect.poll(() => org.query(CALLS)).toMatchObject([{ Contact__c: contact, Case__c: invoice, Notes__c: 'Wants it again.', Outcome__c: 'logged' }]);
  expect(await org.query('SELECT WhoId, WhatId, Status FROM Task')).toMatchObject([{ WhoId: contact, WhatId: invoice, Status: 'Completed' }]);
  // Once it is there, the page is asked to show it.
  await expect.poll(() => refreshes(page)).toBeGreaterThan(before);
});

test('p08_framed_with_another_record_in_front_no_case_is_related_there', async ({ page, world }) => {
  const { org, contact } = world;
  const frame = await talked(page, world);
  await codeBox(frame).press('1');
  await logButton(frame).click();
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  await expect.poll(() => org.query(CALLS)).toMatchObject([{ Contact__c: contact, Case__c: null, Outcome__c: 'logged' }]);
});

test('p11_framed_a_caller_who_gave_up_is_on_their_record_there', async ({ world }) => {
  const { org, framed, number, contact } = world;
  const agent = await framed.centre.agent();
  await framed.centre.play('s05_abandoned_ringing', number, agent).end();
  await expect.poll(() => org.query(CALLS)).toMatchObject([{ Contact__c: contact, Outcome__c: 'no_wrapup', Notes__c: null }]);
  expect(await org.query('SELECT Id FROM Task')).toEqual([]);
});
