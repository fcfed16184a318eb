import type { Page } from '@playwright/test';
import type { Mock } from '../mock/server.ts';
import { invoice, matches, notRelated, related, wrapup } from '../mock/world.ts';
import { clean, codeBox, doNotLogButton, expect, logButton, notice, test } from './stage.ts';

test.beforeEach(async ({ page }) => page.setViewportSize({ width: 1280, height: 900 }));

const warning = (page: Page) => page.getByRole('alertdialog');
const owe = (mock: Mock, relate = related('in_view_inbound')): void => mock.push((now) => void (now.wrapups = [wrapup('e1', matches.one(), { relate, cases: [invoice] })]));

async function editAna(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'E-mail' }).fill('nueva@ruiz.example');
}

test('p10 unsaved work is named before Log, and a second Ctrl+Enter logs anyway', async ({ page, mock, openApp }) => {
  await openApp('/people/p-ana');
  await editAna(page);
  owe(mock);
  await codeBox(page).press('1');
  await page.keyboard.press('Control+Enter');
  await expect(warning(page)).toContainText('Ana Ruiz');
  await expect(warning(page)).not.toContainText('counts only once');
  await expect(page.getByRole('button', { name: 'Go back and save' })).toBeFocused();
  expect(mock.of('POST', /\/log$/)).toHaveLength(0);
  await clean(page);
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  // What was typed into the record is still there.
  await expect(page.getByRole('textbox', { name: 'E-mail' })).toHaveValue('nueva@ruiz.example');
});

test('p10 Go back and save leads to the record, and once it is saved nothing is warned about', async ({ page, mock, openApp }) => {
  await openApp('/people/p-ana');
  await editAna(page);
  await page.getByRole('link', { name: 'Cases' }).click();
  owe(mock);
  await codeBox(page).press('1');
  await logButton(page).click();
  await page.getByRole('button', { name: 'Go back and save' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Ana Ruiz' })).toBeFocused();
  await expect(warning(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('nueva@ruiz.example')).toBeVisible();
  await logButton(page).click();
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
});

test('p10 a Case that is being created counts only once it is saved, and that is said twice', async ({ page, mock, openApp }) => {
  await openApp('/cases/new?contact=p-ana');
  await expect(page.getByRole('textbox', { name: 'Subject' })).toBeVisible();
  owe(mock, notRelated('not_saved'));
  await expect(page.getByText('The Case on your screen is not saved yet. It counts only once it is saved.')).toBeVisible();
  await codeBox(page).press('1');
  await page.keyboard.press('Control+Enter');
  await expect(warning(page)).toContainText('New Case');
  await expect(warning(page)).toContainText('A Case that is being created counts only once it is saved.');
  await warning(page).getByRole('button', { name: 'Log anyway' }).click();
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(mock.of('POST', /\/log$/)[0]?.body).toMatchObject({ view: { kind: 'unsaved_case' } });
});

test('p10 once the Case is saved it is the one in view', async ({ page, mock, openApp }) => {
  await openApp('/cases/new?contact=p-ana');
  await page.getByRole('textbox', { name: 'Subject' }).fill('Copia de la factura');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Copia de la factura' })).toBeVisible();
  owe(mock);
  await codeBox(page).press('1');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(mock.of('POST', /\/log$/)[0]?.body).toMatchObject({ view: { kind: 'case', case: mock.cases.at(-1)?.id } });
});

test('p10 a Case is of whom it was begun from, also where its subject is typed and saved before that person was read', async ({ page, mock, openApp }) => {
  let answer = (): void => {};
  const read = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/people/p-ana', async (route) => {
    await read;
    await route.continue();
  });
  await openApp('/cases/new?contact=p-ana');
  await page.getByRole('textbox', { name: 'Subject' }).fill('Copia de la factura');
  await page.getByRole('button', { name: 'Save' }).click();
  answer();
  await expect(page.getByRole('heading', { level: 1, name: 'Copia de la factura' })).toBeVisible();
  expect(mock.of('POST', /\/cases$/).map(({ body }) => body)).toEqual([expect.objectContaining({ subject: 'Copia de la factura', contact: 'p-ana' })]);
});

test('p10 Escape puts the warning aside, and what is missing comes before it', async ({ page, mock, openApp }) => {
  await openApp('/cases/new?contact=p-ana');
  owe(mock, notRelated('not_saved'));
  await logButton(page).click();
  await expect(page.getByText('Pick a disposition code.')).toBeVisible();
  await expect(warning(page)).toHaveCount(0);
  await codeBox(page).press('1');
  await logButton(page).click();
  await expect(warning(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(warning(page)).toHaveCount(0);
  await expect(logButton(page)).toBeFocused();
  expect(mock.of('POST', /\/log$/)).toHaveLength(0);
});

test('p10 an edit without a change is no unsaved work, and Do not log asks nothing of it', async ({ page, mock, openApp }) => {
  await openApp('/people/p-ana');
  await page.getByRole('button', { name: 'Edit' }).click();
  owe(mock);
  await codeBox(page).press('1');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  await page.getByRole('textbox', { name: 'E-mail' }).fill('otra@ruiz.example');
  mock.push((now) => void (now.wrapups = [wrapup('e2', matches.one())]));
  await doNotLogButton(page).click();
  await expect(notice(page, 'Closed without code and notes.')).toBeVisible();
});
