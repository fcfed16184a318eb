import { clean, expect, inspect, test } from './stage.ts';

test('a code is put under another, asks for a follow-up, and the picker says so', async ({ page, mock, openApp }) => {
  await page.setViewportSize({ width: 1280, height: 1400 });
  mock.signedIn = mock.users[2] ?? null;
  await openApp('/admin/codes');
  const card = page.getByRole('region', { name: 'Entrantes' });
  await card.getByRole('button', { name: 'Edit Call back' }).click();
  const editor = card.getByRole('group', { name: 'Edit Call back' });
  await editor.getByText('Follow-up, dates and place').click();
  await editor.getByRole('combobox', { name: 'Under' }).selectOption('Resolved');
  await editor.getByRole('textbox', { name: 'Follow up after (days)' }).fill('400');
  await editor.getByRole('button', { name: 'Save' }).click();
  await expect(editor).toContainText('A whole number from 0 to 366, or nothing.');
  await editor.getByRole('textbox', { name: 'Follow up after (days)' }).fill('3');
  await editor.getByRole('checkbox', { name: 'Person asked not to be called' }).check();
  await clean(page);
  await editor.getByRole('button', { name: 'Save' }).click();
  await expect(card.getByText('Follow-up in 3 days')).toBeVisible();
  expect(mock.of('PATCH', /codes/).at(-1)?.body).toMatchObject({ traits: { parent: 'c-res', follow_up_days: 3, do_not_call: true } });
  await inspect(page, 'code-traits');
});
