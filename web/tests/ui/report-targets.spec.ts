import type { Page } from '@playwright/test';
import { expect, inspect, inspectEach, test } from './stage.ts';

const card = (page: Page, name: string) => page.getByRole('region', { name });
const asked = (page: Page, hash: string) => expect.poll(() => decodeURIComponent(new URL(page.url()).hash)).toBe(hash);

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 1400 });
  mock.signedIn = mock.users[1] ?? null;
  // Three of the newest four calls that were talked in were left without a code: the fourth was not.
  mock.past = mock.past.map((one, at) => (one.outcome === 'logged' && at < 8 && at !== 4 ? { ...one, code: null, outcome: 'undispositioned' } : one));
});

test('a target that is set is a line across the chart; what is above it is said, counted and leads to its calls', async ({ page, mock, openApp }) => {
  await openApp('/reports?when=7d');
  await expect(card(page, 'By code')).toBeVisible();
  await expect(card(page, 'Calls without a code')).toHaveCount(0);
  mock.centre.targets = { undispositioned_percent: 30, lost_percent: 5, acw_p90_s: 60 };
  await page.reload();
  const codes = card(page, 'Calls without a code');
  await expect(codes.locator('strong')).toHaveText(/^\d+(\.\d)?%: above the target of 30%\.$/);
  await codes.getByRole('button', { name: 'Show as a table' }).press('Enter');
  const rows = codes.getByRole('table').locator('tbody tr');
  await expect(rows).toHaveCount(7);
  // A day above the line is one of those that the sentence counts, and has a mark of its own.
  const above = await rows.filter({ hasText: 'above' }).count();
  const measured = await rows.getByRole('link').count();
  expect(above).toBeGreaterThan(0);
  await expect(codes).toContainText(`Above it: ${above} of ${measured}.`);
  expect(await codes.locator('svg .above').count()).toBe(above);
  expect(await codes.locator('svg .dot').count()).toBe(measured - above);
  const day = rows.filter({ hasText: 'above' }).first().getByRole('link');
  const [, date] = /from=(\S+?)&/.exec((await day.getAttribute('href')) ?? '') ?? [];
  await inspect(page, 'app-reports-targets-wide-en');
  await day.click();
  await asked(page, `#/activities?from=${date}&until=${date}&outcome=undispositioned`);

  await openApp('/reports/calls?when=7d&compare=before');
  // What nine of ten took is below its line, and what was lost is not.
  await expect(card(page, 'After Call Work, nine of ten up to').locator('strong')).toHaveText(/^0:\d\d: within the target of 1:00\.$/);
  await expect(card(page, 'Lost calls').locator('strong')).toHaveText(/: above the target of 5%\.$/);
  await inspectEach(page, 'app-call-times-targets');
});

test('targets are set by an admin, each for itself, and are no more than a whole', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users.find(({ role }) => role === 'admin') ?? null;
  await openApp('/admin/centre');
  const section = card(page, 'Targets of reports');
  const checks = section.getByRole('checkbox', { name: 'A target: no more than' });
  await checks.first().press('Space');
  await section.getByRole('textbox').first().fill('101');
  await page.getByRole('button', { name: /^Save( changes)?$/ }).click();
  await expect(section.getByText(/0.+100/)).toBeVisible();
  expect(mock.of('PUT', /^\/centre/)).toEqual([]);
  await section.getByRole('textbox').first().fill('2');
  await page.getByRole('button', { name: /^Save( changes)?$/ }).click();
  await expect.poll(() => mock.centre.targets).toEqual({ undispositioned_percent: 2, lost_percent: null, acw_p90_s: null });
});
