import type { Page } from '@playwright/test';
import { expect, inspect, inspectEach, test } from './stage.ts';

const finding = (page: Page, name: string | RegExp) => page.getByRole('region', { name });
const week = { calls: 40, suggested: 39, first: 26, among: 36, usual_first: 17, usual_among: 29 };

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  mock.signedIn = mock.users[1] ?? null;
  mock.accuracy = { on: true, learnt_at: '2026-03-12T09:00:00Z', held_out_from: '2026-01-15T00:00:00Z', examples: 900, sets: [{ id: 's-in', name: 'Entrantes', total: { calls: 320, suggested: 312, first: 208, among: 288, usual_first: 136, usual_among: 232 }, weeks: Array.from({ length: 8 }, () => week) }] };
});

test('p16 the last quarter of a set is reviewed: what was found, on what grounds, what to do and what that would change', async ({ page, mock, openApp }) => {
  await openApp('/reports');
  await page.getByRole('navigation', { name: 'Reports' }).getByRole('link', { name: 'Code review' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Review of the code book' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 3 })).toHaveText([
    'Marta Vidal uses codes differently from their team, most of all “Escalated”',
    '“Billing” and “Information” overlap',
    'The share of “Call back” rises',
    'Calls too short for “Resolved”',
    'Nobody used “Wrong number”',
    'No code is about “garantía, caducada”',
  ]);
  expect(mock.of('GET', /^\/reports\/review\?set=s-in&from=2025-10-01&until=2025-12-31$/)).toHaveLength(1);
  const overlap = finding(page, '“Billing” and “Information” overlap');
  await expect(overlap).toContainText('Retire “Billing” and use “Information” for its calls.');
  await expect(overlap.getByRole('row').filter({ hasText: 'Information' }).getByRole('cell').first()).toHaveText('90');
  await expect(overlap.getByRole('row').filter({ hasText: 'Information' }).getByRole('cell').nth(1)).toHaveText('151');
  await expect(overlap.getByRole('link', { name: 'Call 1' })).toHaveAttribute('href', '#/activities/k-1');
  // Who may not change the code book is not sent there.
  await expect(page.getByRole('link', { name: 'Do it in the code book' })).toHaveCount(0);
  await expect(page.getByRole('table', { name: 'How good suggestions would have been' }).getByRole('row').nth(1)).toContainText('65%');
  await inspectEach(page, 'app-code-review', () => expect(page.locator('h3')).toHaveCount(6));

  // On paper there is the report alone, and all of it.
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('navigation')).toHaveCount(0);
  await expect(page.getByRole('button')).toHaveCount(0);
  await expect(overlap).toBeVisible();
  await inspect(page, 'app-code-review-print-en');
  const reaches = await page.evaluate(() => document.documentElement.scrollHeight > 2 * window.innerHeight);
  expect(reaches, 'the page is as long as the report').toBe(true);
});

test('another quarter and set are kept in the address; where nothing is wrong that is said', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[2] ?? null;
  await openApp('/reports/review');
  await expect(page.getByRole('link', { name: 'Do it in the code book' }).first()).toHaveAttribute('href', '#/admin/codes');
  await page.getByLabel('Quarter').selectOption({ label: 'Q3 2025' });
  await expect(page.getByText('Nothing stands out in this quarter.')).toBeVisible();
  await page.getByLabel('Set', { exact: true }).selectOption({ label: 'Salientes' });
  await expect.poll(() => new URL(page.url()).hash).toBe('#/reports/review?quarter=2025-3&set=s-out');
  await page.getByLabel('Quarter').selectOption({ label: 'Q1 2026 (so far)' });
  await expect.poll(() => mock.of('GET', /^\/reports\/review\?set=s-out&from=2026-01-01&until=2026-03-12$/).length).toBe(1);
  await expect(page.getByText('No call of this quarter was logged with a code of this set')).toBeVisible();
  await expect(page.getByText('Nothing stands out in this quarter.')).toHaveCount(0);
});
