import { ana, anaLead, liveCall, matches, panel, wrapup } from '../mock/world.ts';
import { codeBox, expect, notesBox, options, partyBox, test } from './stage.ts';

test.beforeEach(async ({ page }) => page.setViewportSize({ width: 1280, height: 800 }));

test('choosing a record opens it in the main area (screen pop)', async ({ page, mock, openApp }) => {
  mock.panel = panel({ agent: { ...mock.panel.agent, state: 'after_call_work' }, wrapups: [wrapup('e1', matches.many())] });
  await openApp('/recent');
  await partyBox(page).click();
  await options(page, { name: new RegExp(anaLead.name) }).click();
  await expect(page.getByRole('heading', { level: 1, name: anaLead.name })).toBeVisible();
});

test('answering a call of the one record that matches opens it, but not over unsaved work', async ({ page, mock, openApp }) => {
  await openApp('/people/new?kind=contact');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Half entered');
  mock.push((now) => void (now.calls = [liveCall('e1', 'connected', matches.one())]));
  await expect(page.getByText('On the call')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'New Contact' })).toBeVisible();
  await page.getByRole('link', { name: 'Recent calls' }).click();
  mock.push((now) => void (now.calls = [liveCall('e2', 'connected', matches.one())]));
  await expect(page.getByRole('heading', { level: 1, name: ana.name })).toBeVisible();
});

test('a wrap-up that arrives takes no focus from a page in which something is typed', async ({ page, mock, openApp }) => {
  await openApp('/people');
  const search = page.getByRole('searchbox');
  await search.click();
  await page.keyboard.type('tall');
  mock.push((now) => void (now.wrapups = [wrapup('e1', matches.one())]));
  await expect(notesBox(page)).toBeVisible();
  await expect(search).toBeFocused();
  await page.keyboard.type('eres');
  await expect(page.getByRole('link', { name: 'Talleres Prieto S. L.' })).toBeVisible();
});

test('p11 the calls of a person come page by page, also those nobody took', async ({ page, openApp }) => {
  await openApp('/people/p-ana');
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows).toHaveCount(4);
  await expect(page.getByRole('cell', { name: /Missed Possible/ })).toBeVisible();
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(rows).toHaveCount(7);
  await expect(page.getByRole('button', { name: 'Show more' })).toHaveCount(0);
});

test('a person is created with their numbers', async ({ page, mock, openApp }) => {
  await openApp('/people');
  await page.getByRole('button', { name: 'New', exact: true }).click();
  await page.getByRole('menuitem', { name: 'New Lead' }).click();
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused();
  await page.keyboard.type('Iván Soto');
  await page.getByRole('textbox', { name: 'Phone', exact: true }).fill('12');
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByText('This is not a phone number. Check the digits.')).toBeVisible();
  await page.getByRole('textbox', { name: 'Phone', exact: true }).fill('600 11 22 33');
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Iván Soto' })).toBeVisible();
  expect(mock.of('POST', /^\/people$/).at(-1)?.body).toEqual({ kind: 'lead', name: 'Iván Soto', company: null, email: null, phones: [{ field: 'phone', raw: '600 11 22 33' }] });
});

test('language is switched in place and kept over a reload', async ({ page, openApp }) => {
  await openApp('/people');
  await page.getByRole('combobox', { name: 'Language' }).selectOption('es');
  await expect(page.getByRole('heading', { level: 1, name: 'Personas' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Personas' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'es');
});

test('a window that becomes narrow shows its page and leaves nobody without focus, unless a call is in hand', async ({ page, mock, openApp }) => {
  const [wide, narrow] = [{ width: 1280, height: 800 }, { width: 400, height: 800 }];
  await page.setViewportSize(wide);
  await openApp('/people');
  const phone = page.getByRole('button', { name: /^Phone/ });
  const dock = page.getByRole('complementary', { name: 'Phone' });
  await dock.getByRole('textbox', { name: 'Number to call' }).fill('600 11 22 33');
  await page.setViewportSize(narrow);
  await expect(phone).toHaveAttribute('aria-expanded', 'false');
  await expect(phone).toBeFocused();
  await page.setViewportSize(wide);
  await expect(dock).toBeVisible();
  // Whoever was at the page stays there.
  await page.getByRole('main').getByRole('searchbox').focus();
  await page.setViewportSize(narrow);
  await expect(dock).toHaveCount(0);
  await expect(page.getByRole('main').getByRole('searchbox')).toBeFocused();
  await page.setViewportSize(wide);
  mock.push((now) => void (now.wrapups = [wrapup('e1', matches.one())]));
  await expect(codeBox(page)).toBeVisible();
  await page.setViewportSize(narrow);
  await expect(codeBox(page)).toBeVisible();
  await expect(phone).toHaveAttribute('aria-expanded', 'true');
});
