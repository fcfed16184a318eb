import type { User, View } from '../../src/lib/api/contract.ts';
import { ana, matches, panel, related, wrapup } from '../mock/world.ts';
import { Refusal } from '../mock/endpoints.ts';
import { records, test } from '../lightning/stage.ts';
import { codeBox, expect, logButton, notice } from './stage.ts';

const anaThere = { ...ana, crm_id: records.ana.id };
const one = () => ({ ...matches.one(), candidates: matches.one().candidates.map((candidate) => ({ ...candidate, person: anaThere })) });

test.use({ org: { records: Object.values(records), assertion: () => 'WORD' } });
test.beforeEach(({ mock }) => {
  const [lucia] = mock.users as [User];
  mock.signedIn = null;
  mock.frames.assertions.set('WORD', lucia);
  mock.panel = panel({ wrapups: [wrapup('e1', one(), { relate: related('in_view_inbound') })] });
});

test('p08 within our component the panel is its user’s, and Log says what is in front at that moment', async ({ mock, openComponent }) => {
  const { panel: frame, open, seen } = await openComponent(records.invoice.id);
  await expect(logButton(frame)).toBeVisible();
  await expect.poll(() => mock.views.at(-1)?.view).toEqual({ kind: 'crm_record', object: 'Case', id: records.invoice.id });
  await open(records.delivery.id);
  await expect.poll(() => mock.views.at(-1)).toMatchObject({ view: { id: records.delivery.id }, focused: true });
  await codeBox(frame).press('1');
  await codeBox(frame).press('Control+Enter');
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  const { view } = mock.of('POST', /\/log$/).at(-1)?.body as { view: View };
  expect(view).toEqual({ kind: 'crm_record', object: 'Case', id: records.delivery.id });
  await expect.poll(async () => (await seen()).calls.map(({ method }) => method)).toContain('calls-changed');
});

test('a record that is opened from the panel opens on the page', async ({ page, openComponent }) => {
  const { panel: frame } = await openComponent();
  await frame.getByRole('button', { name: 'Ana Ruiz', exact: true }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Ana Ruiz' })).toBeVisible();
});

test('p09 in an app that is no console nothing is in view', async ({ page, mock, openComponent }) => {
  const { panel: frame } = await openComponent(records.invoice.id);
  await expect(logButton(frame)).toBeVisible();
  await page.evaluate(() => Object.assign((window as unknown as { lightning: object }).lightning, { console: false }));
  await codeBox(frame).press('1');
  await codeBox(frame).press('Control+Enter');
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect((mock.of('POST', /\/log$/).at(-1)?.body as { view: View }).view).toEqual({ kind: 'no_console' });
});

test('a page that the server does not list is not spoken to', async ({ page, mock, lightning, openComponent }) => {
  mock.instance.embedding = { ancestors: ['https://else.example'], lightning: [] };
  const { panel: frame, seen } = await openComponent();
  await expect(frame.getByRole('button', { name: 'Sign in in a window' })).toBeVisible();
  expect((await seen()).calls).toEqual([]);
  expect(page.url()).toContain(lightning.origin);
});

test('who signs out stays out until they ask to come in again, by a new word', async ({ mock, openComponent }) => {
  const { panel: frame, seen } = await openComponent();
  await expect(logButton(frame)).toBeVisible();
  const asked = async (): Promise<number> => (await seen()).calls.filter(({ method }) => method === 'assertion').length;
  expect(await asked()).toBe(1);
  await frame.getByRole('button', { name: /Sign out/ }).click();
  const again = frame.getByRole('button', { name: 'Sign in as your Salesforce user' });
  await expect(again).toBeVisible();
  expect(await asked()).toBe(1);
  mock.frames.assertions.set('WORD', mock.users[0] ?? null);
  await again.click();
  await expect(logButton(frame)).toBeVisible();
  expect(await asked()).toBe(2);
});

test.describe('in a frame without an origin', () => {
  test.use({ org: { records: Object.values(records), assertion: () => 'WORD', sandbox: 'allow-scripts' } });

  test('the panel is its user’s by the component’s word alone, asked for again when a token is over', async ({ mock, openComponent }) => {
    const { panel: frame, seen } = await openComponent(records.invoice.id);
    await expect(logButton(frame)).toBeVisible();
    expect(await frame.evaluate(() => self.origin)).toBe('null');
    mock.frames.assertions.set('WORD', mock.users[0] ?? null);
    let refused = false;
    mock.gate = ({ path }) => {
      if (!/log$/.test(path) || refused) return;
      refused = true;
      throw new Refusal(401, 'unauthenticated');
    };
    await codeBox(frame).press('1');
    await codeBox(frame).press('Control+Enter');
    await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
    expect((await seen()).calls.filter(({ method }) => method === 'assertion')).toHaveLength(2);
    // Nothing was asked that only a cookie could answer.
    expect(mock.of('POST', /^\/session\/refresh/)).toEqual([]);
  });

  test('a page that takes the panel’s place in the frame is told nothing, not even what the panel had asked for', async ({ page, lightning, openComponent }) => {
    let asked = (): void => {};
    let answer = (): void => {};
    const assertionAsked = new Promise<void>((resolve) => (asked = resolve));
    const strangerAsked = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/apex/BitacoraSession/assertion', async (route) => {
      asked();
      await strangerAsked;
      await route.fulfill({ contentType: 'text/plain', body: 'WORD' });
    });
    const { open, seen } = await openComponent(records.invoice.id);
    await assertionAsked;
    await page.evaluate((url) => Object.assign(document.querySelector('iframe') as HTMLIFrameElement, { src: url }), `${lightning.origin}/stranger`);
    const stranger = await (await page.waitForSelector('iframe')).contentFrame();
    await stranger?.waitForURL(/stranger$/);
    await stranger?.waitForLoadState();
    answer();
    await expect.poll(async () => (await seen()).answered).toContain('assertion');
    await open(records.delivery.id);
    // Said to the window last, so that whatever else was said to it is there when this is.
    await page.evaluate(() => (document.querySelector('iframe') as HTMLIFrameElement).contentWindow?.postMessage('last', '*'));
    const told = () => stranger?.evaluate(() => (window as unknown as { told: unknown[] }).told);
    await expect.poll(told).toContain('last');
    expect(await told()).toEqual(['last']);
    expect((await seen()).calls.filter(({ method }) => method === 'assertion')).toHaveLength(1);
  });
});
