import { matches, panel, wrapup } from '../mock/world.ts';
import { expect, inspectEach, inspectWide, notice, test } from './stage.ts';

test('an agent leaves a wrap-up for later as long as more may wait, and is reminded of what waits', async ({ page, mock, openPanel }) => {
  await page.setViewportSize({ width: 400, height: 720 });
  const inbox = { put_aside: true, waiting: 0, most: 1, full: false, remind_at: null };
  mock.panel = panel({ wrapups: [wrapup('e1', matches.one()), wrapup('e2', matches.one())], inbox });
  await openPanel();
  const later = page.getByRole('button', { name: 'Leave for later' });
  await page.getByRole('textbox', { name: 'Notes' }).fill('llama mañana');
  await later.click();
  await expect.poll(() => mock.of('POST', /put-aside$/).map(({ path }) => path)).toEqual(['/wrapups/e1/put-aside']);
  // What was typed is saved before it waits.
  expect(mock.of('PUT', /draft$/).at(-1)?.body).toMatchObject({ notes: 'llama mañana' });
  await expect(later).toHaveCount(0);
  await page.getByRole('navigation').getByRole('button', { name: /Ana Ruiz/ }).nth(1).click();
  await expect(later).toBeDisabled();
  await expect(later).toHaveAttribute('title', 'As many wait as may.');
  mock.push((now) => Object.assign(now.inbox ?? {}, { waiting: 2, full: true, remind_at: now.now }));
  const said = page.getByText('2 calls wait to be summed up: no calls come until there are fewer.');
  await expect(said).toBeVisible();
  await inspectWide(page, 'inbox-full');
});

test('several wrap-ups are finished at once, and what the rules refuse stays and says why', async ({ page, mock, openApp }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  const old = mock.inbox.find(({ id }) => id === 'w-old');
  if (old) old.has_draft = true;
  await openApp('/wrapups');
  await page.getByRole('button', { name: 'Finish several' }).click();
  await page.getByRole('checkbox', { name: 'Choose the call with Ana Ruiz' }).check();
  await page.getByRole('checkbox', { name: 'Choose the call with +34 955 12 00 00' }).press('Space');
  await expect(page.getByText('2 calls chosen')).toBeVisible();
  await page.getByRole('textbox', { name: 'Notes, where there are none' }).fill('cierre del día');
  await page.getByRole('button', { name: 'Finish 2 calls' }).click();
  await expect(notice(page, '1 call is finished.').first()).toContainText('1 stays: ');
  await expect(page.getByText('1 call chosen')).toBeVisible();
  expect(mock.of('POST', /finish$/).at(-1)?.body).toEqual({ wrapups: ['e1', 'w-old'], as: 'log', code: null, notes: 'cierre del día' });
  await page.getByRole('radio', { name: 'Do not log' }).check();
  await page.getByRole('combobox', { name: 'Reason' }).selectOption({ index: 1 });
  await inspectEach(page, 'finish-many');
  await page.getByRole('button', { name: 'Choose all shown' }).click();
  await page.getByRole('button', { name: 'Finish 1 call' }).click();
  await expect(page.getByText('1 call is finished.')).toBeVisible();
  expect(mock.inbox.some(({ agent }) => agent === '1001')).toBe(false);
});

test('a supervisor chooses none of what others owe', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[1] ?? null;
  await openApp('/wrapups');
  await page.getByRole('button', { name: 'Finish several' }).click();
  await expect(page.getByRole('checkbox')).toHaveCount(1);
  await expect(page.getByRole('checkbox', { name: 'Choose the call with Bruno Salas' })).toBeVisible();
});
