import { inspectEach, expect, test } from './stage.ts';

test('past calls are uploaded, looked at, checked and imported, and each step can be used in both languages', async ({ page, mock, openApp }) => {
  await page.setViewportSize({ width: 1280, height: 1400 });
  mock.signedIn = mock.users[2] ?? null;
  await openApp('/admin/imports');
  await expect(page.getByText('No file has been uploaded yet.')).toBeVisible();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Upload a file' }).click();
  await (await chooser).setFiles({ name: 'calls.csv', mimeType: 'text/csv', buffer: Buffer.from('call_id,type\nc1,inbound\n') });

  await expect(page.getByRole('heading', { name: 'The first rows' })).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Began' })).toHaveValue('start_at');
  await expect(page.getByText('Began “last week” is not a time')).toBeVisible();
  await inspectEach(page, 'imports-uploaded');

  await page.getByRole('button', { name: 'Check all rows' }).click();
  await expect(page.getByText('1,204 rows')).toBeVisible();
  await page.getByRole('combobox', { name: 'What “Eva Paz” means' }).selectOption('-');
  await inspectEach(page, 'imports-checked');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved. Check all rows again.')).toBeVisible();
  expect(mock.imports[0]?.mapping.agents).toEqual({ 'Eva Paz': null });

  await page.getByRole('button', { name: 'Check all rows' }).click();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByText('2,100 rows a second')).toBeVisible();
  await expect(page.getByText('1:15 left')).toBeVisible();
  await inspectEach(page, 'imports-running');
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Go on' })).toBeVisible();
  await page.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('No file has been uploaded yet.')).toBeVisible();
});
