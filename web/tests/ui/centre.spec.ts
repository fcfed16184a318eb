import type { Page } from '@playwright/test';
import { Refusal } from '../mock/endpoints.ts';
import type { Mock } from '../mock/server.ts';
import { matches, wrapup } from '../mock/world.ts';
import { clean, codeBox, expect, inspectEach, logButton, notice, test } from './stage.ts';

const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 400, height: 800 } };

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize(SIZES.wide);
  mock.signedIn = mock.users[2] ?? null;
});

const group = (page: Page, name: string | RegExp) => page.getByRole('group', { name });
const time = (page: Page) => group(page, /^(Time for a wrap-up|Tiempo para registrar)$/).getByRole('textbox');
const save = (page: Page) => page.getByRole('main').getByRole('button', { name: /^(Save|Guardar)$/ });
const sent = (mock: Mock): unknown[] => mock.of('PUT', /^\/centre$/).map(({ body }) => body);

test('what is changed is marked, counted and saved as a whole', async ({ page, mock, openApp }) => {
  await openApp('/admin/centre');
  await expect(page.getByText('1:30 for a wrap-up, and 2 times 1:00 more: 3:30 at most.')).toBeVisible();
  await time(page).fill('120');
  await expect(page.getByText('2:00 for a wrap-up, and 2 times 1:00 more: 4:00 at most.')).toBeVisible();
  await page.getByRole('checkbox', { name: 'List them apart, up to' }).check();
  await expect(group(page, 'Abandoned early').getByRole('textbox')).toBeFocused();
  await page.keyboard.type('5');
  await page.getByRole('group', { name: 'Inbound', exact: true }).getByRole('combobox', { name: 'Make' }).selectOption('A Lead');
  const hours = group(page, 'By the agent').getByRole('textbox');
  await hours.fill('0');
  await expect(notice(page, '4 changes not saved')).toBeVisible();
  await expect(page.getByText('changed, not saved')).toHaveCount(4);
  await group(page, 'Own numbers and extensions').getByRole('textbox').fill(' +34 910 00 00 01\n\n912345678 \n912345678');
  await expect(page.getByText('2 numbers')).toBeVisible();
  await save(page).click();
  await expect(page.getByText('Write a whole number from 1 to 8,784.')).toBeVisible();
  await expect(hours).toBeFocused();
  await hours.fill('72');
  await save(page).click();
  await expect(notice(page, 'Saved. It holds from now on.')).toBeVisible();
  await expect(page.getByText('changed, not saved')).toHaveCount(0);
  expect(sent(mock)).toEqual([
    {
      ...mock.centre,
      version: 7,
      own_numbers: ['+34 910 00 00 01', '912345678'],
      auto_create: { ...mock.centre.auto_create, inbound: { make: 'lead', name: null, company: null, email: null, owner: { is: 'nobody' } } },
      short_abandon_s: 5,
      acw: { seconds: 120, extension_s: 60, max_extensions: 2, on_expiry: 'stay', longest_s: 3600, after_submit: 'available', dial_during: true },
      corrections: { agent_hours: 72 },
    },
  ]);
});

test('a number that is switched off is none, and the one it was when it is switched on again', async ({ page, mock, openApp }) => {
  await openApp('/admin/centre');
  const limit = page.getByRole('checkbox', { name: 'Limit the time to' });
  await limit.uncheck();
  await expect(time(page)).toBeDisabled();
  await expect(page.getByText('No limit: a wrap-up takes as long as it takes.')).toBeVisible();
  await limit.check();
  await expect(time(page)).toHaveValue('90');
  await expect(notice(page, 'Everything is saved.')).toBeVisible();
  await limit.uncheck();
  await save(page).click();
  await expect(notice(page, 'Saved.')).toBeVisible();
  expect(sent(mock)).toMatchObject([{ acw: { seconds: null } }]);
});

