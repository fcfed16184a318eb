import { Refusal } from '../mock/endpoints.ts';
import { clean, expect, test } from './stage.ts';

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  mock.signedIn = mock.users[2] ?? null;
});

test('p14 codes are reordered by keyboard, and the focus stays on the button', async ({ page, mock, openApp }) => {
  await openApp('/admin/codes');
  const down = page.getByRole('button', { name: 'Move Resolved down' });
  await down.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'Resolved: place 2 of 7' })).toBeAttached();
  await expect(down).toBeFocused();
  expect(mock.of('PUT', /order$/)[0]?.body).toMatchObject({ version: 4, codes: ['c-cb', 'c-res', 'c-esc', 'c-inf', 'c-fac', 'c-que', 'c-equ', 'c-fax'] });
});

test('p14 a code is added, renamed, retired and brought back', async ({ page, openApp }) => {
  await openApp('/admin/codes');
  await page.getByRole('button', { name: 'Add a code' }).first().click();
  await page.getByRole('textbox', { name: 'Label in Spanish' }).fill('Resuelto');
  await page.getByRole('textbox', { name: 'Label in English' }).fill('Cancellation');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('This is already in use. Choose another.')).toBeVisible();
  await page.getByRole('textbox', { name: 'Label in Spanish' }).fill('Baja');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Edit Cancellation' })).toBeVisible();
  await page.getByRole('button', { name: 'Edit Cancellation' }).click();
  await page.getByRole('textbox', { name: 'Label in English' }).fill('Churn');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Edit Churn' })).toBeFocused();
  await page.getByRole('button', { name: 'Retire Churn' }).click();
  await page.getByText('2 retired codes').click();
  await page.getByRole('button', { name: 'Bring back Churn' }).click();
  await expect(page.getByRole('button', { name: 'Edit Churn' })).toBeVisible();
});

test('a change made on an old version is refused in words, and the list shows what is there now', async ({ page, mock, openApp }) => {
  await openApp('/admin/codes');
  await expect(page.getByRole('button', { name: 'Retire Billing' })).toBeVisible();
  const billing = mock.sets[0]?.codes.find((code) => code.id === 'c-fac');
  if (billing) Object.assign(billing, { label: { es: 'Facturas', en: 'Invoices' }, version: 9 });
  await page.getByRole('button', { name: 'Retire Billing' }).click();
  await expect(page.getByRole('alert')).toContainText('Someone else changed this meanwhile');
  await expect(page.getByRole('button', { name: 'Retire Invoices' })).toBeVisible();
  await clean(page);
});

test('a new user gets a one-time link, shown once', async ({ page, mock, openApp }) => {
  await openApp('/admin/users');
  await page.getByRole('button', { name: 'New user' }).click();
  await expect(page.getByRole('textbox', { name: 'User name' })).toBeFocused();
  await page.keyboard.type('lucia');
  await page.getByRole('textbox', { name: 'Full name' }).fill('Inés Gil');
  await page.getByRole('textbox', { name: 'Agent key' }).fill('1009');
  await page.keyboard.press('Enter');
  await expect(page.getByText('This is already in use. Choose another.')).toBeVisible();
  await page.getByRole('textbox', { name: 'User name' }).fill('ines');
  await page.keyboard.press('Enter');
  await expect(page.getByText('One-time link for Inés Gil')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Link' })).toHaveValue(/#\/password\?token=/);
  await clean(page);
  expect(mock.of('POST', /^\/users$/).at(-1)?.body).toEqual({ login: 'ines', name: 'Inés Gil', role: 'agent', agent: '1009', email: null });
});

test('the last administrator stays one', async ({ page, mock, openApp }) => {
  mock.gate = ({ method }) => {
    if (method === 'PATCH') throw new Refusal(422, 'invalid', { reason: 'last_admin' }, 'role');
  };
  await openApp('/admin/users');
  await page.getByRole('button', { name: 'Edit Admin Demo' }).click();
  await page.getByRole('combobox', { name: 'Role' }).selectOption('agent');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('Somebody must stay administrator');
});

test('a password is reset after a question, a user switched off at once', async ({ page, mock, openApp }) => {
  await openApp('/admin/users');
  await page.getByRole('button', { name: 'Reset password: Marta Vidal' }).click();
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.getByRole('button', { name: 'Reset password', exact: true }).last().click();
  await expect(page.getByText('One-time link for Marta Vidal')).toBeVisible();
  await page.getByRole('button', { name: 'Deactivate: Marta Vidal' }).click();
  await expect(page.getByRole('button', { name: 'Activate: Marta Vidal' })).toBeVisible();
  expect(mock.of('PATCH', /^\/users\/u-sup$/)[0]?.body).toEqual({ version: 1, active: false });
  // Who cannot sign in any more is not offered as the owner of a record.
  await openApp('/people/p-lead');
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect(page.getByRole('main').getByRole('combobox', { name: 'Owner' }).getByRole('option')).toHaveText(['Nobody', 'Me (Admin Demo)', 'Lucía Herrero']);
});
