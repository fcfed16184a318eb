import type { Page } from '@playwright/test';
import { askedBefore, counterpart } from '../../src/app/reports/compare.ts';
import { expect, inspect, inspectEach, test } from './stage.ts';

const table = (page: Page, name: string) => page.getByRole('table', { name });
const asked = (page: Page, hash: string) => expect.poll(() => decodeURIComponent(new URL(page.url()).hash)).toBe(hash);
const numbers = async (page: Page, name: string, column: number): Promise<number[]> => (await table(page, name).locator(`tbody td:nth-of-type(${column})`).allTextContents()).map((text) => Number(/\d+/.exec(text)?.[0] ?? 0));
const sum = (all: number[]): number => all.reduce((whole, one) => whole + one, 0);

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 1400 });
  mock.signedIn = mock.users[1] ?? null;
});

test('the time before is as many days, or the same dates, whatever clocks and leap days do in between', () => {
  const before = (from: string, until: string, how: 'before' | 'year', most = 400): string => {
    const asked = askedBefore(new URLSearchParams({ from, until, agent: '1001' }), how, most);
    return [asked.get('from'), asked.get('until'), asked.get('agent')].join(' ');
  };
  // Clocks go forward on the 29th: days are counted, not hours.
  expect(before('2026-03-23', '2026-04-05', 'before')).toBe('2026-03-09 2026-03-22 1001');
  expect(before('2026-03-01', '2026-03-01', 'before')).toBe('2026-02-28 2026-02-28 1001');
  expect(before('2025-02-01', '2025-02-28', 'year')).toBe('2024-02-01 2024-02-28 1001');
  expect(before('2024-02-29', '2024-03-31', 'year')).toBe('2023-02-28 2023-03-31 1001');
  // With a leap day among them they would be more than can be asked.
  expect(before('2025-02-20', '2025-03-22', 'year', 31)).toBe('2024-02-21 2024-03-22 1001');
  const yearBefore = counterpart('year', { from: '2024-02-01', until: '2024-03-31' });
  expect([yearBefore('2024-02-28'), yearBefore('2024-02-29'), yearBefore('2024-03-01')]).toEqual(['2023-02-28', null, '2023-03-01']);
  expect(counterpart('before', { from: '2026-03-06', until: '2026-03-12' })('2026-03-06')).toBe('2026-02-27');
});

test('a report is compared with the days before or the same dates a year before, and what has gone counts as none', async ({ page, mock, openApp }) => {
  await openApp('/reports?when=7d');
  await page.getByLabel('Compare with').selectOption({ label: 'The days before' });
  await asked(page, '#/reports?when=7d&compare=before');
  const paths = () => mock.of('GET', /^\/reports\/dispositions/).map(({ path }) => path).slice(-2);
  await expect.poll(paths).toEqual(['/reports/dispositions?from=2026-03-06&until=2026-03-12', '/reports/dispositions?from=2026-02-27&until=2026-03-05']);
  await expect(page.getByText('Compared with 27 Feb 2026 – 5 Mar 2026, the paler marks. Today is not over yet: it is compared with a whole day.')).toBeVisible();
  // The day that is read out says what the day in its place had.
  const chart = page.getByRole('slider', { name: /^Calls by day and code/ });
  await chart.press('Home');
  await expect(chart).toHaveAttribute('aria-valuetext', /^6 Mar 2026: \d calls; Before 2;/);
  await page.getByRole('button', { name: 'Show as a table' }).click();
  // Every call of the time before is somewhere in its columns, also with a code that nobody gave since.
  await page.getByRole('group', { name: 'Shown as' }).getByRole('button', { name: 'Share' }).click();
  await asked(page, '#/reports?when=7d&compare=before&look=share');
  const before = mock.of('GET', /^\/reports\/dispositions\?from=2026-02-27/).length;
  const whole = Number(await page.locator('.sums dd a').first().textContent());
  expect(sum(await numbers(page, 'By code', 1))).toBe(whole);
  expect(sum(await numbers(page, 'By code', 3))).toBe(14);
  // Another look is another look at the same numbers.
  expect(before).toBe(1);
  await inspect(page, 'app-reports-compared-wide-en');
  // A number of the time before leads to the calls of that time.
  const then = table(page, 'By code').getByRole('link', { name: /, before$/ }).first();
  expect(await then.getAttribute('href')).toMatch(/^#\/activities\?from=2026-02-27&until=2026-03-05&/);

  await page.getByLabel('Compare with').selectOption({ label: 'The year before' });
  await expect.poll(() => paths().at(-1)).toBe('/reports/dispositions?from=2025-03-06&until=2025-03-12');
  await expect(table(page, 'By code').locator('tbody tr').first().locator('td').nth(2)).toHaveText('0');
});

test('few codes make up most calls: bars, the line of all down to each, and the mark at 80%', async ({ page, openApp }) => {
  await openApp('/reports');
  const card = page.getByRole('region', { name: 'By code' });
  // Read from the table itself: the line ends at all, and the sentence says where it passes the mark.
  const rows = table(page, 'By code').locator('tbody tr');
  await expect(rows.first()).toBeVisible();
  const cumulative = (await rows.locator('td:nth-of-type(3)').allTextContents()).map((text) => parseFloat(text));
  expect(cumulative.at(-1)).toBe(100);
  expect(cumulative).toEqual(cumulative.toSorted((a, b) => a - b));
  const few = cumulative.findIndex((share) => share >= 80) + 1;
  await expect(card).toContainText(`${few} of ${cumulative.length} codes make up 80% of the calls that have one.`);
  const href = await rows.first().getByRole('link').getAttribute('href');
  expect(await card.locator('svg a').first().getAttribute('href')).toBe(href);
  expect(await card.locator('svg .dot').count()).toBe(cumulative.length);
});

test('comparing and Pareto can be read where it is narrow, in both languages', async ({ page, openApp }) => {
  await page.setViewportSize({ width: 400, height: 2400 });
  await openApp('/reports?when=7d&compare=before', 'es');
  await expect(table(page, 'Por código')).toBeVisible();
  await inspectEach(page, 'app-reports-compared');
});
