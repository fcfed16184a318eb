import { expect, inspectEach, test } from './stage.ts';

test('whether every call is accounted for is told with its grounds, compared with a file and made good, in both languages', async ({ page, mock, openApp }) => {
  await page.setViewportSize({ width: 1280, height: 1600 });
  mock.signedIn = mock.users[1] ?? null;
  await openApp('/floor');
  await expect(page.getByText('Calls of the last 7 days accounted for: 100')).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Completeness' }).click();
  await expect(page.getByText('Nothing is missing.')).toBeVisible();
  await expect(page.getByText('679 of 679 calls')).toBeVisible();
  await expect(page.getByText('Not yet compared with the phone system’s own files.')).toBeVisible();
  await expect(page.getByText('No file was compared yet.')).toBeVisible();
  await inspectEach(page, 'completeness-well');

  const upload = async (name: string): Promise<void> => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Upload and compare' }).click();
    await (await chooser).setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from('"","5550100"\n') });
  };
  await upload('broken.csv');
  await expect(page.getByText('Line 1,203 of the file cannot be read: it has another number of columns than the lines before. Nothing was compared.')).toBeVisible();
  await upload('Master.csv');
  await expect(page.getByText('Comparing…')).toBeVisible();
  await page.clock.runFor(1500);
  await expect(page.getByText('2 calls are in the phone system’s file only.')).toBeVisible();
  await expect(page.getByText('99.7%'), 'nothing is rounded up to all').not.toHaveCount(0);
  await page.getByText('What Master.csv says').click();
  await expect(page.getByText('Stray records of no length')).toBeVisible();
  await expect(page.getByText('1 call of that time is known here and not in the file.')).toBeVisible();
  await inspectEach(page, 'completeness-missing');

  mock.ledgerGaps = 1;
  await page.getByRole('button', { name: /^Make the call of \+34 600 777 888/ }).click();
  await expect(page.getByText('1 call was made from the file.')).toBeVisible();
  await expect(page.getByText('1 known call has neither an Activity nor a reason.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Known, with neither an Activity nor a reason' })).toBeVisible();
  await page.getByRole('button', { name: 'Make all of these days' }).click();
  await expect(page.getByRole('heading', { name: 'In the phone system’s file only' })).toBeHidden();
  expect(mock.seen.filter(({ path }) => path === '/completeness/missing/make').map(({ body }) => Object.keys(body as object))).toEqual([['calls'], ['days']]);
});
