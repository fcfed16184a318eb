import type { Page } from '@playwright/test';
import { Refusal } from '../mock/ask.ts';
import { activity, ago, liveCall, matches, NOW, panel } from '../mock/world.ts';
import { expect, inspect, inspectEach, test } from './stage.ts';

const agents = (page: Page) => page.getByRole('table', { name: /^(Agents|Agentes)$/ });
const waiting = (page: Page) => page.getByRole('table', { name: /^(Waiting callers|Personas en espera)$/ });
const row = (page: Page, name: string) => agents(page).getByRole('row').filter({ hasText: name });
const alerts = (page: Page) => page.getByRole('region', { name: /^(Alerts|Avisos)$/ });
const floorLink = (page: Page) => page.getByRole('navigation', { name: /^(Main|Principal)$/ }).getByRole('link', { name: /^(Floor|Sala)/ });
const said = (page: Page) => page.locator('[data-alerts]');

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  mock.signedIn = mock.users[1] ?? null;
});

test('who does what since when, who waits and what takes too long is told as it changes', async ({ page, mock, openApp }) => {
  await openApp('/floor');
  await expect(page.getByRole('heading', { level: 1, name: 'Floor' })).toBeVisible();
  await expect(row(page, 'Lucía Herrero').getByRole('cell').first()).toHaveText('Lucía Herrero');
  await expect(row(page, 'Lucía Herrero')).toContainText(/On a call\s*1:15/);
  await expect(row(page, 'Lucía Herrero')).toContainText(/Ana Ruiz\s*talks · \+34 600 12 34 56 · Ventas y altas · 1:15/);
  await expect(row(page, 'Marta Vidal')).toContainText('Descanso');
  await expect(row(page, '1009')).toContainText('Ringing');
  await expect(waiting(page).getByRole('row').nth(1)).toContainText('+34 911 22 33 44');
  await expect(page.getByRole('list', { name: 'Ring groups' })).toContainText('1 caller waits, longest 0:30');
  await expect(alerts(page)).toContainText('Nuria Vega: After Call Work takes long');
  await inspect(page, 'app-floor-wide-en');

  mock.tellFloor((floor) => {
    const nuria = floor.agents.find((one) => one.agent === '1004');
    if (nuria) Object.assign(nuria, { state: 'available', since: new Date(NOW).toISOString() });
    floor.alerts = [];
    floor.waiting = [];
  });
  await expect(row(page, 'Nuria Vega')).toContainText('Available');
  await expect(alerts(page)).toHaveCount(0);
  await expect(page.getByText('Nobody is waiting.')).toBeVisible();

  await page.getByRole('list', { name: 'Show agents' }).getByRole('button', { name: /^Away/ }).click();
  await expect(agents(page).getByRole('row')).toHaveCount(2);
});

test('an alert stands from its moment on though nothing else happens, is said once and shown on every page', async ({ page, mock, openApp }) => {
  await openApp('/people');
  await expect(floorLink(page)).toHaveAccessibleName('Floor 1 alert');
  await expect(said(page)).toHaveText('1 alert. Nuria Vega: After Call Work takes long');
  await page.clock.setFixedTime(NOW + 29_000);
  await page.clock.setFixedTime(NOW + 30_000);
  await expect(floorLink(page)).toHaveAccessibleName('Floor 2 alerts');
  const text = '2 alerts. Nuria Vega: After Call Work takes long. +34 911 22 33 44 waits long in Ventas y altas';
  await expect(said(page)).toHaveText(text);
  const changes = page.evaluate(
    () =>
      new Promise<number>((done) => {
        const region = document.querySelector('[data-alerts]');
        let count = 0;
        if (region) new MutationObserver((all) => (count += all.length)).observe(region, { childList: true, characterData: true, subtree: true });
        let ticks = 0;
        const timer = setInterval(() => {
          if ((ticks += 1) < 3) return;
          clearInterval(timer);
          done(count);
        }, 1000);
      }),
  );
  expect(await changes, 'the time that passes is not read out').toBe(0);
  mock.tellFloor((floor) => (floor.alerts = []));
  await expect(floorLink(page)).toHaveAccessibleName('Floor');
  await expect(said(page)).toHaveText('No alerts any more.');
});

test('sound and notifications are asked for by hand and remembered, and the browser is asked for none before', async ({ page, context, mock, openApp }) => {
  await context.grantPermissions(['notifications']);
  await page.addInitScript(() => {
    const shown: string[] = [];
    Object.assign(window, { shown });
    class Told {
      static permission = 'default';
      static requestPermission = async (): Promise<string> => {
        shown.push('asked');
        Told.permission = 'granted';
        return 'granted';
      };
      constructor(_title: string, options: { body: string }) {
        shown.push(options.body);
      }
    }
    Object.assign(window, { Notification: Told });
  });
  const shown = () => page.evaluate(() => (window as unknown as { shown: string[] }).shown);
  await openApp('/floor');
  const [sound, notify] = [page.getByRole('button', { name: 'Sound', exact: true }), page.getByRole('button', { name: 'Notifications' })];
  await expect(notify).toHaveAttribute('aria-pressed', 'false');
  expect(await shown()).toEqual([]);
  await notify.click();
  await sound.click();
  await expect(notify).toHaveAttribute('aria-pressed', 'true');
  expect(await shown()).toEqual(['asked']);
  mock.tellFloor((floor) => {
    const alert = floor.alerts[1];
    if (alert) alert.from = new Date(NOW).toISOString();
  });
  await expect.poll(shown).toEqual(['asked', '+34 911 22 33 44 waits long in Ventas y altas']);
  await page.reload();
  await expect(sound).toHaveAttribute('aria-pressed', 'true');
});

