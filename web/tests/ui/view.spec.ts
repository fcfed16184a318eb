import type { View } from '../../src/lib/api/contract.ts';
import { askView, VIEW_LIMIT_MS } from '../../src/lib/host/ask.ts';
import { ana, call, invoice, matches, notRelated, related, wrapup } from '../mock/world.ts';
import type { Mock } from '../mock/server.ts';
import { codeBox, expect, notice, test } from './stage.ts';

test.beforeEach(async ({ page }) => page.setViewportSize({ width: 1280, height: 800 }));

const owe = (mock: Mock): void => mock.push((now) => void (now.wrapups = [wrapup('e1', matches.one(), { relate: related('in_view_inbound'), cases: [invoice] })]));
const viewAtLog = (mock: Mock): unknown => (mock.of('POST', /\/log$/).at(-1)?.body as { view?: View } | undefined)?.view;
const lastSeen = (mock: Mock): unknown => mock.views.at(-1)?.view;

test('a host that does not answer in time, or fails, counts as silent', async () => {
  const never = { view: () => new Promise<View>(() => {}) };
  const begun = Date.now();
  expect(await askView(never)).toEqual({ kind: 'silent' });
  expect(Date.now() - begun).toBeGreaterThanOrEqual(VIEW_LIMIT_MS - 5);
  expect(await askView({ view: () => Promise.reject(new Error('gone')) })).toEqual({ kind: 'silent' });
  expect(await askView({ view: () => Promise.resolve({ kind: 'case', case: 'k-1' }) })).toEqual({ kind: 'case', case: 'k-1' });
});

test('a panel says which it is and that records are beside it, the same after a reconnection', async ({ page, mock, openApp }) => {
  await openApp('/people');
  await expect.poll(() => mock.hellos.length).toBe(1);
  const [first] = mock.hellos;
  expect(first).toMatchObject({ console: true });
  expect(first?.instance).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  mock.disconnect();
  await expect(page.getByText(/Reconnecting…/)).toBeVisible();
  mock.connect();
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect.poll(() => mock.hellos.length).toBe(2);
  expect(mock.hellos[1]?.instance).toBe(first?.instance);
});

test('p09 a panel alone says that there is no console, and so it does at Log', async ({ page, mock, openPanel }) => {
  mock.panel.wrapups = [wrapup('e1', matches.one(), { relate: notRelated('no_console') })];
  await openPanel();
  await expect.poll(() => lastSeen(mock)).toEqual({ kind: 'no_console' });
  expect(mock.hellos[0]?.console).toBe(false);
  await codeBox(page).press('1');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on')).toBeVisible();
  expect(viewAtLog(mock)).toEqual({ kind: 'no_console' });
});

test('whatever comes to the front is told at once, and whether the window has the focus', async ({ page, mock, openApp }) => {
  await openApp('/cases');
  await expect.poll(() => lastSeen(mock)).toEqual({ kind: 'other' });
  await page.getByRole('link', { name: 'Factura duplicada' }).click();
  await expect.poll(() => lastSeen(mock)).toEqual({ kind: 'case', case: 'k-inv' });
  await page.evaluate(() => void (location.hash = '/people/p-ana'));
  await expect.poll(() => lastSeen(mock)).toEqual({ kind: 'other' });
  await page.getByRole('link', { name: 'New Case' }).click();
  await expect.poll(() => lastSeen(mock)).toEqual({ kind: 'unsaved_case' });
  const told = mock.views.length;
  await page.evaluate(() => {
    document.hasFocus = () => false;
    dispatchEvent(new Event('blur'));
  });
  await expect.poll(() => mock.views.at(-1)).toEqual({ type: 'view', view: { kind: 'unsaved_case' }, focused: false });
  expect(mock.views.length).toBe(told + 1);
});

test('p08 Log says which Case is in front at that moment, not the one before', async ({ page, mock, openApp }) => {
  await openApp('/cases/k-inv');
  owe(mock);
  await codeBox(page).press('1');
  await page.getByRole('link', { name: 'Cases' }).click();
  await page.getByRole('link', { name: 'Entrega retrasada' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Entrega retrasada' })).toBeVisible();
  await codeBox(page).press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(viewAtLog(mock)).toEqual({ kind: 'case', case: 'k-del' });
});

test('p07 an outbound call of a Contact says the Case in front at Log, whatever was in front when it was dialled', async ({ page, mock, openApp }) => {
  await openApp('/people/p-ana');
  await page.getByRole('definition').getByRole('button', { name: /\+34 600 12 34 56/ }).click();
  await expect.poll(() => mock.of('POST', /^\/me\/dial$/).length).toBe(1);
  const outbound = call({ direction: 'outbound', type: 'outbound' });
  mock.push((now) => void (now.wrapups = [wrapup('e1', { ...matches.one(), clicked: ana }, { relate: related('in_view_outbound'), call: outbound })]));
  await codeBox(page).press('1');
  await page.getByRole('list', { name: 'Cases' }).getByRole('link', { name: 'Entrega retrasada' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Entrega retrasada' })).toBeVisible();
  await codeBox(page).press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(mock.of('POST', /\/log$/)[0]?.body).toMatchObject({ view: { kind: 'case', case: 'k-del' }, case: { choice: 'by_itself' }, shown: { kind: 'person', person: ana.id } });
});

test('p08 a Case in a tab behind is not in view', async ({ page, mock, openApp }) => {
  await openApp('/cases/k-inv');
  await expect(page.getByRole('heading', { level: 1, name: 'Factura duplicada' })).toBeVisible();
  owe(mock);
  await codeBox(page).press('1');
  await page.getByRole('link', { name: 'Recent calls' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Recent calls' })).toBeVisible();
  await codeBox(page).press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(viewAtLog(mock)).toEqual({ kind: 'other' });
});
