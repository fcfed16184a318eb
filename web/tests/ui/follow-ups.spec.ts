import { followUps } from '../mock/follow-ups.ts';
import { Refusal } from '../mock/endpoints.ts';
import { clean, expect, inspectEach, notice, test } from './stage.ts';

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  mock.followUps = structuredClone(followUps);
});

test('what is to be followed up comes by its day, is done, and taken up again', async ({ page, mock, openApp }) => {
  await openApp('/follow-ups');
  const rows = page.getByRole('table', { name: 'Follow-ups' }).getByRole('row');
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(1)).toContainText('Ana Ruiz');
  await expect(rows.nth(1)).toContainText('Sales › Call back');
  await expect(rows.nth(1)).toContainText('Overdue');
  await expect(rows.nth(2)).not.toContainText('Overdue');
  await expect(rows.nth(2)).toContainText('Do not call');
  await rows.nth(1).getByRole('button', { name: 'Done: Ana Ruiz' }).click();
  await expect(notice(page, 'Ana Ruiz: followed up.')).toBeVisible();
  expect(mock.of('PUT', /follow-ups/).at(-1)).toMatchObject({ path: '/follow-ups/f-late/done', body: { version: 1, done: true } });
  await rows.nth(1).getByRole('button', { name: 'To do again: Ana Ruiz' }).click();
  await expect(rows.nth(1).getByRole('button', { name: 'Done: Ana Ruiz' })).toBeVisible();
  await page.getByRole('combobox', { name: 'Show' }).selectOption('Done');
  await expect(page).toHaveURL(/#\/follow-ups\?state=done$/);
});

test('whoever dials somebody who asked not to be called is asked first', async ({ page, mock, openApp }) => {
  mock.gate = ({ path, body }) => {
    if (path === '/me/dial' && (body as Record<string, unknown>)['despite_do_not_call'] !== true) throw new Refusal(409, 'do_not_call');
  };
  await openApp('/follow-ups');
  const number = page.getByRole('row').filter({ hasText: 'Do not call' }).getByRole('button', { name: /600 11 12 22/ });
  await number.click();
  const dialog = page.getByRole('dialog', { name: 'They asked not to be called' });
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await clean(page);
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('They asked not to be called.')).toBeVisible();
  await number.click();
  await dialog.getByRole('button', { name: 'Call all the same' }).click();
  await expect(dialog).toHaveCount(0);
  expect(mock.of('POST', /dial/).map(({ body }) => (body as Record<string, unknown>)['despite_do_not_call'] ?? false)).toEqual([false, false, true]);
});

test('a follow-up is handed over to another agent, and is on the list no more', async ({ page, mock, openApp }) => {
  await openApp('/follow-ups');
  const rows = page.getByRole('table', { name: 'Follow-ups' }).getByRole('row');
  const button = rows.nth(1).getByRole('button', { name: 'Hand over: Ana Ruiz' });
  await button.click();
  const form = page.getByRole('group', { name: /^(Hand over|Traspasar): Ana Ruiz$/ });
  await expect(form.getByLabel('To whom')).toBeFocused();
  await expect(form.getByRole('option')).toHaveText(['Choose…', 'Admin Demo', 'Marta Vidal']);
  await page.keyboard.press('Escape');
  await expect(button).toBeFocused();
  await button.click();
  await expect(form.getByRole('button', { name: 'Give' })).toBeDisabled();
  await inspectEach(page, 'follow-up-given', () => expect(form).toBeVisible());
  await form.getByLabel('To whom').selectOption('Marta Vidal');
  await form.getByRole('button', { name: 'Give' }).click();
  await expect(notice(page, 'Ana Ruiz: given to Marta Vidal.')).toBeVisible();
  expect(mock.of('PUT', /agent$/).at(-1)).toMatchObject({ path: '/follow-ups/f-late/agent', body: { version: 1, agent: '1002' } });
  await expect(rows).toHaveCount(2);
});

test('the page in both languages, wide and narrow', async ({ page, openApp }) => {
  await openApp('/follow-ups');
  await inspectEach(page, 'follow-ups', () => expect(page.getByRole('table').getByRole('row')).toHaveCount(3));
});
