import type { Page } from '@playwright/test';
import { expect, inspect, inspectEach, test } from './stage.ts';

const table = (page: Page, name: string | RegExp) => page.getByRole('table', { name });
const asked = (page: Page, hash: string) => expect.poll(() => decodeURIComponent(new URL(page.url()).hash)).toBe(hash);

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 1400 });
  mock.signedIn = mock.users[1] ?? null;
});

test('when calls came and how long they took is drawn and listed, by ring group and by day', async ({ page, mock, openApp }) => {
  await openApp('/reports');
  await page.getByRole('navigation', { name: 'Reports' }).getByRole('link', { name: 'When and how long' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'When and how long' })).toBeVisible();
  await expect(page.getByText('Calls that are over, 11 Feb 2026 – 12 Mar 2026. Days are those of Europe/Madrid.')).toBeVisible();
  await expect(page.getByText('Counted from sums that are kept up to date.')).toBeVisible();
  await expect(table(page, 'How long calls took').getByRole('row')).toHaveCount(6);
  const map = table(page, 'When calls begin');
  await expect(map.getByRole('row')).toHaveCount(8);
  // Every call is in one cell of the week, and in one day and one ring group.
  const total = Number(await page.locator('.sums dd').first().textContent());
  const cells = await map.getByRole('cell').allTextContents();
  expect(cells.reduce((sum, cell) => sum + Number(cell), 0)).toBe(total);
  for (const name of ['Ring group', 'Day']) {
    const rows = table(page, name).locator('tbody tr');
    const calls = await rows.locator('td:nth-of-type(1)').allTextContents();
    expect(calls.reduce((sum, one) => sum + Number(one), 0), name).toBe(total);
  }
  await page.getByText('What is counted').click();
  await expect(page.getByText('A message that was left is not a lost call.')).toBeVisible();
  await inspect(page, 'app-call-times-wide-en');
  expect(mock.of('GET', /^\/reports\/calls/)[0]?.path).toBe('/reports/calls?from=2026-02-11&until=2026-03-12&per=day&by=ring_group');
});

test('what is asked is in the address; what sums do not hold is counted from the calls, and said to be', async ({ page, mock, openApp }) => {
  await openApp('/reports/calls?when=7d');
  await page.getByLabel('Compared by').selectOption({ label: 'Agent' });
  await expect(table(page, 'Agent').getByRole('row', { name: /^Lucía Herrero/ })).toBeVisible();
  await page.getByLabel('Divided by').selectOption({ label: 'Hour' });
  await asked(page, '#/reports/calls?when=7d&by=agent&per=hour');
  await expect(page.getByText('Counted from every single call: sums are kept by day, not by hour.')).toBeVisible();
  await page.getByLabel('Direction').selectOption({ label: 'Outbound' });
  const last = () => mock.of('GET', /^\/reports\/calls/).at(-1)?.path;
  await expect.poll(last).toBe('/reports/calls?from=2026-03-06&until=2026-03-12&kinds=outbound%2Coutbound_missed&per=hour&by=agent');
  await page.goto(page.url().replace('when=7d', 'when=90d'));
  await expect(page.getByRole('alert').filter({ hasText: 'By the hour, no more than 31 days can be counted.' })).toBeVisible();
});

test("today is the centre's day, wherever the computer is", async ({ mock, openApp }) => {
  // Here it is the morning of the 12th, there the 13th has begun.
  mock.zone = 'Pacific/Kiritimati';
  await openApp('/reports/calls?when=today');
  const last = () => mock.of('GET', /^\/reports\/calls/).at(-1)?.path;
  await expect.poll(last).toBe('/reports/calls?from=2026-03-13&until=2026-03-13&per=day&by=ring_group');
});

test('while calls are counted one by one it is said how far that is', async ({ page, mock, openApp }) => {
  let next: (share: number) => void = () => {};
  mock.farther = () => new Promise((resolve) => (next = resolve));
  await openApp('/reports/calls?per=hour&when=7d');
  const bar = page.getByRole('progressbar', { name: /^Counting the calls one by one/ });
  await expect.poll(() => mock.of('GET', /^\/reports\/calls/).length).toBe(1);
  for (const share of [0.25, 0.6]) {
    next(share);
    await expect(page.getByText(`Counting the calls one by one: ${share * 100}%`)).toBeVisible();
    await expect(bar).toHaveAttribute('value', String(share));
  }
  await inspect(page, 'app-call-times-counting-en');
  next(1);
  await expect(table(page, 'How long calls took')).toBeVisible();
  await expect(bar).toHaveCount(0);
});

test('when and how long can be read where it is narrow, in both languages', async ({ page, openApp }) => {
  await page.setViewportSize({ width: 400, height: 800 });
  await openApp('/reports/calls?when=7d', 'es');
  await expect(table(page, 'Cuándo empiezan las llamadas')).toBeVisible();
  await inspectEach(page, 'app-call-times');
});
