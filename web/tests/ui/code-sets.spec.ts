import type { CodeChoice } from '../../src/lib/api/contract.ts';
import { activity, codes, history, matches, wrapup } from '../mock/world.ts';
import { clean, codeBox, doNotLogButton, expect, notesBox, options, test } from './stage.ts';

test.beforeEach(async ({ page }) => page.setViewportSize({ width: 400, height: 760 }));

const sales = { id: 's-ven', name: 'Ventas y altas' };
const own: CodeChoice[] = [
  { id: 'v-pre', label: { es: 'Presupuesto', en: 'Quote' }, favourite: false, requires_notes: false, set: sales },
  { id: 'v-ven', label: { es: 'Venta', en: 'Sale' }, favourite: true, requires_notes: false, set: sales },
  { id: 'v-res', label: { es: 'Resuelto', en: 'Resolved' }, favourite: false, requires_notes: true, set: sales },
];
const both = [...codes, ...own];

test('codes of several sets stand under the name of their set, with digits and search as ever', async ({ page, mock, openPanel }) => {
  mock.panel.wrapups = [wrapup('e1', matches.one(), { codes: both, codes_from: 'agent' })];
  await openPanel();
  await codeBox(page).press('ArrowDown');
  const list = page.getByRole('listbox');
  await expect(list.getByRole('group', { name: 'Entrantes' }).getByRole('option')).toHaveCount(7);
  // A favourite is first among those of its set, and has the next digit.
  await expect(list.getByRole('group', { name: 'Ventas y altas' }).getByRole('option')).toHaveText([/4\s*Sale/, /Quote/, /Resolved/]);
  await clean(page);
  await page.keyboard.press('End');
  await expect(page.locator('[data-active]')).toHaveText(/Resolved/);
  await page.keyboard.press('Enter');
  // Two sets have a code of this name.
  await expect(codeBox(page)).toHaveValue('Resolved (Ventas y altas)');
  await codeBox(page).fill('resol');
  await expect(options(page)).toHaveText([/Resolved\s*Entrantes/, /Resolved\s*Ventas y altas · needs notes/]);
  await page.keyboard.press('Escape');
  await codeBox(page).fill('');
  await page.keyboard.press('4');
  await expect(codeBox(page)).toHaveValue('Sale');
  await expect(notesBox(page)).toBeFocused();
});

test('of one set there are favourites and others, as ever', async ({ page, mock, openPanel }) => {
  mock.panel.wrapups = [wrapup('e1', matches.one())];
  await openPanel();
  await codeBox(page).press('ArrowDown');
  await expect(page.getByRole('listbox').getByRole('group', { name: 'Favourites' })).toBeVisible();
  await expect(page.getByRole('listbox').getByRole('group', { name: 'Entrantes' })).toHaveCount(0);
});

test('why these codes is said to who asks, by pointer and by keyboard', async ({ page, mock, openPanel }) => {
  mock.panel.wrapups = [wrapup('e1', matches.one(), { codes: own, codes_from: 'ring_group', call: { ...wrapup('e1', matches.one()).call, ring_group: 'Ventas' } })];
  await openPanel('es');
  const why = page.getByRole('button', { name: 'Por qué estos códigos' });
  const text = page.getByRole('tooltip');
  await expect(text).toBeHidden();
  await codeBox(page).press('Shift+Tab');
  await expect(why).toBeFocused();
  await expect(text).toHaveText('Son los del grupo Ventas y altas.');
  await expect(text).toBeVisible();
  await clean(page);
  await page.keyboard.press('Escape');
  await expect(text).toBeHidden();
  await codeBox(page).focus();
  await why.hover();
  await expect(text).toBeVisible();
  mock.push((now) => Object.assign(now.wrapups[0] ?? {}, { codes_from: 'direction' }));
  await expect(text).toHaveText('Son los de las llamadas entrantes en general.');
  // Without any set there is nothing to explain.
  mock.push((now) => Object.assign(now.wrapups[0] ?? {}, { codes: [], codes_from: null }));
  await expect(why).toHaveCount(0);
});

test('p03 the reasons for Do not log are those of the centre, in the reader’s language; without any there is just the button', async ({ page, mock, openPanel }) => {
  mock.panel.wrapups = [wrapup('e1', matches.one()), wrapup('e2', matches.one())];
  mock.panel.do_not_log_reasons = [{ id: 'survey', es: 'Encuesta', en: 'Survey' }];
  await openPanel('es');
  await page.getByRole('button', { name: /^No registrar.* motivo/ }).press('ArrowDown');
  await expect(page.getByRole('menuitem')).toHaveText(['Encuesta']);
  await page.keyboard.press('Enter');
  await expect.poll(() => mock.of('POST', /do-not-log$/)[0]?.body).toEqual({ revision: 0, reason: 'survey' });
  mock.push((now) => (now.do_not_log_reasons = []));
  await expect(page.getByRole('button', { name: /^No registrar.* motivo/ })).toHaveCount(0);
  await doNotLogButton(page).click();
  await expect.poll(() => mock.of('POST', /do-not-log$/)[1]?.body).toEqual({ revision: 0, reason: null });
});

test('an Activity says its reason in the reader’s language, and its ring group by name', async ({ page, mock, openApp }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  const line = history[5] as (typeof history)[number];
  const survey = { id: 'survey', es: 'Encuesta', en: 'Survey' };
  const made = activity(line, { reason: survey });
  made.call = { ...made.call, ring_group: 'Ventas' };
  made.engagements = made.engagements.map((part) => ({ ...part, wrapup: part.wrapup && { ...part.wrapup, state: 'not_logged', reason: survey } }));
  mock.activities.set(line.id, made);
  await openApp(`/activities/${line.id}`, 'es');
  await expect(page.getByText('Encuesta', { exact: true })).toBeVisible();
  await expect(page.getByText('(Encuesta)')).toBeVisible();
  await expect(page.getByRole('definition').filter({ hasText: 'Ventas y altas' })).toBeVisible();
  await expect(page.locator('.weak', { hasText: 'Grupo Ventas y altas' })).toBeVisible();
});
