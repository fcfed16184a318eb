import { expect, inspectEach, test } from './stage.ts';

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 1100 });
  mock.signedIn = mock.users[2] ?? null;
});

test('an admin adds a webhook, is shown its secret once, and says in words why an address is not taken', async ({ page, mock, openApp }) => {
  await openApp('/admin/webhooks');
  await page.getByRole('button', { name: 'Add a webhook' }).click();
  const form = page.getByRole('group', { name: 'Add a webhook' });
  await form.getByRole('textbox', { name: 'Name' }).fill('Billing');
  await form.getByRole('textbox', { name: 'Address' }).fill('http://billing.example/in');
  await form.getByRole('checkbox', { name: 'a call was missed' }).check();
  await form.getByRole('button', { name: 'Create' }).click();
  await expect(form.getByText('Only encrypted addresses are called: it has to begin with https://.')).toBeVisible();
  await form.getByRole('textbox', { name: 'Address' }).fill('https://billing.example/in');
  await form.getByRole('button', { name: 'Create' }).click();
  const secret = page.getByRole('textbox', { name: 'Secret' });
  await expect(secret).toHaveValue(/^whsec_/);
  await expect(secret).toBeFocused();
  await expect(page.getByRole('heading', { name: 'Billing', exact: true })).toBeVisible();
  expect(mock.seen.filter((one) => one.method === 'POST' && one.path === '/webhooks').at(-1)?.body).toMatchObject({ types: ['activity.logged', 'call.missed'] });
  await inspectEach(page, 'webhooks-secret');
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByText('whsec_')).toHaveCount(0);
  await expect(secret).toHaveCount(0);
});

test('what was given up is listed with the reason and told again, one or all since a day', async ({ page, mock, openApp }) => {
  await openApp('/admin/webhooks');
  const told = page.getByRole('list', { name: 'What it was told' });
  await expect(told.getByText('10 tries · no answer in time')).toBeVisible();
  await inspectEach(page, 'webhooks');
  await page.getByRole('combobox', { name: 'Show only' }).selectOption('given up');
  await expect(told.getByRole('listitem')).toHaveCount(1);
  await page.getByLabel('Tell again what was given up since').fill('2020-01-01');
  await page.getByRole('button', { name: 'Tell again', exact: true }).first().click();
  await expect(page.getByRole('status').filter({ hasText: '1 is told again' })).toBeAttached();
  await page.getByRole('combobox', { name: 'Show only' }).selectOption('All');
  await page.getByRole('button', { name: 'Tell again: msg_2' }).click();
  await expect(page.getByRole('button', { name: 'Tell again: msg_2' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Send a test: ERP' }).click();
  await expect(told.getByText('a test')).toBeVisible();
  await page.getByRole('button', { name: 'Switch off' }).click();
  await expect(page.getByRole('button', { name: 'Switch on' })).toBeVisible();
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Really remove' }).click();
  await expect(page.getByText('No program is told of calls.')).toBeVisible();
  expect(mock.webhooks).toEqual([]);
});
