import type { Page } from '@playwright/test';
import { line, NOW } from '../mock/world.ts';
import { expect, inspect, test } from './stage.ts';

const board = (page: Page) => page.locator('[data-wallboard]');
const today = (page: Page) => board(page).getByRole('region', { name: /^(Today|Hoy)$/ });

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  mock.signedIn = mock.users[1] ?? null;
});

test('a wall tells who waits, who does what and how today goes, by itself and also after the server was away', async ({ page, mock, openApp }) => {
  await openApp('/floor');
  await page.getByRole('link', { name: 'Wallboard' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  // Nothing is on the wall but the wall, and nothing of it is beyond its edge.
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden();
  await expect(board(page).getByRole('region', { name: 'Waiting callers' })).toHaveText(/^1\s*caller waits\s*0:30\s*longest wait/);
  await expect(board(page).getByRole('region', { name: 'Agents' })).toHaveText(/^1\s*Available\s*1\s*On a call\s*1\s*Ringing\s*1\s*After Call Work\s*1\s*Away$/);
  await expect(today(page)).toContainText(/Calls\s*2/);
  await expect(board(page).getByRole('list', { name: 'Today by code' }).getByRole('listitem')).toHaveText([/Resolved\s*1\s*50%/, /No wrap-up\s*1\s*50%/]);
  await expect(board(page).getByRole('region', { name: 'Alerts' })).toContainText('Nuria Vega: After Call Work takes long');
  expect(await board(page).evaluate((wall) => wall.scrollHeight - wall.clientHeight)).toBe(0);
  await inspect(page, 'app-wallboard-wide-en');
  // Too long is said in words and not by its colour alone.
  await page.clock.setFixedTime(NOW + 31_000);
  await expect(board(page).getByRole('region', { name: 'Waiting callers' })).toContainText('(too long)');
  await inspect(page, 'app-wallboard-late-en');

  const moved = () => board(page).locator('> div').evaluate((all) => all.style.translate);
  const place = await moved();
  const asked = () => mock.of('GET', /^\/reports\/dispositions/).length;
  const before = asked();
  mock.history = [line('new', { started_at: new Date(NOW).toISOString(), outcome: 'no_wrapup', code: null }), ...mock.history];
  // A minute later it is asked again, once, and all of it stands elsewhere.
  await page.clock.setFixedTime(NOW + 91_000);
  await expect(today(page)).toContainText(/Calls\s*3/);
  expect(asked()).toBe(before + 1);
  expect(await moved()).not.toBe(place);

  mock.disconnect();
  await expect(board(page).getByText('Reconnecting… What is shown may be old.')).toBeVisible();
  mock.floor.waiting = [];
  mock.history = mock.history.slice(1);
  mock.connect();
  await expect(board(page).getByRole('region', { name: 'Waiting callers' })).toHaveText(/^0\s*callers wait\s*—\s*longest wait/);
  await expect(today(page)).toContainText(/Calls\s*2/);
  await page.getByRole('link', { name: 'Leave' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
  // The floor's own page has today's codes as well, and they lead to their calls.
  await page.getByRole('list', { name: 'Today by code' }).getByRole('link', { name: '1 call: Resolved' }).click();
  await expect.poll(() => decodeURIComponent(new URL(page.url()).hash)).toBe('#/activities?from=2026-03-12&until=2026-03-12&code=c-res');
});

test('on the busiest day all of it is within the screen, and what has no room is counted', async ({ page, mock, openApp }) => {
  const codes = Array.from({ length: 12 }, (_, at) => ({ ...mock.sets[0]!.codes[0]!, id: `c-n${at}`, label: { es: `Consulta sobre la factura ${at}`, en: `Question on an invoice ${at}` } }));
  mock.sets[0]!.codes.push(...codes);
  mock.history = codes.map((code, at) => line(`n${at}`, { started_at: new Date(NOW - at * 60_000).toISOString(), code }));
  const alert = mock.floor.alerts[0]!;
  mock.floor.alerts = Array.from({ length: 9 }, (_, at) => ({ ...alert, wrapup: `w-${at}`, agent_name: `Nuria Vega de la Fuente ${at}` }));
  mock.floor.ring_groups = Array.from({ length: 12 }, (_, at) => ({ ring_group: `cola-${at}`, waiting: at, waiting_since: null, talking: 1 }));
  await openApp('/floor/wallboard', 'es');
  await expect(board(page).getByRole('list', { name: 'Hoy por código' }).getByRole('listitem')).toHaveCount(7);
  await expect(board(page)).toContainText('6 otros');
  await expect(board(page)).toContainText('y 5 más');
  expect(await board(page).evaluate((wall) => wall.scrollHeight - wall.clientHeight)).toBe(0);
  await inspect(page, 'app-wallboard-busy-es');
});

test('what cannot be counted anew stays and says of when it is; nobody without leave sees it', async ({ page, mock, openApp }) => {
  await page.setViewportSize({ width: 400, height: 800 });
  await openApp('/floor/wallboard', 'es');
  await expect(today(page)).toContainText(/Llamadas\s*2/);
  await inspect(page, 'app-wallboard-narrow-es');
  mock.gate = ({ path }) => {
    if (path.startsWith('/reports')) throw new Error('away');
  };
  await page.clock.setFixedTime(NOW + 120_000);
  await expect(today(page)).toContainText(/A las \d\d?:\d\d:\d\d/);
  await expect(today(page)).toContainText(/Llamadas\s*2/);
  mock.signedIn = mock.users[0] ?? null;
  mock.gate = () => {};
  await page.reload();
  await expect(page.getByText(/No tiene permiso/)).toBeVisible();
});

test.describe('from where it is tomorrow already', () => {
  test.use({ timezoneId: 'Pacific/Kiritimati' });

  test('today is the day of the centre', async ({ page, mock, openApp }) => {
    await openApp('/floor/wallboard');
    await expect(today(page)).toContainText(/Calls\s*2/);
    for (const path of [/^\/reports\/dispositions/, /^\/reports\/calls/]) {
      await expect.poll(() => mock.of('GET', path).at(-1)?.path).toContain('?from=2026-03-12&until=2026-03-12');
    }
  });
});
