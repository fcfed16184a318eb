import { expect, test } from '@playwright/test';

test('a demo user signs in with one click and sees their panel', async ({ page, request }) => {
  const instance = (await (await request.get('/api/v1/instance')).json()) as { demo: { users: { name: string; role: string }[] } | null };
  const agent = instance.demo?.users.find((user) => user.role === 'agent');
  expect(agent, 'these tests run on the demo').toBeDefined();
  await page.goto('/panel.html?lang=en');
  await page.getByRole('button', { name: agent?.name ?? '' }).click();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Recent calls' })).toBeVisible();
});
