import { clean, expect, inspect, inspectEach, test } from './stage.ts';

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

test('a file says of each line what it would change, also that a merged code comes back; a set that runs out is warned of', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[2] ?? null;
  const line = { reason: null, set: 'Entrantes', label: { es: 'Fax', en: 'Fax' } };
  const back = [
    { field: 'retired', before: 'true', after: 'false' },
    { field: 'merged_into', before: 'Información', after: null },
  ];
  mock.codeFile.lines = [
    { ...line, line: 2, does: 'brought_back', fields: back },
    { ...line, line: 3, does: 'changed', fields: [{ field: 'follow_up_days', before: null, after: '3' }] },
    { ...line, line: 4, does: 'refused', reason: 'date_order', fields: [] },
  ];
  Object.assign(mock.codeFile, { changes: 2, refused: 1 });
  Object.assign(mock.sets[1] ?? {}, { runs_out: '2026-12-31' });
  await openApp('/admin/codes');
  await expect(page.getByRole('region', { name: 'Salientes' })).toContainText(/From .*Dec.* on no code of this set can be picked/);
  await page.getByLabel('CSV file').setInputFiles({ name: 'codes.csv', mimeType: 'text/csv', buffer: Buffer.from('id') });
  await page.getByRole('button', { name: 'Show what would change' }).click();
  const row = (n: number) => page.getByRole('table', { name: 'Import from CSV' }).getByRole('row').nth(n);
  await expect(row(1)).toContainText(/Brought back.*Merged into.*Información/s);
  await expect(row(2)).toContainText(/Changed.*3/s);
  await expect(row(3)).toContainText('write 2026-03-01');
  await expect(page.getByRole('button', { name: 'Apply 2 changes' })).toBeDisabled();
  await inspectEach(page, 'code-file');
});
