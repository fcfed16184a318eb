import type { Page } from '@playwright/test';
import type { Case, Person } from '../../src/lib/api/contract.ts';
import type { AgentAccount, Centre } from './centre.ts';
import { caseLine, codeBox, expect, logButton, notice, test } from './stage.ts';

/** A customer with a Case, and an agent whose console shows what `path` says. */
async function stage(centre: Centre): Promise<{ number: string; person: Person; invoice: Case; agent: AgentAccount }> {
  const number = centre.number();
  const person = await centre.person('contact', 'Ana Ruiz', number);
  const invoice = await centre.case('Invoice', person.id);
  return { number, person, invoice, agent: await centre.agent() };
}

/** The agent has talked to the number and logs with the first code. */
async function talkAndLog(centre: Centre, page: Page, number: string, agent: AgentAccount, before: () => Promise<void>): Promise<void> {
  await centre.inbound(number, agent).end();
  await expect(logButton(page)).toBeVisible();
  await before();
  await codeBox(page).press('1');
  await page.keyboard.press('Control+Enter');
}

test('p08_inbound_is_related_to_the_case_on_screen_at_submit', async ({ centre, open }) => {
  const { number, invoice, agent } = await stage(centre);
  const page = await open(centre, agent, `?lang=en#/cases/${invoice.id}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Invoice' })).toBeVisible();
  await centre.inbound(number, agent).end();
  await expect(logButton(page)).toBeVisible();
  // The match has opened the person's record: the agent goes back to the Case.
  await page.getByRole('tab', { name: /Invoice/ }).click();
  await expect(caseLine(page)).toContainText('It is the Case on your screen.');
  await codeBox(page).press('1');
  await logButton(page).click();
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  await expect.poll(() => centre.rows.relatedTo(invoice.id)).toHaveLength(1);
  await expect(page.getByRole('table', { name: 'Calls' }).getByRole('row')).toHaveCount(2);
});

test('p08_inbound_with_another_record_on_screen_is_related_to_no_case', async ({ centre, open }) => {
  const { number, person, invoice, agent } = await stage(centre);
  const page = await open(centre, agent, `?lang=en#/people/${person.id}`);
  await talkAndLog(centre, page, number, agent, async () => {
    await expect(caseLine(page)).toContainText('No Case will be related');
  });
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(centre.rows.relatedTo(invoice.id)).toEqual([]);
});

test('p08_a_case_of_somebody_else_on_screen_is_offered_and_not_related', async ({ centre, open }) => {
  const { number, invoice, agent } = await stage(centre);
  const bruno = await centre.person('contact', 'Bruno Salas', centre.number());
  const his = await centre.case('Delivery', bruno.id);
  const page = await open(centre, agent, `?lang=en#/cases/${his.id}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Delivery' })).toBeVisible();
  await talkAndLog(centre, page, number, agent, async () => {
    await page.getByRole('tab', { name: /Delivery/ }).click();
    await expect(caseLine(page)).toContainText('No Case will be related');
  });
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect([invoice, his].flatMap(({ id }) => centre.rows.relatedTo(id))).toEqual([]);
});

test('p09_two_panels_relate_nothing_by_themselves_and_what_is_offered_when_taken', async ({ centre, open }) => {
  const { number, invoice, agent } = await stage(centre);
  const page = await open(centre, agent, `?lang=en#/cases/${invoice.id}`);
  await open(centre, agent, '?lang=en#/people');
  await centre.inbound(number, agent).end();
  await expect(logButton(page)).toBeVisible();
  await expect(caseLine(page)).toContainText('No Case will be related');
  await codeBox(page).press('1');
  await logButton(page).click();
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(centre.rows.relatedTo(invoice.id)).toEqual([]);

  await talkAndLog(centre, page, number, agent, async () => {
    await caseLine(page)
      .getByRole('button', { name: /Relate to .*Invoice/ })
      .click();
    await expect(caseLine(page)).toContainText('You chose it.');
  });
  await expect.poll(() => centre.rows.relatedTo(invoice.id)).toHaveLength(1);
});

test('p10_a_case_that_is_not_saved_is_warned_about_and_related_once_it_is', async ({ centre, open }) => {
  const { number, person, agent } = await stage(centre);
  const page = await open(centre, agent, `?lang=en#/cases/new?contact=${person.id}`);
  await page.getByRole('textbox', { name: 'Subject' }).fill('Delivery');
  await centre.inbound(number, agent).end();
  await expect(logButton(page)).toBeVisible();
  await page.getByRole('tab', { name: /New Case/ }).click();
  await codeBox(page).press('1');
  await logButton(page).click();
  await expect(page.getByRole('alertdialog')).toContainText('New Case');
  await page.getByRole('button', { name: 'Go back and save' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(caseLine(page)).toContainText('It is the Case on your screen.');
  await logButton(page).click();
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  const [made] = centre.rows.casesOf(person.id).filter(({ subject }) => subject === 'Delivery');
  await expect.poll(() => centre.rows.relatedTo(made?.id ?? '')).toHaveLength(1);
});

test('p10_a_case_that_is_not_saved_is_not_related_where_the_agent_logs_all_the_same', async ({ centre, open }) => {
  const { number, person, invoice, agent } = await stage(centre);
  // Another Case of the customer was on screen before: it is not taken for the one that is being made.
  const page = await open(centre, agent, `?lang=en#/cases/${invoice.id}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Invoice' })).toBeVisible();
  await page.evaluate((hash) => void (location.hash = hash), `#/cases/new?contact=${person.id}`);
  await page.getByRole('textbox', { name: 'Subject' }).fill('Delivery');
  await centre.inbound(number, agent).end();
  await expect(logButton(page)).toBeVisible();
  await page.getByRole('tab', { name: /New Case/ }).click();
  await codeBox(page).press('1');
  await logButton(page).click();
  await page.getByRole('button', { name: 'Log anyway' }).click();
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  const cases = centre.rows.casesOf(person.id);
  expect(cases.map(({ subject }) => subject)).not.toContain('Delivery');
  expect(cases.flatMap(({ id }) => centre.rows.relatedTo(id))).toEqual([]);
  // What was typed into the Case is still there to be saved.
  await expect(page.getByRole('textbox', { name: 'Subject' })).toHaveValue('Delivery');
});
