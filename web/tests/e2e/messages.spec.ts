import { DEMO_PASSWORD, withDemo } from './demo.ts';
import { clean, codeBox, expect, logButton, notice, test } from './stage.ts';

/** A centre in which nobody calls any more: some of what callers left waits, and its phone system talks fast. */
const NOBODY_CALLS = ['--past-days', '10', '--calls-per-minute', '0.0001', '--speed', '20'];
/** What is logged of a call back counts where the caller answered; the sample's customers do so most of the time. */
const TRIES = 4;

type MessageRow = { state: string; how: string | null; reached: number };

test('p11_what_a_caller_left_is_called_back_and_done_with_when_that_is_logged', async ({ page }) => {
  await withDemo(NOBODY_CALLS, async (url, rows) => {
    const stored = (): MessageRow[] =>
      rows.all(`SELECT m.state, m.how ->> 'how' AS how, c.answered_at IS NOT NULL AS reached FROM message m
        JOIN engagement e ON hex(e.key) = upper(replace(m.called_back ->> 'engagement', '-', '')) JOIN call c ON c.id = e.call_id`);
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.goto(`${url}/?lang=en#/messages`);
    await page.getByLabel('User name').fill('supervisor');
    await page.getByLabel('Password').fill(DEMO_PASSWORD);
    await page.keyboard.press('Enter');
    const table = page.getByRole('table', { name: 'Messages' });
    // The demo leaves some to do, and no backlog of months.
    await expect(table.getByRole('row')).toHaveCount(7);
    expect(rows.all(`SELECT 1 FROM message WHERE state = 'done'`).length).toBeGreaterThan(0);
    await clean(page);
    await page.getByRole('button', { name: /^User menu/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();

    await page.getByRole('button', { name: /Lucía Romero/ }).click();
    await page.keyboard.press('Enter');
    await page.goto(`${url}/?lang=en#/messages`);
    for (let nth = 1; nth <= TRIES && !stored().some(({ reached }) => reached); nth += 1) {
      await table.getByRole('button', { name: /^Call back: / }).first().click();
      await expect(logButton(page)).toBeVisible({ timeout: 60_000 });
      await codeBox(page).press('1');
      await logButton(page).click();
      const anyway = page.getByRole('button', { name: 'Log anyway' });
      await expect(notice(page, 'Logged').or(anyway)).toBeVisible();
      await expect.poll(() => stored().length).toBeGreaterThan(0);
    }
    await expect.poll(() => stored().find(({ reached }) => reached)).toEqual({ state: 'done', how: 'called_back', reached: 1 });
    expect(stored().filter(({ reached }) => !reached).every(({ state }) => state === 'taken')).toBe(true);
    await page.getByRole('button', { name: /^Done/ }).first().click();
    await expect(table.getByRole('row').filter({ hasText: 'by Lucía Romero' })).toContainText('Called back');
  });
});
