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

test('a file that a spreadsheet saved in the code page of Windows keeps its accents', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[2] ?? null;
  await openApp('/admin/codes');
  const posted = (): unknown => (mock.of('POST', /^\/dispositions\/file$/).at(-1)?.body as { file?: string } | undefined)?.file;
  const text = 'set;label_es\r\nEntrantes;Reclamación de 5 €\r\n';
  const windows = Buffer.from(text.replace('€', '\x80'), 'latin1');
  for (const [name, buffer] of [['windows', windows], ['marked', Buffer.from(`\ufeff${text}`)]] as const) {
    await page.getByLabel('CSV file').setInputFiles({ name: `${name}.csv`, mimeType: 'text/csv', buffer });
    await page.getByRole('button', { name: 'Show what would change' }).click();
    await expect.poll(() => mock.of('POST', /^\/dispositions\/file$/).length).toBe(name === 'windows' ? 1 : 2);
    expect(posted()).toBe(text);
    await expect(page.getByText('Nothing would change.')).toBeVisible();
  }
});
