import { ago } from '../mock/world.ts';
import { expect, inspectEach, test } from './stage.ts';

test('what of each day is in Salesforce is told, compared and sent again, in both languages', async ({ page, mock, openApp }) => {
  await page.setViewportSize({ width: 1280, height: 3200 });
  mock.signedIn = mock.users[1] ?? null;
  mock.ledgerCrm = { sent: 0, waiting: 1, refused: 1, deleted_there: 0, not_sent: 2 };
  await openApp('/reports/completeness');
  const card = page.getByRole('region', { name: 'In Salesforce' });
  const table = card.getByRole('table', { name: 'In Salesforce by day' });
  await expect(table.getByRole('row').last().getByRole('cell')).toHaveText(['607', '1', '2', '0', '1']);
  await expect(card.getByText('Refused: an admin sees why')).toBeVisible();
  // Each number leads to its Activities.
  await expect(table.getByRole('link', { name: 'Refused, All days: 1' })).toHaveAttribute('href', /^#\/activities\?crm=refused&from=\d{4}-\d{2}-\d{2}.*&until=/);
  await inspectEach(page, 'completeness-crm');

  await card.getByRole('button', { name: 'Compare with Salesforce' }).click();
  await expect(card.getByText('Salesforce and what is known here differ. See below.')).toBeVisible();
  const days = card.getByRole('table', { name: 'Days compared with Salesforce' });
  await expect(days.getByRole('row')).toHaveCount(3);
  await expect(days.getByText(/^by itself, /)).toBeVisible();
  await card.getByText(/^What was found on /).click();
  await expect(card.getByText('2 Activities were known to be there and are not there any more.')).toBeVisible();
  await expect(card.getByText('21 Activities are not found there by the user we sign in as')).toBeVisible();
  await expect(card.getByRole('link', { name: 'a005500001H9cakAAB' })).toHaveAttribute('href', 'https://acme.my.salesforce.com/a005500001H9cakAAB');
  await inspectEach(page, 'completeness-crm-differs');

  await card.getByRole('button', { name: 'Send 2 deleted Activities again' }).click();
  const dialog = page.getByRole('dialog', { name: 'Send deleted Activities again?' });
  await expect(dialog.getByText('Somebody deleted 2 records of these days in Salesforce.')).toBeVisible();
  await inspectEach(page, 'completeness-crm-ask');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(mock.seen.filter(({ path }) => path === '/completeness/crm/send')).toEqual([]);
  await card.getByRole('button', { name: 'Send 2 deleted Activities again' }).click();
  await dialog.getByRole('button', { name: 'Send' }).click();
  await expect(card.getByText('2 Activities are on the way to Salesforce.')).toBeVisible();
  await expect(card.getByRole('button', { name: /deleted Activities again/ })).toBeHidden();
  await card.getByRole('button', { name: 'Link 1 Activity' }).click();
  await page.getByRole('dialog', { name: 'Link these Activities?' }).getByRole('button', { name: 'Send' }).click();
  await expect(card.getByText('1 Activity is on the way to Salesforce.')).toBeVisible();
  const sent = mock.seen.filter(({ path }) => path === '/completeness/crm/send').map(({ body }) => Object.keys(body as object));
  expect(sent).toEqual([['days', 'which'], ['calls']]);
});

test('a comparison that Salesforce does not answer says so', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[1] ?? null;
  mock.ledgerCrm = { sent: 0, waiting: 0, refused: 0, deleted_there: 0, not_sent: 0 };
  mock.crmDown = true;
  await openApp('/reports/completeness');
  const card = page.getByRole('region', { name: 'In Salesforce' });
  await card.getByRole('button', { name: 'Compare with Salesforce' }).click();
  await expect(card.getByText('Salesforce could not be asked, so not all days were compared. It cannot be reached.')).toBeVisible();
});

test('a call without an Activity or a reason is given what it lacks', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[1] ?? null;
  mock.ledgerGaps = 1;
  await openApp('/reports/completeness');
  await expect(page.getByText('1 known call has neither an Activity nor a reason.')).toBeVisible();
  await expect(page.getByRole('region', { name: 'In Salesforce' })).toBeHidden();
  await page.getByRole('button', { name: /^Give the call of Withheld number/ }).click();
  await expect(page.getByText('The call has its Activity or its reason now.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Known, with neither an Activity nor a reason' })).toBeHidden();
  expect(mock.seen.filter(({ path }) => path === '/completeness/gaps/mend').map(({ body }) => body)).toEqual([{ calls: ['c-gap-0'] }]);
});

test('a day with more records there than are compared is not offered to be compared, which would fail again', async ({ page, mock, openApp }) => {
  await page.setViewportSize({ width: 1280, height: 2400 });
  mock.signedIn = mock.users[1] ?? null;
  mock.ledgerCrm = { sent: 0, waiting: 0, refused: 0, deleted_there: 0, not_sent: 0 };
  mock.crmCheckFailures = [{ date: '2026-03-01', zone: 'Europe/Madrid', since: ago(30_000), at: ago(3600), tries: 4, why: 'too_many', code: null }];
  await openApp('/reports/completeness');
  const failed = page.getByRole('list', { name: 'Not compared by night' }).getByRole('listitem');
  await expect(failed).toContainText('half a million, so comparing it again would fail as well. Look in Salesforce for what made so many.');
  await expect(failed.getByRole('button')).toHaveCount(0);
  await inspectEach(page, 'completeness-crm-too-many');
});

test('a night in which a day could not be compared is said with why and what to do, and is gone once the day is compared', async ({ page, mock, openApp }) => {
  await page.setViewportSize({ width: 1280, height: 2400 });
  mock.signedIn = mock.users[1] ?? null;
  mock.ledgerCrm = { sent: 0, waiting: 0, refused: 0, deleted_there: 0, not_sent: 0 };
  mock.crmCheckFailures = [
    { date: '2026-03-01', zone: 'Europe/Madrid', since: ago(30_000), at: ago(3600), tries: 4, why: 'credentials', code: 'invalid_grant' },
    { date: '2026-02-27', zone: 'Europe/Madrid', since: ago(200_000), at: ago(200_000), tries: 1, why: 'here', code: null },
  ];
  await openApp('/reports/completeness');
  const failed = page.getByRole('list', { name: 'Not compared by night' }).getByRole('listitem');
  await expect(failed).toHaveCount(2);
  await expect(failed.first()).toContainText(/1 Mar 2026 could not be compared with Salesforce\. It was tried 4 times, last /);
  await expect(failed.first()).toContainText('Salesforce does not take our credentials: an admin looks at the External Client App, its user and the key. Then compare the day. Salesforce says invalid_grant.');
  await expect(failed.last()).toContainText('It was tried once');
  await inspectEach(page, 'completeness-crm-night');
  await failed.first().getByRole('button', { name: /^Compare / }).click();
  await expect(failed).toHaveCount(1);
  const asked = mock.seen.filter(({ path }) => path === '/completeness/crm/check').map(({ body }) => body);
  expect(asked).toEqual([{ from: '2026-03-01', until: '2026-03-01', zone: 'Europe/Madrid' }]);
});
