import { expect, inspectEach, test } from './stage.ts';

test('settings are tried on the last calls before they are saved, and what differs is listed with its calls', async ({ page, mock, openApp }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  mock.signedIn = mock.users[2] ?? null;
  await openApp('/admin/centre');
  const card = page.getByRole('region', { name: 'Try on the last calls' });
  await page.getByRole('button', { name: 'Try on the last calls' }).click();
  await expect(card.getByRole('status')).toContainText('Nothing would differ in the last 500 calls.');
  await page.getByRole('group', { name: 'Inbound', exact: true }).getByRole('combobox', { name: 'Make' }).selectOption('No record');
  await expect(card.getByRole('status')).toContainText('The settings were changed since: try again.');
  await card.getByRole('combobox', { name: 'Calls' }).selectOption('2000');
  await card.getByRole('button', { name: 'Try' }).press('Enter');
  await expect(card.getByRole('status')).toContainText('Something would differ in 215 of the last 2,000 calls.');
  expect(mock.of('POST', /^\/centre\/dry-run$/).at(-1)?.body).toMatchObject({ calls: 2000, centre: { auto_create: { inbound: { make: 'none' } } } });
  const row = (name: string | RegExp) => card.getByRole('row', { name });
  await expect(row(/^Contacts made 90 0/)).toBeVisible();
  await expect(row(/^Wrap-ups: closed without a code 0 195/)).toBeVisible();
  await expect(row(/After Call Work, total 4:32:20 2:44:30/)).toBeVisible();
  const calls = card.getByRole('table', { name: 'Calls that differ' });
  await expect(calls.getByRole('row').nth(2)).toHaveText(/Wrap-up\s*in time, 1:35\s*→?\s*closed without a code, 0:30/);
  await expect(calls.getByRole('row').nth(3)).toContainText(/2 records to choose from.*Ana Ruiz/s);
  await expect(calls.getByRole('link')).toHaveCount(2);
  expect(mock.of('PUT', /^\/centre$/)).toEqual([]);
  await inspectEach(page, 'dry-run');
});
