import type { Page } from '@playwright/test';
import type { Mock } from '../mock/server.ts';
import { Refusal } from '../mock/endpoints.ts';
import { clean, expect, test } from './stage.ts';

test.beforeEach(async ({ page }) => page.setViewportSize({ width: 1280, height: 900 }));

const owner = (page: Page) => page.getByRole('main').getByRole('combobox', { name: 'Owner' });
const patched = (mock: Mock): unknown[] => mock.of('PATCH', /^\/people\/p-ana$/).map(({ body }) => body);

test('everybody who may edit a record gives it to themselves, to anybody who works here or to nobody', async ({ page, mock, openApp }) => {
  await openApp('/people/p-ana');
  await expect(page.getByRole('definition').filter({ hasText: 'Marta Vidal' })).toBeVisible();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  // Pedro Núñez does not work here any more.
  await expect(owner(page).getByRole('option')).toHaveText(['Nobody', 'Me (Lucía Herrero)', 'Admin Demo', 'Marta Vidal']);
  await owner(page).selectOption('Admin Demo');
  await clean(page);
  await page.getByRole('main').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('definition').filter({ hasText: 'Admin Demo' })).toBeVisible();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await owner(page).selectOption('Nobody');
  await page.getByRole('main').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('definition').filter({ hasText: 'Nobody' })).toBeVisible();
  expect(patched(mock)).toEqual([{ version: 1, owner: 'u-adm' }, { version: 2, owner: null }]);
  // Logins and roles are for admins.
  expect(mock.of('GET', /^\/users$/)).toEqual([]);
});

test('where nobody says who works here, whose record it is stays, and it can be taken', async ({ page, mock, openApp }) => {
  mock.gate = ({ path }) => {
    if (path === '/users/names') throw new Refusal(503, 'unavailable');
  };
  await openApp('/people/p-ana');
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect(owner(page).getByRole('option')).toHaveText(['Nobody', 'Me (Lucía Herrero)', 'Marta Vidal']);
  await owner(page).selectOption('Me (Lucía Herrero)');
  await page.getByRole('main').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('definition').filter({ hasText: 'Lucía Herrero' })).toBeVisible();
  expect(patched(mock)).toEqual([{ version: 1, owner: 'u-ana' }]);
});

test('an admin chooses among all active users; what is refused stands beside the field, and two who change it are asked', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[2] ?? null;
  await openApp('/people/p-ana');
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect(owner(page).getByRole('option')).toHaveText(['Nobody', 'Me (Admin Demo)', 'Lucía Herrero', 'Marta Vidal']);
  await owner(page).selectOption('Lucía Herrero');
  mock.gate = ({ method }) => {
    if (method === 'PATCH') throw new Refusal(422, 'invalid', { reason: 'unknown' }, 'owner');
  };
  const save = page.getByRole('main').getByRole('button', { name: 'Save' });
  await save.click();
  await expect(page.getByText('This value is not known. Choose another.')).toBeVisible();
  mock.gate = () => {};
  const ana = mock.people.find(({ id }) => id === 'p-ana');
  if (ana) Object.assign(ana, { version: 2, owner: { id: 'u-adm', name: 'Admin Demo' } });
  await save.click();
  await expect(page.getByRole('alert').filter({ hasText: 'Changed by someone else' })).toContainText(/Owner.*Admin Demo.*Lucía Herrero/s);
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await save.click();
  await expect(page.getByRole('definition').filter({ hasText: 'Lucía Herrero' })).toBeVisible();
});
