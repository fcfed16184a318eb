import type { View } from '../../src/lib/api/contract.ts';
import { ana, call, invoice, liveCall, matches, notRelated, panel, related, wrapup } from '../mock/world.ts';
import { Refusal } from '../mock/endpoints.ts';
import type { Mock } from '../mock/server.ts';
import { records, test } from '../lightning/stage.ts';
import { codeBox, expect, logButton, notice, options, partyBox } from './stage.ts';

const anaThere = { ...ana, crm_id: records.ana.id };
const one = () => ({ ...matches.one(), candidates: matches.one().candidates.map((candidate) => ({ ...candidate, person: anaThere })) });
const owe = (mock: Mock, more: Parameters<typeof wrapup>[2] = {}): void => void (mock.panel = panel({ wrapups: [wrapup('e1', one(), more)] }));
const viewAtLog = (mock: Mock): unknown => (mock.of('POST', /\/log$/).at(-1)?.body as { view?: View } | undefined)?.view;
const dialled = (mock: Mock): unknown => mock.of('POST', /^\/me\/dial$/).at(-1)?.body;

test.beforeEach(async ({ page }) => page.setViewportSize({ width: 1280, height: 800 }));

test('the frame is of another site, and its storage is blocked', async ({ openConsole }) => {
  const { page, panel: frame } = await openConsole();
  await expect(frame.getByRole('heading', { name: 'No call right now' })).toBeVisible();
  expect(new URL(page.url()).hostname).not.toBe(new URL(frame.url()).hostname);
  const stored = await frame.evaluate(() => {
    try {
      localStorage.setItem('a', 'b');
      return 'stored';
    } catch (thrown) {
      return (thrown as Error).name;
    }
  });
  expect(stored).toBe('SecurityError');
});

test('p08 Log says which record is in front at that moment, whatever was before', async ({ mock, openConsole }) => {
  owe(mock, { relate: related('in_view_inbound'), cases: [invoice] });
  const { panel: frame, open } = await openConsole(records.invoice.id);
  await expect(logButton(frame)).toBeVisible();
  await open(records.delivery.id);
  await codeBox(frame).press('1');
  await codeBox(frame).press('Control+Enter');
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(viewAtLog(mock)).toEqual({ kind: 'crm_record', object: 'Case', id: records.delivery.id });
});

test('p08 a list in front is no Case, although a console tells nothing of going there', async ({ page, mock, openConsole }) => {
  owe(mock, { relate: related('in_view_inbound'), cases: [invoice] });
  const { panel: frame } = await openConsole(records.invoice.id);
  await expect.poll(() => mock.views.at(-1)?.view).toEqual({ kind: 'crm_record', object: 'Case', id: records.invoice.id });
  await page.getByRole('button', { name: 'All records' }).click();
  await codeBox(frame).press('1');
  await codeBox(frame).press('Control+Enter');
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(viewAtLog(mock)).toEqual({ kind: 'other' });
});

test('p08 a page that does not say in time what is in front relates no Case', async ({ mock, openConsole }) => {
  owe(mock, { relate: related('in_view_inbound'), cases: [invoice] });
  const { panel: frame, fallSilent } = await openConsole(records.invoice.id);
  await expect(logButton(frame)).toBeVisible();
  await fallSilent();
  await codeBox(frame).press('1');
  await codeBox(frame).press('Control+Enter');
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(viewAtLog(mock)).toEqual({ kind: 'silent' });
});

const CLICKS = [
  { record: records.invoice, from: { object: 'Case', id: records.invoice.id } },
  { record: records.ana, from: { object: 'Contact', id: records.ana.id } },
  { record: records.lead, from: { object: 'Lead', id: records.lead.id } },
  { record: records.workshop, from: { object: 'Account', id: records.workshop.id } },
  { record: records.bruno, from: { object: 'Account', id: records.bruno.id, contact: records.bruno.contactId } },
];
for (const { record, from } of CLICKS) {
  const what = 'contactId' in record ? 'Person Account' : record.objectType;
  test(`p06 p07 a number clicked on a ${what} is dialled from that record`, async ({ page, mock, openConsole }) => {
    await openConsole(record.id);
    await page.getByRole('button', { name: record.phones[0] ?? '' }).click();
    await expect.poll(() => dialled(mock)).toEqual({ number: record.phones[0], from: { from: 'crm_record', ...from } });
  });
}

