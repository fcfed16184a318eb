/** The panel in an org's page with that org behind it: what is in front there, what is opened there, and what is there in the end. */
import type { Frame, Page } from '@playwright/test';
import type { AgentAccount } from './centre.ts';
import type { FramedCentre } from './framed.ts';
import { test as base } from './framed.ts';
import { SalesforceOrg } from './salesforce-org.ts';
import { caseLine, codeBox, expect, logButton, notesBox, notice } from './stage.ts';

type World = { org: SalesforceOrg; framed: FramedCentre; number: string; contact: string; invoice: string; delivery: string };

const test = base.extend<{ world: World }>({
  world: async ({ frameCentre }, use) => {
    const org = await SalesforceOrg.start();
    const number = '+34600987654';
    const contact = await org.create('Contact', { FirstName: 'Ana', LastName: 'Ruiz', MobilePhone: '600 98 76 54' });
    const invoice = await org.create('Case', { Subject: 'Invoice', ContactId: contact });
    const delivery = await org.create('Case', { Subject: 'Delivery', ContactId: contact });
    const records = [
      { id: contact, objectType: 'Contact', name: 'Ana Ruiz' },
      { id: invoice, objectType: 'Case', name: 'Invoice' },
      { id: delivery, objectType: 'Case', name: 'Delivery' },
    ];
    const framed = await frameCentre(records, { crm: org });
    await expect.poll(() => framed.centre.rows.all('SELECT 1 FROM case_record')).toHaveLength(2);
    await use({ org, framed, number, contact, invoice, delivery });
    await org.stop();
  },
});

/** A new agent talks to the caller, whose one record the org's own console opens, and owes the wrap-up. */
async function talked(page: Page, { framed, number }: World): Promise<{ agent: AgentAccount; frame: Frame }> {
  const agent = await framed.centre.agent();
  framed.user = agent.login;
  const frame = await framed.show(page);
  await expect(frame.getByRole('heading', { name: 'No call right now' })).toBeVisible();
  const call = framed.centre.inbound(number, agent);
  await call.answer();
  await expect(page.getByRole('tab', { name: 'Ana Ruiz' })).toHaveAttribute('aria-selected', 'true');
  await call.end();
  await expect(logButton(frame)).toBeVisible();
  return { agent, frame };
}

/** The caller calls again; before Log `between` happens. */
async function talkAndLog({ framed, number }: World, agent: AgentAccount, frame: Frame, between: () => Promise<void>): Promise<void> {
  await framed.centre.inbound(number, agent).end();
  await expect(logButton(frame)).toBeVisible();
  await between();
  await codeBox(frame).press('1');
  // By the keyboard: to a page that was behind another one, which is closed, the browser of the test sends no more clicks into a frame.
  await codeBox(frame).press('Control+Enter');
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  await expect(logButton(frame)).toHaveCount(0);
}

const open = (page: Page, id: string): Promise<void> => page.evaluate((id) => (window as unknown as { openRecord: (id: string) => void }).openRecord(id), id);
/** The agent comes back to this window of the browser. */
const turnTo = (page: Page): Promise<boolean> => page.evaluate(() => dispatchEvent(new Event('focus')));
const refreshes = (page: Page): Promise<number> => page.evaluate(() => (window as unknown as { lightning: { refreshes: number } }).lightning.refreshes);
const CALLS = 'SELECT Contact__c, Case__c, Notes__c, Outcome__c FROM Call_Activity__c';

test('p08_framed_the_case_in_front_in_the_org_is_related_there', async ({ page, world }) => {
  const { org, contact, invoice } = world;
  const { frame } = await talked(page, world);
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
  const { frame } = await talked(page, world);
  await codeBox(frame).press('1');
  await logButton(frame).click();
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  await expect.poll(() => org.query(CALLS)).toMatchObject([{ Contact__c: contact, Case__c: null, Outcome__c: 'logged' }]);
});

test('p09_framed_of_several_tabs_the_case_of_the_one_used_last_is_offered_and_related_there_only_when_confirmed', async ({ page, context, world }) => {
  const { org, framed, number, contact, invoice, delivery } = world;
  const { agent, frame } = await talked(page, world);
  const other = await context.newPage();
  await expect(logButton(await framed.show(other, invoice))).toBeVisible();
  const offer = caseLine(frame).getByRole('button', { name: /^Relate to / });
  await open(other, invoice);
  await expect(caseLine(frame)).toContainText('You have Bitácora open in more than one window');
  await expect(offer).toHaveAccessibleName(/Invoice/);
  await open(page, delivery);
  await expect(offer).toHaveAccessibleName(/Delivery/);
  await turnTo(other);
  await expect(offer).toHaveAccessibleName(/Invoice/);

  // Offered is not related, not even the Case in front of this very tab.
  await codeBox(frame).press('1');
  await logButton(frame).click();
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  await expect.poll(() => org.query(CALLS)).toMatchObject([{ Contact__c: contact, Case__c: null }]);
  expect(framed.centre.rows.relatedBy(number)).toMatchObject([{ decision: 'not_related', why: 'several_panels' }]);
  expect(await org.query('SELECT WhoId, WhatId FROM Task')).toMatchObject([{ WhoId: contact, WhatId: null }]);

  await talkAndLog(world, agent, frame, async () => {
    await turnTo(other);
    await caseLine(frame).getByRole('button', { name: /^Relate to .*Invoice/ }).click();
    await expect(caseLine(frame)).toContainText('You chose it.');
  });
  await expect.poll(() => org.query(`SELECT Contact__c FROM Call_Activity__c WHERE Case__c = '${invoice}'`)).toMatchObject([{ Contact__c: contact }]);
  expect(framed.centre.rows.relatedBy(number).at(-1)).toMatchObject({ decision: 'related', rule: 'picked' });
  expect(await org.query(`SELECT WhoId FROM Task WHERE WhatId = '${invoice}'`)).toMatchObject([{ WhoId: contact }]);

  // With one tab again what is in front of it counts by itself.
  await other.close();
  await talkAndLog(world, agent, frame, async () => {
    await open(page, delivery);
    await expect(caseLine(frame)).toContainText('It is the Case on your screen.');
  });
  await expect.poll(() => org.query(`SELECT Contact__c FROM Call_Activity__c WHERE Case__c = '${delivery}'`)).toMatchObject([{ Contact__c: contact }]);
  expect(framed.centre.rows.relatedBy(number).at(-1)).toMatchObject({ decision: 'related', rule: 'in_view_inbound' });
});

test('p11_framed_a_caller_who_gave_up_is_on_their_record_there', async ({ world }) => {
  const { org, framed, number, contact } = world;
  const agent = await framed.centre.agent();
  await framed.centre.play('s05_abandoned_ringing', number, agent).end();
  await expect.poll(() => org.query(CALLS)).toMatchObject([{ Contact__c: contact, Outcome__c: 'no_wrapup', Notes__c: null }]);
  expect(await org.query('SELECT Id FROM Task')).toEqual([]);
});
