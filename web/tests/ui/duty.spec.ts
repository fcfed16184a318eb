import type { Locator, Page } from '@playwright/test';
import { Refusal } from '../mock/endpoints.ts';
import { ago, matches, panel, wrapup } from '../mock/world.ts';
import type { Mock } from '../mock/server.ts';
import { clean, codeBox, expect, test } from './stage.ts';

const bar = (page: Page): Locator => page.locator('header').first();
const said = (mock: Mock): unknown[] => mock.of('PUT', /^\/me\/mode$/).map(({ body }) => body);

for (const [lang, reason, away, menu] of [
  ['en', 'Training', 'Away: Training', 'Change your status'],
  ['es', 'Formación', 'Ausente: Formación', 'Cambiar su estado'],
] as const) {
  test(`an agent goes away with a reason in their own words and comes back, ${lang}`, async ({ page, mock, openPanel }) => {
    await openPanel(lang);
    await page.getByRole('button', { name: menu }).click();
    await page.getByRole('menuitemradio', { name: away }).click();
    await expect(bar(page).getByText(away)).toBeVisible();
    await expect(bar(page).getByRole('timer')).toHaveText('0:00');
    expect(said(mock)).toEqual([{ mode: 'away', reason }]);
    await page.getByRole('button', { name: menu }).press('ArrowDown');
    await expect(page.getByRole('menuitemradio', { name: away })).toHaveAttribute('aria-checked', 'true');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect(bar(page).getByText(/^(Available|Disponible)$/)).toBeVisible();
    expect(said(mock).at(-1)).toEqual({ mode: 'available', reason: null });
  });
}

test('a reason that was said in the other language is shown in the reader’s', async ({ page, mock, openPanel }) => {
  mock.panel.agent = { ...mock.panel.agent, state: 'away', mode: 'away', away_reason: 'Pausa' };
  await openPanel();
  await expect(page.getByText('Away: Break')).toBeVisible();
});

test('where the centre has no reasons an agent is just away, and else gives one', async ({ page, mock, openPanel }) => {
  await openPanel();
  await page.getByRole('button', { name: 'Change your status' }).click();
  await expect(page.getByRole('menuitemradio')).toHaveText([/Available/, /Away: Break/, /Away: Training/]);
  mock.push((now) => void (now.away_reasons = []));
  await expect(page.getByRole('menuitemradio')).toHaveText([/Available/, /Away$/]);
  await page.getByRole('menuitemradio', { name: 'Away' }).click();
  await expect.poll(() => said(mock)).toEqual([{ mode: 'away', reason: null }]);
});

test('a change of the mode that is refused is said, and the state stays as it is', async ({ page, mock, openPanel }) => {
  mock.gate = ({ path }) => {
    if (path === '/me/mode') throw new Refusal(503, 'unavailable');
  };
  await openPanel();
  await page.getByRole('button', { name: 'Change your status' }).click();
  await page.getByRole('menuitemradio', { name: 'Away: Break' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'cannot be stored right now' })).toBeVisible();
  await expect(bar(page).getByText('Available')).toBeVisible();
  await clean(page);
});

test('p12 who submitted and holds is told how to take calls again, and does so with one click', async ({ page, mock, openPanel }) => {
  mock.panel.agent = { ...mock.panel.agent, state: 'away', mode: 'holding', since: ago(90) };
  await openPanel();
  await expect(page.getByText('Press Available to take calls again.')).toBeVisible();
  await expect(bar(page).getByRole('timer')).toHaveText('1:30');
  await page.getByRole('button', { name: 'Available', exact: true }).click();
  await expect(page.getByText('Press Available to take calls again.')).toHaveCount(0);
  expect(said(mock)).toEqual([{ mode: 'available', reason: null }]);
});

test('p12 an agent on a call is shown as such, whatever they said before', async ({ page, mock, openPanel }) => {
  mock.panel.agent = { ...mock.panel.agent, state: 'on_call', mode: 'holding' };
  await openPanel();
  await expect(bar(page).getByText('On a call')).toBeVisible();
  await expect(page.getByText('Press Available')).toHaveCount(0);
});

test('the time of a wrap-up counts down, can be extended, and the new time is shown', async ({ page, mock, openPanel }) => {
  mock.panel = panel({ wrapups: [wrapup('e1', matches.one(), { deadline: ago(-83), can_extend: true })] });
  await openPanel();
  await expect(page.getByText('1:23 left')).toBeVisible();
  await page.getByRole('button', { name: 'More time' }).click();
  await expect(page.getByText('2:23 left')).toBeVisible();
  await expect(page.getByRole('button', { name: 'More time' })).toHaveCount(0);
  expect(mock.of('POST', /e1\/extend$/)).toHaveLength(1);
});

test('a wrap-up that cannot be given more time says so', async ({ page, mock, openPanel }) => {
  mock.panel = panel({ wrapups: [wrapup('e1', matches.one(), { deadline: ago(-5), can_extend: true })] });
  mock.gate = ({ path }) => {
    if (path.endsWith('/extend')) throw new Refusal(409, 'no_more_time');
  };
  await openPanel();
  await page.getByRole('button', { name: 'More time' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'cannot be given more time' })).toBeVisible();
});

test('late is shown as such by the clock of the server; without a deadline there is nothing to count', async ({ page, mock, openPanel }) => {
  mock.panel = panel({ wrapups: [wrapup('e1', matches.one(), { deadline: ago(42), late: true })] });
  await openPanel();
  await expect(page.getByText('0:42 late')).toBeVisible();
  mock.push((now) => Object.assign(now.wrapups[0] ?? {}, { deadline: null, late: false }));
  await expect(page.getByText(/\d late|\d left/)).toHaveCount(0);
  await expect(codeBox(page)).toBeVisible();
});

test('p12 a wrap-up that was released is marked, and one that was not is not', async ({ page, mock, openPanel }) => {
  mock.panel = panel({ wrapups: [wrapup('e1', matches.one(), { released: true })] });
  await openPanel();
  await expect(page.getByText('Released', { exact: true })).toBeVisible();
  mock.push((now) => Object.assign(now.wrapups[0] ?? {}, { released: false }));
  await expect(page.getByText('Released', { exact: true })).toHaveCount(0);
});
