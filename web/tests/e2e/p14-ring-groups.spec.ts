import type { Page } from '@playwright/test';
import type { Account, Centre } from './centre.ts';
import { codeBox, expect, logButton, notice, options, test } from './stage.ts';

type Open = (centre: Centre, account: Account, path: string) => Promise<Page>;

async function adminAt(centre: Centre, open: Open, path: string): Promise<Page> {
  if (!centre.admin) throw new Error('a centre has its admin from the start');
  return open(centre, centre.admin, path);
}

/** Makes a set of one ring group with one code, as an admin does it. */
async function setOf(book: Page, group: string, name: string, es: string, en: string): Promise<void> {
  await book.getByRole('button', { name: 'New set' }).click();
  const form = book.getByRole('group', { name: 'New set', exact: true });
  await form.getByRole('textbox', { name: 'Name' }).fill(name);
  await form.getByRole('button', { name: /^Ring groups/ }).press('Enter');
  await form.getByRole('checkbox', { name: group }).press('Space');
  await book.keyboard.press('Escape');
  await form.getByRole('button', { name: 'Create set' }).click();
  await expect(notice(book, `${name} is there.`)).toBeVisible();
  const card = book.getByRole('region', { name, exact: true });
  await expect(card).toContainText(`Inbound calls of ${group}`);
  await card.getByRole('button', { name: /^Add a code/ }).click();
  await book.getByRole('textbox', { name: 'Label in Spanish' }).fill(es);
  await book.getByRole('textbox', { name: 'Label in English' }).fill(en);
  await book.keyboard.press('Enter');
  await expect(card).toContainText(en);
}

test('p14_a_ring_group_gets_its_own_codes_and_no_others', async ({ openCentre, open }) => {
  const centre = await openCentre();
  const agent = await centre.agent();
  const number = centre.number();
  await centre.person('contact', 'Ana Ruiz', number);
  const page = await open(centre, agent, 'panel.html?lang=en');
  // Once a call came through it, the ring group is known.
  await centre.inbound(number, agent).end();
  await expect(logButton(page)).toBeVisible();
  const general = centre.rows.codes('inbound')[0];
  await codeBox(page).press('1');
  await logButton(page).click();
  await expect(notice(page, 'Logged on Ana Ruiz')).toBeVisible();

  const book = await adminAt(centre, open, '?lang=en#/admin/codes');
  await setOf(book, 'Soporte', 'Soporte', 'Avería', 'Fault');
  await centre.inbound(number, agent).end();
  await expect(logButton(page)).toBeVisible();
  await codeBox(page).click();
  await expect(options(page)).toHaveText([/Fault/]);
  const [, { id = '' } = {}] = centre.rows.wrapups(agent.key);
  const token = await centre.tokenOf(agent);
  const refused = await centre.request(token, 'POST', `/wrapups/${id}/log`, { revision: 0, code: general?.id, notes: '', party: null });
  expect(refused).toMatchObject({ status: 422, body: { error: { code: 'code_other_set' } } });
  expect(centre.rows.wrapups(agent.key)[1]).toMatchObject({ state: 'open', code: null });
  await options(page, { name: /Fault/ }).click();
  await logButton(page).click();
  await expect(notice(page, 'Logged on Ana Ruiz')).toBeVisible();
  expect(centre.rows.wrapups(agent.key)[1]).toMatchObject({ state: 'logged', code_en: 'Fault', code_es: 'Avería' });
  // The first one keeps the label it was logged with.
  expect(centre.rows.wrapups(agent.key)[0]).toMatchObject({ state: 'logged', code_en: general?.label_en });
});

