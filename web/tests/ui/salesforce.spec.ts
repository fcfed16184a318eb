import { inspectEach, expect, test } from './stage.ts';

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 1200 });
  mock.signedIn = mock.users[2] ?? null;
});

test('how both ways go, what is left of the day and how far the first load is', async ({ page, openApp }) => {
  await openApp('/admin/salesforce');
  const main = page.getByRole('main');
  await expect(main).toContainText('Organisation 00D000000000001EAA');
  await expect(main).toContainText(/Calls to Salesforce: not since .*12 wait/);
  await expect(main).toContainText('The API calls of a day are used up.');
  await expect(main).toContainText('14,980 of 15,000');
  await expect(main).toContainText('420,000 of 1,000,000 read');
});

test('whoever is like another can be that one, and what a rule refused is tried again', async ({ page, mock, openApp }) => {
  await openApp('/admin/salesforce');
  const rows = page.getByRole('table', { name: 'Refused by Salesforce' }).getByRole('row');
  await expect(rows.filter({ hasText: '+34600123456' })).toContainText('Notes are required');
  await expect(rows.filter({ hasText: '+34600123456' })).toContainText('Call_Activity__c.Notes__c');
  await rows.filter({ hasText: 'Ana Ruiz' }).getByRole('button', { name: 'Use Ana Ruiz Gil' }).click();
  await expect(page.getByText('That record is used from now on.')).toBeAttached();
  await expect(rows.filter({ hasText: 'Ana Ruiz' })).toHaveCount(0);
  await rows.filter({ hasText: '+34600123456' }).getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('Salesforce has refused nothing.')).toBeVisible();
  const asked = mock.seen.filter((one) => one.path.includes('/crm/stuck/')).map((one) => [one.path, one.body]);
  expect(asked).toEqual([
    [expect.stringMatching(/stuck\/person\/p-ana\/take$/), { record: '003000000000001AAA' }],
    [expect.stringMatching(/stuck\/activity\/a-1\/again$/), {}],
  ]);
});

test('who is who follows from the logins until somebody chooses', async ({ page, openApp }) => {
  await openApp('/admin/salesforce');
  const otto = page.getByRole('combobox', { name: /Otto Lang/ });
  await expect(page.getByRole('combobox', { name: /Lucía Herrero/ })).toHaveValue('u-ana');
  await expect(otto).toHaveValue('');
  await otto.selectOption({ label: 'Admin Demo' });
  await expect(otto).toHaveValue('u-adm');
});

test('the set-up is checked, and each finding says what to do', async ({ page, openApp }) => {
  await openApp('/admin/salesforce');
  await page.getByRole('button', { name: 'Check the set-up' }).click();
  await expect(page.getByText('Call_Activity__c.Case__c is not there or hidden')).toBeVisible();
});

test('without an org the page says so', async ({ page, mock, openApp }) => {
  mock.crm = null;
  await openApp('/admin/salesforce');
  await expect(page.getByText('No Salesforce org is connected.')).toBeVisible();
});

test('the page can be read and used in both languages, wide and narrow', async ({ page, openApp }) => {
  await openApp('/admin/salesforce');
  await inspectEach(page, 'salesforce', async () => {
    await expect(page.getByRole('combobox').first()).toBeVisible();
  });
});
