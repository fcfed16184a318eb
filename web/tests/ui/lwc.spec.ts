import type { User, View } from '../../src/lib/api/contract.ts';
import { ana, matches, panel, related, wrapup } from '../mock/world.ts';
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