test('reasons are added, ordered and removed by keyboard, and Reset brings back what was', async ({ page, mock, openApp }) => {
  await openApp('/admin/centre');
  const list = page.getByRole('list', { name: 'Reasons for being away' });
  await page.getByRole('button', { name: 'Add a reason', exact: true }).press('Enter');
  await expect(page.getByRole('textbox', { name: 'Reason 4 in Spanish' })).toBeFocused();
  await page.keyboard.type('Reunión');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Meeting');
  await page.getByRole('button', { name: 'Move Meeting up' }).press('Enter');
  await expect(notice(page, 'Meeting: place 3 of 4')).toBeAttached();
  await expect(page.getByRole('button', { name: 'Move Meeting up' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  // At the top there is only the way down.
  await expect(page.getByRole('button', { name: 'Move Meeting down' })).toBeFocused();
  await page.getByRole('button', { name: 'Remove Lunch' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Remove Training' })).toBeFocused();
  await save(page).click();
  await expect(notice(page, 'Saved.')).toBeVisible();
  const reasons = [{ es: 'Reunión', en: 'Meeting' }, { es: 'Descanso', en: 'Break' }, { es: 'Formación', en: 'Training' }];
  expect(sent(mock)).toMatchObject([{ away_reasons: reasons }]);
  for (const name of ['Meeting', 'Break', 'Training']) await page.getByRole('button', { name: `Remove ${name}` }).click();
  await expect(page.getByText('There are no reasons yet.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add a reason', exact: true })).toBeFocused();
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(list.getByRole('listitem')).toHaveCount(3);
  await expect(notice(page, 'Everything is as it was saved last.')).toBeVisible();
});

/** Each width is gone through once; from the wide one both are looked at in both languages. */
for (const [size, lang] of [['wide', 'en'], ['narrow', 'es']] as const) {
  test(`the settings as they are, wrong, and changed by two, ${size}, ${lang}`, async ({ page, mock, openApp }) => {
    // The longest page there is, looked through a dozen times.
    await page.setViewportSize(SIZES[size]);
    await openApp('/admin/centre', lang);
    await expect(time(page)).toHaveValue('90');
    if (size === 'wide') await inspectEach(page, 'app-centre');

    await time(page).fill('muchos');
    await group(page, /^(Own numbers|Números propios)/).getByRole('textbox').fill('910 00 00 01\nrecepción');
    await page.getByRole('textbox', { name: /^(Reason 2 in English|Motivo 2 en inglés)$/ }).fill(' ');
    await save(page).click();
    await expect(page.getByRole('main').getByRole('alert')).toContainText([/3 settings need a correction|corregir 3 ajustes/]);
    await expect(page.getByText(/Line 2 \(“recepción”\) has no digits|La línea 2 \(«recepción»\) no tiene cifras/)).toBeVisible();
    await expect(page.getByText(/whole number from 1 to 86,400|número entero de 1 a 86[.\s]400/)).toBeVisible();
    // The first that is wrong has the focus, and nothing lies over it.
    const numbers = group(page, /^(Own numbers|Números propios)/).getByRole('textbox');
    await expect(numbers).toBeFocused();
    await expect(numbers).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole('banner')).toBeInViewport({ ratio: 1 });
    expect(sent(mock)).toEqual([]);
    if (size === 'wide') await inspectEach(page, 'app-centre-wrong', () => expect(page.getByRole('main').getByRole('alert')).toContainText([/3 settings need|corregir 3/]));

    await page.getByRole('button', { name: /^(Reset|Restablecer)$/ }).click();
    await time(page).fill('30');
    mock.centre = { ...mock.centre, version: 8, codes_enabled: false, acw: { ...mock.centre.acw, seconds: 45 } };
    await save(page).click();
    const conflict = page.getByRole('alert').filter({ hasText: /Changed by someone else|Otra persona lo ha cambiado/ });
    await expect(conflict).toContainText(/45 (seconds|segundos)/);
    await expect(conflict).toContainText(/30 (seconds|segundos)/);
    await expect(time(page)).toHaveValue('30');
    await expect(page.getByRole('checkbox', { name: /Agents give a code|dan un código/ })).not.toBeChecked();
    if (size === 'wide') await inspectEach(page, 'app-centre-conflict', () => expect(conflict).toBeVisible());
  });
}

test('where another admin was first nothing is overwritten until it is said whose holds', async ({ page, mock, openApp }) => {
  await openApp('/admin/centre');
  await time(page).fill('30');
  await group(page, 'Own numbers and extensions').getByRole('textbox').fill('+34 910 00 00 01\n+34 910 00 00 09');
  mock.centre = { ...mock.centre, version: 8, own_numbers: ['+34 910 00 00 01', '+34 955 00 00 00'], acw: { ...mock.centre.acw, seconds: 45, max_extensions: 3 } };
  await save(page).click();
  const conflict = page.getByRole('alert').filter({ hasText: 'Changed by someone else meanwhile' });
  await expect(conflict).toContainText('2 entries; only here: +34 955 00 00 00');
  await expect(conflict).toContainText('2 entries; only here: +34 910 00 00 09');
  await expect(conflict).toContainText('taken over');
  await save(page).click();
  await expect(page.getByText('Choose first, above, what holds')).toBeVisible();
  expect(sent(mock)).toHaveLength(1);
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await save(page).click();
  await expect(notice(page, 'Saved.')).toBeVisible();
  expect(sent(mock)[1]).toMatchObject({ version: 8, own_numbers: ['+34 910 00 00 01', '+34 910 00 00 09'], acw: { seconds: 30, max_extensions: 3 } });
});

test('what the server refuses is said beside its field, what it cannot do beside the button', async ({ page, mock, openApp }) => {
  let refusal = new Refusal(422, 'invalid', { reason: 'too_long' }, 'acw.max_extensions');
  mock.gate = ({ method }) => {
    if (method === 'PUT') throw refusal;
  };
  await openApp('/admin/centre');
  await group(page, 'How often').getByRole('textbox').fill('4');
  await page.keyboard.press('Enter');
  await expect(group(page, 'How often')).toContainText('Write a whole number from 0 to 10.');
  await expect(group(page, 'How often').getByRole('textbox')).toBeFocused();
  refusal = new Refusal(422, 'invalid', { reason: 'empty' }, 'away_reasons');
  await save(page).click();
  await expect(group(page, 'Reasons for being away')).toContainText('Fill in this field.');
  refusal = new Refusal(503, 'unavailable');
  await save(page).click();
  await expect(page.getByRole('main').getByRole('alert')).toContainText(['This cannot be stored right now.']);
  await expect(group(page, 'How often').getByRole('textbox')).toHaveValue('4');
  await clean(page);
});

test('what is typed outlasts another page, is named before Log, and is asked about before signing out', async ({ page, mock, openApp }) => {
  await openApp('/admin/centre');
  await time(page).fill('30');
  await page.getByRole('link', { name: 'Recent calls' }).click();
  await expect(time(page)).toHaveCount(0);
  mock.push((now) => void (now.wrapups = [wrapup('e1', matches.one())]));
  await codeBox(page).press('1');
  await logButton(page).click();
  await expect(page.getByRole('alertdialog')).toContainText('Centre settings');
  await page.getByRole('button', { name: 'Go back and save' }).click();
  await expect(time(page)).toHaveValue('30');
  await page.getByRole('button', { name: 'User menu of Admin Demo' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('alertdialog').filter({ hasText: 'Discard what is not saved?' })).toContainText('Centre settings');
  await page.getByRole('button', { name: 'Keep editing' }).click();
  await expect(time(page)).toHaveValue('30');
});

test('the settings are for admins only', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[1] ?? null;
  await openApp('/admin/centre');
  await expect(page.getByRole('heading', { name: 'Not for your role' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Settings' })).toHaveCount(0);
  expect(mock.of('GET', /^\/centre$/)).toEqual([]);
});