test('a supervisor listens in, whispers and stops by the keyboard', async ({ page, mock, openApp }) => {
  await openApp('/floor');
  const group = page.getByRole('group', { name: 'Listen in: the call of Lucía Herrero' });
  await expect(group.getByRole('button')).toHaveText(['Listen', 'Whisper', 'Barge in']);
  await group.getByRole('button', { name: 'Listen: the call' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'You listen in on the call of Lucía Herrero (listening).' })).toBeVisible();
  expect(mock.of('POST', /listen$/)[0]?.body).toEqual({ engagement: 'e-talk', how: 'listen' });
  await expect(row(page, 'Marta Vidal')).toContainText('listens in on Lucía Herrero (listening)');
  await group.getByRole('button', { name: 'Whisper: the call' }).click();
  await expect(group.getByRole('button', { name: 'Whisper: the call' })).toHaveAttribute('aria-pressed', 'true');
  await inspect(page, 'app-floor-listening-wide-en');
  await group.getByRole('button', { name: 'Stop listening to Lucía Herrero' }).click();
  await expect(group.getByRole('button')).toHaveText(['Listen', 'Whisper', 'Barge in']);
  await expect.poll(() => mock.of('POST', /hang-up$/)[0]?.body).toEqual({ engagement: 'e-ear' });
});

test('what the phone system refuses is said, and who has no phone or may not has no buttons', async ({ page, mock, openApp }) => {
  await openApp('/floor');
  mock.gate = ({ path }) => {
    if (path === '/floor/listen') throw new Refusal(409, 'busy');
  };
  await page.getByRole('button', { name: 'Listen: the call of Lucía Herrero' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'You are on a call' })).toBeVisible();
  mock.tellFloor((floor) => (floor.who_listens = 'admins'));
  await expect(page.getByRole('button', { name: /the call of/ })).toHaveCount(0);
  mock.signedIn = { ...(mock.users[1] as (typeof mock.users)[number]), agent: null };
  mock.tellFloor((floor) => (floor.who_listens = 'supervisors'));
  await page.reload();
  await expect(page.getByText('To listen in you need a phone of your own')).toBeVisible();
  await expect(page.getByRole('button', { name: /the call of/ })).toHaveCount(0);
});

test('the floor is for supervisors, and can be read where it is narrow, es', async ({ page, mock, openApp }) => {
  await page.setViewportSize({ width: 400, height: 800 });
  await openApp('/floor', 'es');
  await expect(row(page, 'Lucía Herrero')).toContainText('1:15');
  await inspectEach(page, 'app-floor');
  mock.signedIn = mock.users[0] ?? null;
  await page.reload();
  await expect(page.getByText(/No tiene permiso/)).toBeVisible();
  await expect(floorLink(page)).toHaveCount(0);
});

test('the agent sees who listens in, who listens in sees whom, and the page of the call keeps it', async ({ page, mock, openPanel, openApp }) => {
  mock.signedIn = mock.users[0] ?? null;
  mock.panel = panel({ calls: [liveCall('e-talk', 'connected', matches.one(), { listeners: [{ agent: '1002', agent_name: 'Marta Vidal', how: 'whisper', since: null }] })] });
  await page.setViewportSize({ width: 400, height: 900 });
  await openPanel();
  await expect(page.getByRole('status').filter({ hasText: 'Marta Vidal listens in on this call (whispering).' })).toBeVisible();
  await inspect(page, 'panel-listened-to-en');
  mock.push((now) => {
    now.calls = [];
    now.listens_to = { engagement: 'e-ear', agent: '1001', agent_name: 'Lucía Herrero', how: 'barge', since: ago(5) };
  });
  const own = page.getByRole('status').filter({ hasText: 'You listen in on the call of Lucía Herrero (barged in).' });
  await own.getByRole('button').click();
  await expect.poll(() => mock.of('POST', /hang-up$/)[0]?.body).toEqual({ engagement: 'e-ear' });

  mock.signedIn = mock.users[1] ?? null;
  const line = mock.history[0];
  if (!line) throw new Error('no call');
  mock.activities.set(line.id, activity(line, { listened: [{ by: { id: 'u-sup', name: 'Marta Vidal' }, how: 'listen', agent: '1001', agent_name: 'Lucía Herrero', asked_at: ago(100), from: ago(90), until: ago(30) }] }));
  await page.setViewportSize({ width: 1280, height: 800 });
  await openApp(`/activities/${line.id}`);
  await expect(page.getByRole('region', { name: 'Listened in' })).toContainText(/Marta Vidal, listening, .+ – .+\(Lucía Herrero\)/);
});
