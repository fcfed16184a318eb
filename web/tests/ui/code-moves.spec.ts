import type { Locator, Page } from '@playwright/test';
import { expect, inspectEach, test } from './stage.ts';

/** Codes that become others: what was logged stays what it was, and reports count it as they are asked to. */

const card = (page: Page): Locator => page.getByRole('region', { name: 'Entrantes' });
const moves = (page: Page, code: string): Locator => card(page).getByRole('group', { name: `Merge or split ${code}` });

async function open(page: Page, code: string): Promise<Locator> {
  await card(page).getByRole('button', { name: `Merge or split ${code}` }).click();
  return moves(page, code);
}

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 1400 });
  mock.signedIn = mock.users[2] ?? null;
});

test('a code is merged into another of its direction, keeps its calls, and reports count them as what it became where they are asked to', async ({ page, mock, openApp }) => {
  await openApp('/admin/codes');
  const form = await open(page, 'Resolved');
  const into = form.getByRole('combobox', { name: 'Merge into' });
  await expect(into).toBeFocused();
  // Neither itself, nor what is retired, nor what is of the other direction.
  await expect(into.getByRole('option')).toHaveText(['', 'Call back', 'Escalated', 'Information', 'Billing', 'Complaint', 'Wrong number']);
  await expect(form.getByRole('button', { name: 'Merge', exact: true })).toBeDisabled();
  await inspectEach(page, 'code-moves');
  // Left as it is by whoever changes their mind.
  await form.getByRole('button', { name: 'Cancel' }).click();
  await expect(form).toHaveCount(0);
  await expect(card(page).getByRole('button', { name: 'Merge or split Resolved' })).toBeFocused();
  await open(page, 'Resolved');
  await into.selectOption('Information');
  await form.getByRole('button', { name: 'Merge', exact: true }).click();
  await expect(card(page).getByRole('button', { name: 'Merge or split Resolved' })).toHaveCount(0);
  await expect(card(page).getByRole('button', { name: 'Add a code to Entrantes' })).toBeFocused();
  expect(mock.of('POST', /merge$/).map(({ path, body }) => ({ path, body }))).toEqual([{ path: '/codes/c-res/merge', body: { version: 1, into: 'c-inf' } }]);
  await card(page).getByText(/^2 retired/).click();
  const gone = card(page).getByRole('listitem').filter({ hasText: 'Merged into Information' });
  await expect(gone).toContainText('Resolved');
  await expect(gone).toContainText('412');
  await inspectEach(page, 'code-merged');

  await page.goto(`${page.url().split('#')[0]}#/reports`);
  await page.getByRole('button', { name: 'Show as a table' }).click();
  const days = page.getByRole('table', { name: 'By day' });
  await expect(days.getByRole('columnheader', { name: /^Resolved/ })).toBeVisible();
  await page.getByRole('checkbox', { name: 'Merged codes as what they became' }).check();
  await expect(days.getByRole('columnheader', { name: /^Resolved/ })).toHaveCount(0);
  await expect(days.getByRole('columnheader', { name: /^Information/ })).toBeVisible();
  await inspectEach(page, 'code-merged-report');

  // Brought back it is a code of its own again.
  await page.goto(`${page.url().split('#')[0]}#/admin/codes`);
  await card(page).getByText(/^2 retired/).click();
  await card(page).getByRole('button', { name: 'Bring back Resolved' }).click();
  await expect(card(page).getByRole('button', { name: 'Merge or split Resolved' })).toBeVisible();
});

test('a code is split into new ones by lines that are looked at before they are sent, and what is refused is said in its place', async ({ page, mock, openApp }) => {
  await openApp('/admin/codes');
  let form = await open(page, 'Billing');
  const refused = form.getByRole('alert').filter({ hasText: 'Two lines at least' });
  const lines = form.getByRole('textbox', { name: 'Split into' });
  const split = form.getByRole('button', { name: 'Split', exact: true });
  for (const wrong of ['', 'Factura nueva | New invoice', 'Factura nueva | New invoice\nDuplicado', 'a | b | c\nd | e']) {
    await form.getByRole('button', { name: 'Cancel' }).click();
    form = await open(page, 'Billing');
    await expect(refused).toHaveCount(0);
    await lines.fill(wrong);
    await split.click();
    await expect(refused).toBeVisible();
  }
  await inspectEach(page, 'code-split-wrong');
  await lines.fill('Factura nueva | New invoice\nQueja | Grievance');
  const answered = page.waitForResponse((answer) => answer.url().endsWith('/split'));
  await split.click();
  expect((await answered).ok()).toBe(false);
  await expect(form.getByRole('alert').last()).not.toHaveText(/Two lines at least/);
  await expect(form.getByRole('alert').last()).not.toBeEmpty();
  await expect(lines).toHaveValue(/Grievance/);
  await lines.fill('Factura nueva | New invoice\n  Duplicado de factura | Invoice copy  ');
  await split.click();
  await expect(card(page).getByRole('button', { name: 'Merge or split New invoice' })).toBeVisible();
  await expect(card(page).getByRole('button', { name: 'Merge or split Invoice copy' })).toBeVisible();
  await expect(card(page).getByRole('button', { name: 'Merge or split Billing' })).toHaveCount(0);
  // Of what was wrong here nothing was sent.
  expect(mock.of('POST', /split$/)).toHaveLength(2);
  expect(mock.of('POST', /split$/).at(-1)?.body).toEqual({ version: 1, labels: [{ es: 'Factura nueva', en: 'New invoice' }, { es: 'Duplicado de factura', en: 'Invoice copy' }] });
  // What was logged stays with the code that it was logged with.
  await card(page).getByText(/^2 retired/).click();
  await expect(card(page).getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Bring back Billing' }) })).toContainText('61');
  await inspectEach(page, 'code-split');
});
