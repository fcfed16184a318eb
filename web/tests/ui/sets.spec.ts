import type { Page } from '@playwright/test';
import type { Mock } from '../mock/server.ts';
import { expect, inspectEach, notice, test } from './stage.ts';

const WIDE = { width: 1280, height: 900 };
const LONG = 'Atención telefónica a particulares y pequeñas empresas de la zona norte y sus alrededores';

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize(WIDE);
  mock.signedIn = mock.users[2] ?? null;
});

const editor = (page: Page, name: string) => page.getByRole('group', { name, exact: true });
const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const sent = (mock: Mock, method: string): unknown[] => mock.of(method, /^\/dispositions(\/s-[^/]+)?$/).map(({ body }) => body);
const namesOf = (mock: Mock, id: string): string[] => mock.sets.find((set) => set.id === id)?.codes.map((code) => code.label.en) ?? [];

async function choose(page: Page, ...groups: string[]): Promise<void> {
  await page.getByRole('button', { name: /^Ring groups/ }).press('Enter');
  for (const group of groups) await page.getByRole('checkbox', { name: group }).press('Space');
  await page.keyboard.press('Escape');
}

test('p14 a set is made for ring groups, as a copy of another, by keyboard, and says which calls it is for', async ({ page, mock, openApp }) => {
  await openApp('/admin/codes');
  await expect(page.getByRole('region', { name: 'Which codes a call gets' })).toContainText('Ring group of the call');
  await expect(card(page, 'Entrantes')).toContainText('All inbound calls');
  await page.getByRole('button', { name: 'New set' }).press('Enter');
  const form = editor(page, 'New set');
  await expect(form.getByRole('textbox', { name: 'Name' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(form).toContainText('Fill in this field.');
  await page.keyboard.type('Entrantes');
  await choose(page, 'Ventas y altas', 'Soporte');
  await expect(page.getByRole('button', { name: 'Ring groups Soporte, Ventas y altas' })).toBeFocused();
  await form.getByRole('combobox', { name: 'Codes to begin with' }).selectOption('Entrantes (Inbound, 7 codes)');
  await form.getByRole('button', { name: 'Create set' }).press('Enter');
  // What the server refuses stands beside its field, and what was entered stays.
  await expect(form).toContainText('Another set has this name.');
  await expect(form.getByRole('textbox', { name: 'Name' })).toBeFocused();
  await form.getByRole('textbox', { name: 'Name' }).fill('Ventas');
  await page.keyboard.press('Enter');
  await expect(notice(page, 'Ventas is there.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'New set' })).toBeFocused();
  expect(sent(mock, 'POST').at(-1)).toEqual({ name: 'Ventas', direction: 'inbound', ring_groups: ['Soporte', 'Ventas'], copy_of: 's-in' });
  await expect(card(page, 'Ventas')).toContainText('Inbound calls of Soporte and Ventas y altas');
  await expect(card(page, 'Entrantes')).toContainText('All other inbound calls');
  // The retired code was not copied.
  expect(namesOf(mock, 's-2')).toHaveLength(7);
});

test('p14 a set is renamed, retired and brought back; the last one for all other calls stays', async ({ page, mock, openApp }) => {
  await openApp('/admin/codes');
  await page.getByRole('button', { name: 'Retire set Salientes' }).press('Enter');
  await expect(card(page, 'Salientes').getByRole('alert')).toContainText('This is the only set for outbound calls of no ring group');
  await page.getByRole('button', { name: 'Edit set Salientes' }).press('Enter');
  const form = editor(page, 'Edit set Salientes');
  await choose(page, 'Soporte');
  await form.getByRole('button', { name: 'Save' }).press('Enter');
  await expect(form).toContainText('This is the only set for outbound calls of no ring group');
  await expect(form.getByRole('button', { name: /^Ring groups/ })).toBeFocused();
  await choose(page, 'Soporte');
  await form.getByRole('textbox', { name: 'Name' }).fill('Ventas');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Edit set Ventas' })).toBeFocused();
  expect(sent(mock, 'PATCH').at(-1)).toEqual({ version: 1, name: 'Ventas' });

  mock.sets.push({ id: 's-new', name: 'Campaña', direction: 'outbound', ring_groups: [], retired: false, version: 1, runs_out: null, codes: [] });
  await page.reload();
  await page.getByRole('button', { name: 'Retire set Ventas' }).press('Enter');
  await expect(notice(page, 'Ventas is retired.')).toBeVisible();
  await expect(page.getByRole('heading', { name: '1 retired set' })).toBeVisible();
  const campaign = mock.sets.find((set) => set.id === 's-new');
  if (campaign) campaign.name = 'Ventas';
  await page.getByRole('button', { name: 'Bring back set Ventas' }).press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'Another set has this name.' })).toBeVisible();
  const renamed = editor(page, 'Edit set Ventas');
  await expect(renamed.getByRole('textbox', { name: 'Name' })).toBeFocused();
  await renamed.getByRole('textbox', { name: 'Name' }).fill('Ventas de antes');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Bring back set Ventas de antes' }).press('Enter');
  await expect(notice(page, 'Ventas de antes is offered again.')).toBeVisible();
});

test('where somebody else was first their change is taken over, or said at the field that both changed', async ({ page, mock, openApp }) => {
  await openApp('/admin/codes');
  mock.sets.push({ id: 's-rest', name: 'Resto', direction: 'inbound', ring_groups: [], retired: false, version: 1, runs_out: null, codes: [] });
  await page.getByRole('button', { name: 'Edit set Entrantes' }).press('Enter');
  const form = editor(page, 'Edit set Entrantes');
  const name = form.getByRole('textbox', { name: 'Name' });
  await name.fill('Particulares');
  // Another admin added a code: the set's version moved, and nothing that is changed here.
  Object.assign(mock.sets[0] ?? {}, { version: 5 });
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Edit set Particulares' })).toBeFocused();
  expect(sent(mock, 'PATCH')).toEqual([{ version: 4, name: 'Particulares' }, { version: 5, name: 'Particulares' }]);

  await page.keyboard.press('Enter');
  const again = editor(page, 'Edit set Particulares');
  await again.getByRole('textbox', { name: 'Name' }).fill('Empresas');
  await choose(page, 'Soporte');
  Object.assign(mock.sets[0] ?? {}, { version: 9, name: 'Autónomos', ring_groups: ['Ventas'] });
  await again.getByRole('button', { name: 'Save' }).press('Enter');
  await expect(again).toContainText('Someone else called it “Autónomos” meanwhile.');
  await expect(again).toContainText('Someone else chose Ventas y altas meanwhile.');
  await expect(again.getByRole('textbox', { name: 'Name' })).toHaveValue('Empresas');
  await again.getByRole('button', { name: 'Save' }).press('Enter');
  await expect(card(page, 'Empresas')).toContainText('Inbound calls of Soporte');
});

test('a ring group that is gone is named where it was chosen', async ({ page, mock, openApp }) => {
  mock.sets.push({ id: 's-x', name: 'Antiguo', direction: 'inbound', ring_groups: ['cola-2'], retired: false, version: 1, runs_out: null, codes: [] });
  await openApp('/admin/codes');
  await page.getByRole('button', { name: 'Edit set Antiguo' }).click();
  await choose(page, 'Soporte');
  await editor(page, 'Edit set Antiguo').getByRole('button', { name: 'Save' }).click();
  await expect(editor(page, 'Edit set Antiguo')).toContainText('“cola-2” is no ring group any more. Take it out.');
});

test('sets of many ring groups with long names, a form and complaints', async ({ page, mock, openApp }) => {
  mock.centre.ring_groups = Array.from({ length: 60 }, (_, n) => ({ key: `g-${n}`, name: `${LONG} ${n}`, numbers: [], agents: [] }));
  const codes = mock.sets[0]?.codes.slice(0, 2) ?? [];
  mock.sets.push({ id: 's-long', name: LONG.slice(0, 80), direction: 'inbound', ring_groups: mock.centre.ring_groups.map(({ key }) => key), retired: false, version: 1, runs_out: null, codes });
  mock.sets.push({ id: 's-old', name: LONG.slice(0, 70), direction: 'outbound', ring_groups: [], retired: true, version: 1, runs_out: null, codes: [] });
  await openApp('/admin/codes');
  await page.getByRole('button', { name: 'New set' }).click();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^Retire set Salientes/ }).click();
  await expect(page.getByRole('alert').filter({ hasText: /only set for/ })).toBeVisible();
  await page.getByRole('button', { name: /^Ring groups/ }).first().click();
  await expect(page.getByRole('checkbox')).toHaveCount(63);
  await inspectEach(page, 'app-sets-wrong', async () => {
    const spanish = (await page.locator('html').getAttribute('lang')) === 'es';
    for (const text of spanish ? ['único conjunto', 'Rellene este campo.'] : ['only set for', 'Fill in this field.']) await expect(page.getByText(text)).toBeVisible();
  });
});
