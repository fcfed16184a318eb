import { ago } from '../mock/world.ts';
import { expect, inspectEach, test } from './stage.ts';

test('what went wrong while nobody looked stands at the menu and at its entries, until it is mended', async ({ page, mock, openApp }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  mock.signedIn = mock.users[2] ?? null;
  mock.stuck = [];
  mock.crmCheckFailures = [{ date: '2026-03-01', zone: 'Europe/Madrid', since: ago(30_000), at: ago(3600), tries: 4, why: 'unreachable', code: null }];
  if (mock.crm) mock.crm.not_compared = 1;
  await openApp('/people');
  const menu = page.getByRole('button', { name: 'User menu of Admin Demo' });
  await expect(menu).toHaveAccessibleName('User menu of Admin Demo: 2 things wait for you');
  await menu.click();
  await expect(page.getByRole('menuitem', { name: 'Salesforce' })).toHaveAccessibleName(/^Salesforce\W+1 thing waits for you$/);
  await expect(page.getByRole('menuitem', { name: 'Import' })).not.toHaveAccessibleName(/wait/);
  await page.getByRole('menuitem', { name: 'Salesforce' }).click();
  await expect(page.getByText('1 day could not be compared with Salesforce by night.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Why, and what to do' })).toHaveAttribute('href', '#/reports/completeness');
  await menu.click();
  const webhooks = page.getByRole('menuitem', { name: 'Outgoing webhooks' });
  await expect(webhooks).toHaveAccessibleName(/1 thing waits for you$/);
  await webhooks.click();
  await inspectEach(page, 'attention');
  // What was given up is told again: nothing of webhooks waits once another page is opened.
  for (const webhook of mock.webhooks) webhook.dead = 0;
  await page.getByRole('link', { name: 'People' }).click();
  await expect(menu).toHaveAccessibleName('User menu of Admin Demo: 1 thing waits for you');
  mock.crmCheckFailures = [];
  await page.getByRole('link', { name: 'Users' }).click();
  await expect(menu).toHaveAccessibleName('User menu of Admin Demo');
});

test('nothing is asked for whoever is no admin', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[1] ?? null;
  await openApp('/people');
  await expect(page.getByRole('button', { name: 'User menu of Marta Vidal' })).toBeVisible();
  // Another page asks for its own later than for what waits.
  await page.getByRole('link', { name: 'Cases' }).click();
  await expect.poll(() => mock.of('GET', /^\/cases/).length).toBeGreaterThan(0);
  expect(mock.seen.filter(({ path }) => path === '/attention')).toEqual([]);
});
