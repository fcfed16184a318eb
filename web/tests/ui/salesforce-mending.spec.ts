import type { Locator, Page } from '@playwright/test';
import { byField } from '../mock/crm.ts';
import { inspectEach, expect, test } from './stage.ts';

const LEAD = 'Ana Ruiz Prieto';

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 1200 });
  mock.signedIn = mock.users[2] ?? null;
  mock.stuck = structuredClone(byField);
});

const rows = (page: Page): Locator => page.getByRole('table', { name: 'Refused by Salesforce' }).getByRole('row');
const edit = (page: Page, name: string): Promise<void> => rows(page).filter({ hasText: name }).getByRole('button', { name: 'Edit' }).click();

test('a record that was refused is put right in place: the field that Salesforce named has the focus and its words', async ({ page, mock, openApp }) => {
  await openApp('/admin/salesforce');
  await edit(page, LEAD);
  const form = page.getByRole('group', { name: `Put right: ${LEAD}` });
  const email = form.getByRole('textbox', { name: 'E-mail' });
  await expect(email).toBeFocused();
  await expect(email).toHaveAccessibleDescription('Email: invalid email address: ana@');
  await expect(page.getByText('Salesforce names Lead.Region__c, which is not filled in from here')).toBeVisible();
  await email.fill('ana@prieto.example');
  await email.press('Enter');
  await expect(page.getByText('Saved; it is tried again.')).toBeAttached();
  await expect(rows(page).filter({ hasText: LEAD })).toHaveCount(0);
  const asked = mock.seen.filter((one) => one.method === 'PATCH').map((one) => [one.path, one.body]);
  expect(asked).toEqual([[expect.stringMatching(/crm\/stuck\/person\/p-lead$/), { version: 1, email: 'ana@prieto.example' }]]);
});

test('a Case is put right the same way, and its lists are marked as well', async ({ page, mock, openApp }) => {
  await openApp('/admin/salesforce');
  await edit(page, 'Factura');
  const priority = page.getByRole('combobox', { name: 'Priority' });
  await expect(priority).toBeFocused();
  await expect(priority).toHaveAccessibleDescription('Priority: bad value');
  await priority.selectOption('low');
  await page.getByRole('button', { name: 'Save and try again' }).click();
  await expect(rows(page).filter({ hasText: 'Factura' })).toHaveCount(0);
  expect(mock.cases[0]?.priority).toBe('low');
});

test('what somebody else saved meanwhile is shown, and nothing typed is lost', async ({ page, mock, openApp }) => {
  await openApp('/admin/salesforce');
  await edit(page, LEAD);
  const lead = mock.people.find(({ id }) => id === 'p-lead');
  if (lead) Object.assign(lead, { email: 'prieto@elsewhere.example', version: 2 });
  const email = page.getByRole('textbox', { name: 'E-mail' });
  await email.fill('ana@prieto.example');
  await page.getByRole('button', { name: 'Save and try again' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'prieto@elsewhere.example' })).toBeVisible();
  await page.getByRole('button', { name: /Keep mine/i }).click();
  await page.getByRole('button', { name: 'Save and try again' }).click();
  await expect(rows(page).filter({ hasText: LEAD })).toHaveCount(0);
  expect(lead?.email).toBe('ana@prieto.example');
});

test('cancelling leads back to where it was begun, and nothing is asked', async ({ page, mock, openApp }) => {
  await openApp('/admin/salesforce');
  await edit(page, LEAD);
  await page.getByRole('group', { name: `Put right: ${LEAD}` }).getByRole('button', { name: 'Cancel' }).click();
  await expect(rows(page).filter({ hasText: LEAD }).getByRole('button', { name: 'Edit' })).toBeFocused();
  expect(mock.seen.filter((one) => one.method === 'PATCH')).toEqual([]);
});

test('a call is put right by the correction of its wrap-up', async ({ page, mock, openApp }) => {
  const call = mock.history.find((one) => one.outcome === 'logged');
  mock.stuck = [{ ...structuredClone(byField[0]!), kind: 'activity', id: call?.id ?? '', name: '+34600123456', object: 'Task', fields: ['Description'], said: 'Notes are required' }];
  await openApp('/admin/salesforce');
  await rows(page).filter({ hasText: '+34600123456' }).getByRole('button', { name: 'Correct the call' }).click();
  await expect(page).toHaveURL(new RegExp(`#/activities/${call?.id}$`));
  await expect(page.getByRole('button', { name: 'Save correction' })).toBeVisible();
});

test('the form can be read and used in both languages, wide and narrow', async ({ page, openApp }) => {
  await openApp('/admin/salesforce');
  await edit(page, LEAD);
  await inspectEach(page, 'salesforce-mending', async () => {
    await expect(page.getByRole('group', { name: /Put right|Corregir/ })).toBeVisible();
  });
});
