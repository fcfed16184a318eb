import { withDemo } from './demo.ts';
import { expect, test } from './stage.ts';

test('a newcomer starts the demo, signs in with one click, and calls come by themselves', async ({ page }) => {
  await withDemo(['--past-days', '3', '--calls-per-minute', '60', '--speed', '5'], async (url) => {
    await page.goto(`${url}/panel.html?lang=en`);
    await page.getByRole('button', { name: /Lucía Romero/ }).click();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Recent calls' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Log', exact: true })).toBeVisible({ timeout: 90_000 });
    await page.getByRole('combobox', { name: 'Disposition code' }).press('1');
    await expect(page.getByText('Draft saved')).toBeVisible();
  });
});