test('p14_a_call_of_another_ring_group_keeps_the_codes_of_its_direction', async ({ openCentre, open }) => {
  const centre = await openCentre();
  const agent = await centre.agent();
  const number = centre.number();
  const page = await open(centre, agent, 'panel.html?lang=en');
  await centre.api('PUT', '/centre', {
    ...(await centre.api<{ centre: object }>('GET', '/centre')).centre,
    ring_groups: [{ key: 'Ventas', name: 'Ventas y altas', numbers: [], agents: [] }],
  });
  const { set } = await centre.api<{ set: { id: string } }>('POST', '/dispositions', { name: 'Ventas', direction: 'inbound', ring_groups: ['Ventas'], copy_of: null });
  await centre.api('POST', `/dispositions/${set.id}/codes`, { label: { es: 'Venta', en: 'Sale' }, favourite: true, requires_notes: false });
  const [sale] = await centre.rows.codes('inbound').filter(({ label_en }) => label_en === 'Sale');
  await centre.inbound(number, agent).end();
  await expect(logButton(page)).toBeVisible();
  await codeBox(page).click();
  await expect(options(page, { name: /Resolved/ })).toBeVisible();
  await expect(options(page, { name: /Sale/ })).toHaveCount(0);
  const [{ id = '' } = {}] = centre.rows.wrapups(agent.key);
  const token = await centre.tokenOf(agent);
  const refused = await centre.request(token, 'POST', `/wrapups/${id}/log`, { revision: 0, code: sale?.id, notes: '', party: null });
  expect(refused).toMatchObject({ status: 422, body: { error: { code: 'code_other_set' } } });
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'open', code: null }]);
});

test('p03_reasons_are_the_centres_own_and_keep_their_words', async ({ openCentre, open }) => {
  const centre = await openCentre();
  const agent = await centre.agent();
  const page = await open(centre, agent, 'panel.html?lang=en');
  const settings = await adminAt(centre, open, '?lang=en#/admin/centre');
  const reasons = settings.getByRole('region', { name: 'Do not log' });
  await reasons.getByRole('button', { name: 'Add a reason for Do not log' }).click();
  await reasons.getByRole('textbox', { name: 'Do not log 5 in Spanish' }).fill('Simulacro');
  await reasons.getByRole('textbox', { name: 'Do not log 5 in English' }).fill('Drill');
  await settings.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(notice(settings, 'Saved. It holds from now on.')).toBeVisible();

  await centre.inbound(centre.number(), agent).end();
  // The card takes the focus when it becomes owed; what is pressed before that moves under the mouse.
  await expect(codeBox(page)).toBeFocused();
  await page.getByRole('button', { name: 'Do not log, with a reason' }).click();
  await page.getByRole('menuitem', { name: 'Drill' }).click();
  await expect(notice(page, 'Closed without code and notes.')).toBeVisible();
  await reasons.getByRole('textbox', { name: 'Do not log 5 in English' }).fill('Exercise');
  await settings.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(notice(settings, 'Saved. It holds from now on.')).toBeVisible();
  const stored = centre.rows.all<{ reason_es: string; reason_en: string; code_id: unknown; notes: unknown }>(
    'SELECT reason_es, reason_en, code_id, notes FROM wrapup',
  );
  expect(stored).toEqual([{ reason_es: 'Simulacro', reason_en: 'Drill', code_id: null, notes: null }]);
});

test('p05_a_message_left_by_an_unknown_caller_makes_a_record_where_the_setting_says_so', async ({ openCentre, open }) => {
  const centre = await openCentre();
  const agent = await centre.agent();
  // Until somebody says otherwise, a message makes nobody.
  const before = centre.number();
  await centre.play('s07_voicemail', before, agent).end();
  await expect.poll(() => centre.rows.activities(before)).toMatchObject([{ kind: 'voicemail', archived: 1, party: null }]);

  const settings = await adminAt(centre, open, '?lang=en#/admin/centre');
  await settings.getByRole('group', { name: 'Voicemail' }).getByRole('combobox', { name: 'Make' }).selectOption('lead');
  await settings.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(notice(settings, 'Saved. It holds from now on.')).toBeVisible();
  const number = centre.number();
  await centre.play('s07_voicemail', number, agent).end();
  await expect.poll(() => centre.rows.people(number)).toMatchObject([{ kind: 'lead' }]);
  const [lead] = centre.rows.people(number);
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ kind: 'voicemail', party: lead?.id }]);
  // The second message of the same caller finds the record.
  await centre.play('s07_voicemail', number, agent).end();
  await expect.poll(() => centre.rows.activities(number).map(({ party }) => party)).toEqual([lead?.id, lead?.id]);
  expect(centre.rows.people(number)).toHaveLength(1);
  expect(centre.rows.people(before)).toEqual([]);
});
