import type { Page } from '@playwright/test';
import { expect, inspectEach, test } from './stage.ts';

const table = (page: Page, name: string | RegExp) => page.getByRole('table', { name });
const admin = (mock: { users: { role: string }[] }) => mock.users.find(({ role }) => role === 'admin');

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 1200 });
  mock.signedIn = mock.users[1] ?? null;
});

test('how callers were served is drawn and listed, says what it counts, and leaves as Parquet', async ({ page, mock, openApp }) => {
  await openApp('/reports/service?when=30d');
  await expect(page.getByRole('heading', { level: 1, name: 'Service' })).toBeVisible();
  const drawn = table(page, 'Service level and first-call resolution');
  await expect(drawn).toBeVisible();
  // Days whose time is not over yet are judged by nobody.
  await expect(drawn.locator('tbody tr').last().locator('td').nth(8)).toHaveText('—');
  const calls = await drawn.locator('tbody td:nth-of-type(1)').allTextContents();
  const ofGroups = await table(page, 'Service by ring group').locator('tbody td:nth-of-type(1)').allTextContents();
  const sum = (all: string[]) => all.reduce((sum, one) => sum + Number(one), 0);
  expect(sum(calls)).toBe(sum(ofGroups));
  await page.getByText('What is counted').click();
  await expect(page.getByText('within 20 seconds of their beginning, to the second')).toBeVisible();
  await inspectEach(page, 'app-service');
  await page.getByRole('button', { name: 'Export: Service by ring group' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Save as Parquet' }).click()]);
  expect(file.suggestedFilename()).toMatch(/^bitacora-service-by-ring-group-.*\.parquet$/);
  const sent = mock.of('POST', /^\/reports\/table/)[0]?.body as { columns: string[]; rows: unknown[][] };
  expect(sent.columns.slice(0, 3)).toEqual(['Ring group', 'Calls', 'In time']);
  expect(sent.rows.every((row) => row.length === sent.columns.length && typeof row[1] === 'number')).toBe(true);
});

test('a report is saved under a name, mailed at its time, and says what became of its mails', async ({ page, mock, openApp }) => {
  await openApp('/reports/calls?when=7d&per=hour');
  await page.getByRole('button', { name: 'Save this report' }).click();
  const form = page.getByRole('form', { name: 'Save this report' });
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByText('This field is required').or(form.locator('[aria-invalid=true]')).first()).toBeVisible();
  await form.getByRole('textbox', { name: 'Name' }).fill('Hours');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Hours has been saved.')).toBeVisible();
  expect(mock.savedReports.at(-1)).toMatchObject({ name: 'Hours', report: 'calls', query: { when: '7d', per: 'hour' }, schedule: null });

  await page.getByRole('navigation', { name: 'Reports' }).getByRole('link', { name: 'Saved' }).click();
  await expect(page.getByText('Every Monday at 08:00 · 1 reader')).toBeVisible();
  // What another shares can be looked at and not changed.
  await expect(page.getByRole('button', { name: 'Edit Códigos de la semana' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Edit Hours' }).click();
  const editor = page.getByRole('form', { name: 'Edit Hours' });
  await editor.getByRole('checkbox', { name: 'It is mailed by itself' }).press('Space');
  await editor.getByRole('button', { name: 'Save' }).click();
  await expect(editor.locator('.slds-has-error')).toHaveCount(1);
  await editor.getByLabel('How often').selectOption({ label: 'Every month' });
  await editor.getByLabel('On day').selectOption('31');
  await editor.getByRole('button', { name: /^To/ }).click();
  await editor.getByRole('checkbox', { name: /no address/ }).first().check();
  await page.keyboard.press('Escape');
  await inspectEach(page, 'app-saved-reports-edited');
  await editor.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Every month on day 31 at 08:00 · 1 reader')).toBeVisible();
  expect(mock.savedReports.at(-1)?.schedule).toMatchObject({ every: 'month', day: 31, weekday: null, hour: 8, language: 'en', form: 'csv' });

  await page.getByRole('button', { name: 'Mails of Códigos de la semana' }).click();
  const mails = table(page, 'Mails of Códigos de la semana');
  await expect(mails.getByRole('row').nth(1)).toContainText('The mail server refused it for now. The mail server said 451.');
  await expect(mails.getByRole('row').nth(1)).toContainText('Waiting already sent to 1 reader, 2 tries');
  await expect(mails.getByRole('row').nth(2)).toContainText('It may have come twice');
  await expect(mails.getByRole('row').nth(3)).toContainText('Sent 1 reader');
  await expect(mails.getByRole('row').nth(3)).toContainText('Marta Vidal: refused. See that the address is right. The mail server said: 550 5.1.1 <…>: no such mailbox');
  await expect(mails.getByRole('row').nth(3)).toContainText('Somebody who sees no reports any more: the address is none that mail is sent to.');
  await expect(mails.getByRole('row').nth(4)).toContainText('Given up');
  await expect(mails.getByRole('row').nth(4)).toContainText('Marta Vidal: the mail server did not take the letter. The address is not what it minds. The mail server said: 552 5.3.4 too big');
  await page.getByRole('button', { name: 'Mail Hours to me' }).click();
  await expect(page.getByText('It is on its way to you.')).toBeVisible();
  await inspectEach(page, 'app-saved-reports');
  await page.getByRole('button', { name: 'Remove Hours' }).click();
  await expect(page.getByText('Hours has been removed.')).toBeVisible();
  expect(mock.savedReports).toHaveLength(1);
});

test('an admin takes everything out, gives addresses, and is told where no mail is set up', async ({ page, mock, openApp }) => {
  mock.signedIn = (admin(mock) as typeof mock.signedIn) ?? null;
  mock.mailSetUp = false;
  await openApp('/admin/export');
  await expect(table(page, 'Export everything').locator('tbody tr')).toHaveCount(22);
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'People as Parquet' }).click()]);
  expect(file.suggestedFilename()).toBe('bitacora-people.parquet');
  await expect(page.getByText('bitacora-people.parquet has been saved.')).toBeVisible();
  await inspectEach(page, 'app-export');

  await openApp('/activities?outcome=logged');
  await page.getByRole('button', { name: 'Export the list' }).click();
  await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'CSV' }).click()]);
  expect(mock.of('GET', /^\/activities\.csv/)[0]?.path).toBe('/activities.csv?outcome=logged');

  await openApp('/reports/saved');
  await expect(page.getByText('No mail server is set up: nothing is mailed.')).toBeVisible();
  await page.getByRole('button', { name: 'Send me a test mail' }).click();
  await expect(page.getByText('The test mail was not sent. The mail server could not be reached, or broke off.')).toBeVisible();
  await openApp('/admin/users');
  await page.getByRole('button', { name: /^Edit / }).nth(1).click();
  await page.getByRole('textbox', { name: 'Address for reports' }).fill('sup@example.org');
  await page.keyboard.press('Enter');
  await expect.poll(() => mock.of('PATCH', /^\/users/)[0]?.body).toMatchObject({ email: 'sup@example.org' });
});