test('numbers can be clicked only while the agent can dial', async ({ page, mock, openConsole }) => {
  mock.panel.can_dial = false;
  const { panel: frame } = await openConsole(records.ana.id);
  await expect(frame.getByRole('heading', { name: 'No call right now' })).toBeVisible();
  await expect(page.getByText('600 12 34 56')).toBeVisible();
  await expect(page.getByRole('button', { name: '600 12 34 56' })).toHaveCount(0);
  mock.push((now) => void (now.can_dial = true));
  await expect(page.getByRole('button', { name: '600 12 34 56' })).toBeVisible();
});

test('a clicked number that is not dialled is said in the panel, and why', async ({ page, mock, openConsole }) => {
  mock.gate = ({ path }) => {
    if (path === '/me/dial') throw new Refusal(409, 'busy');
  };
  const { panel: frame } = await openConsole(records.ana.id);
  await page.getByRole('button', { name: '600 12 34 56' }).click();
  await expect(frame.getByRole('alert').filter({ hasText: '600 12 34 56 was not dialled.' })).toBeVisible();
});

/** Several match, and only the first of them is in the org. */
function several(mock: Mock): void {
  const { candidates, ...rest } = matches.many();
  const many = { ...rest, candidates: candidates.map((candidate, at) => (at === 0 ? { ...candidate, person: anaThere } : candidate)) };
  mock.panel = panel({ wrapups: [wrapup('e1', many)] });
}

test('p04 the record that is chosen among several opens in the org', async ({ page, mock, openConsole }) => {
  several(mock);
  const { panel: frame } = await openConsole();
  await partyBox(frame).press('ArrowDown');
  await options(frame).first().click();
  await expect(page.getByRole('tab', { name: 'Ana Ruiz', selected: true })).toBeVisible();
});

test('p04 a chosen record that is not in the org yet opens in a tab of ours', async ({ context, mock, openConsole }) => {
  several(mock);
  const { panel: frame, seen } = await openConsole();
  await partyBox(frame).press('ArrowDown');
  const popped = context.waitForEvent('page');
  await options(frame, { name: /Talleres Prieto S/ }).first().click();
  expect((await popped).url()).toContain('/?lang=en#/people/p-acc');
  expect((await seen()).calls.filter(({ method }) => method === 'screenPop')).toEqual([]);
});

test('the one record that matches opens in the org when the agent answers', async ({ page, mock, openConsole }) => {
  const { panel: frame, seen } = await openConsole(records.invoice.id);
  await expect(frame.getByRole('heading', { name: 'No call right now' })).toBeVisible();
  mock.push((now) => void (now.calls = [liveCall('e1', 'ringing', one())]));
  await expect.poll(async () => (await seen()).label).toBe('Ringing: Ana Ruiz');
  expect((await seen()).calls.filter(({ method }) => method === 'screenPop')).toEqual([]);
  mock.push((now) => void (now.calls = [liveCall('e1', 'connected', one())]));
  await expect(page.getByRole('tab', { name: 'Ana Ruiz', selected: true })).toBeVisible();
});

test('the utility bar says how the agent stands, and the panel opens for a call and for a wrap-up', async ({ page, mock, openConsole }) => {
  const { seen } = await openConsole();
  await expect.poll(async () => (await seen()).label).toBe('Phone');
  expect((await seen()).calls).toContainEqual({ method: 'setSoftphonePanelHeight', args: { heightPX: 640 } });
  const bar = page.locator('[data-do=softphone]');
  await bar.click();
  expect((await seen()).visible).toBe(false);
  mock.push((now) => void (now.calls = [liveCall('e1', 'ringing', one())]));
  await expect(bar).toHaveText('Ringing: Ana Ruiz');
  await expect.poll(async () => (await seen()).visible).toBe(true);
  // Whoever closes it in the middle of the same thing has it closed.
  await bar.click();
  mock.push((now) => void (now.calls = [liveCall('e1', 'connected', one())]));
  await expect(bar).toHaveText('On a call: Ana Ruiz');
  expect((await seen()).visible).toBe(false);
  mock.push((now) => void Object.assign(now, { calls: [], wrapups: [wrapup('e1', one())] }));
  await expect(bar).toHaveText('1 call to log');
  await expect.poll(async () => (await seen()).visible).toBe(true);
});

test('what is on screen is read anew when fewer calls are on their way, and what stays there is said', async ({ page, mock, openConsole }) => {
  mock.panel.crm = { waiting: 2 };
  const { panel: frame, seen } = await openConsole(records.ana.id);
  await expect(frame.getByRole('heading', { name: 'No call right now' })).toBeVisible();
  await expect(frame.getByText('on the way to Salesforce')).toHaveCount(0);
  await page.clock.setFixedTime(Date.parse(mock.panel.now) + 61_000);
  await expect(frame.getByText('2 calls on the way to Salesforce')).toBeVisible();
  expect((await seen()).refreshes).toBe(0);
  mock.push((now) => void (now.crm = { waiting: 1 }));
  await expect.poll(async () => (await seen()).refreshes).toBe(1);
  mock.push((now) => void (now.crm = { waiting: 0 }));
  await expect.poll(async () => (await seen()).refreshes).toBe(2);
  await expect(frame.getByText('on the way to Salesforce')).toHaveCount(0);
});

test('what is on screen is read anew after a Log', async ({ mock, openConsole }) => {
  owe(mock);
  const { panel: frame, seen } = await openConsole(records.ana.id);
  await codeBox(frame).press('1');
  await codeBox(frame).press('Control+Enter');
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  await expect.poll(async () => (await seen()).refreshes).toBe(1);
});

test('p10 a Case that is being made is warned about, and counts once it is saved', async ({ page, mock, openConsole }) => {
  owe(mock, { relate: notRelated('not_saved') });
  const { panel: frame } = await openConsole();
  await page.getByRole('button', { name: 'New Case record' }).click();
  await expect.poll(() => mock.views.at(-1)?.view).toEqual({ kind: 'unsaved_case' });
  await page.getByRole('textbox', { name: 'Subject' }).fill('Entrega');
  await codeBox(frame).press('1');
  await codeBox(frame).press('Control+Enter');
  await expect(frame.getByRole('alertdialog')).toContainText('New Case');
  await frame.getByRole('button', { name: 'Go back and save' }).click();
  expect(mock.of('POST', /\/log$/)).toEqual([]);
  await page.getByRole('button', { name: 'Save the Case' }).click();
  await logButton(frame).click();
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(viewAtLog(mock)).toMatchObject({ kind: 'crm_record', object: 'Case' });
});

test('p09 two consoles are two panels, and the one that the agent turned to last says so', async ({ mock, openConsole }) => {
  const first = await openConsole(records.invoice.id);
  const second = await openConsole(records.delivery.id);
  await expect.poll(() => new Set(mock.hellos.map(({ instance }) => instance)).size).toBe(2);
  expect(mock.hellos.every((hello) => hello.console)).toBe(true);
  const last = () => mock.views.at(-1);
  await second.open(records.delivery.id);
  await expect.poll(last).toMatchObject({ view: { id: records.delivery.id }, focused: true });
  // The same Case as before is in front there: that the agent came back to it is told all the same.
  const told = mock.views.length;
  await first.page.evaluate(() => void dispatchEvent(new Event('focus')));
  await expect.poll(last).toMatchObject({ view: { id: records.invoice.id }, focused: true });
  await first.page.evaluate(() => void dispatchEvent(new Event('focus')));
  await expect.poll(() => mock.views.length).toBe(told + 2);
});

test('a call that is dialled on a Contact says the Case in front at Log', async ({ page, mock, openConsole }) => {
  const { panel: frame, open } = await openConsole(records.ana.id);
  await page.getByRole('button', { name: '600 12 34 56' }).click();
  await expect.poll(() => dialled(mock)).toBeTruthy();
  const outbound = call({ direction: 'outbound', type: 'outbound' });
  mock.push((now) => void (now.wrapups = [wrapup('e1', { ...one(), clicked: anaThere }, { relate: related('in_view_outbound'), call: outbound })]));
  await codeBox(frame).press('1');
  await open(records.invoice.id);
  await codeBox(frame).press('Control+Enter');
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(viewAtLog(mock)).toEqual({ kind: 'crm_record', object: 'Case', id: records.invoice.id });
});

test('a script of an origin that the server does not list is not loaded, and the panel works without a console', async ({ mock, lightning, adapter, page }) => {
  mock.instance.embedding = { ancestors: [lightning.origin], lightning: [] };
  lightning.frames(adapter);
  await page.goto(`${lightning.origin}/lightning?record=${records.ana.id}`);
  await expect.poll(() => mock.hellos.length).toBe(1);
  expect(mock.hellos[0]?.console).toBe(false);
});
