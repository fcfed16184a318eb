import type { Page } from '@playwright/test';
import type { Code, DispositionSet } from '../../src/lib/api/contract.ts';
import type { Centre } from './centre.ts';
import { codeBox, expect, logButton, notesBox, notice, options, test } from './stage.ts';

const CODES = '?lang=en#/admin/codes';

/** The card of the codes for inbound calls: both directions have a code called Other. */
const inboundCard = (page: Page) => page.getByRole('region', { name: 'Entrantes / Inbound', exact: true });

async function admin(centre: Centre, open: (centre: Centre, account: NonNullable<Centre['admin']>, path: string) => Promise<Page>): Promise<Page> {
  if (!centre.admin) throw new Error('a centre has its admin from the start');
  return open(centre, centre.admin, CODES);
}

async function inboundSet(centre: Centre): Promise<DispositionSet> {
  const found = (await centre.dispositions()).sets.find(({ direction }) => direction === 'inbound');
  if (!found) throw new Error('a new tenant has a set for inbound calls');
  return found;
}

async function codeCalled(centre: Centre, label: string): Promise<Code> {
  const found = (await inboundSet(centre)).codes.find((code) => code.label.en === label);
  if (!found) throw new Error(`no code ${label}`);
  return found;
}

const labels = (centre: Centre): string[] =>
  centre.rows.codes('inbound').filter(({ retired }) => retired === 0).map(({ label_en }) => label_en);

test('p13_with_codes_off_only_notes_are_asked', async ({ openCentre, afterCall }) => {
  const centre = await openCentre({ codesEnabled: false });
  const number = centre.number();
  const ana = await centre.person('contact', 'Ana Ruiz', number);
  const { agent, page } = await afterCall(centre, number);
  await expect(notesBox(page)).toBeFocused();
  await expect(codeBox(page)).toHaveCount(0);
  await page.keyboard.type('Asked for the address.');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'logged', code: null, code_es: null, notes: 'Asked for the address.', party: ana.id }]);
  expect(centre.rows.activities(number)).toMatchObject([{ outcome: 'logged', code: null, notes: 'Asked for the address.', party: ana.id }]);
});

test('p13_with_codes_off_not_even_a_code_that_is_sent_is_stored', async ({ openCentre, afterCall }) => {
  const centre = await openCentre({ codesEnabled: false });
  const number = centre.number();
  const { agent } = await afterCall(centre, number);
  const code = await codeCalled(centre, 'Resolved');
  const [{ id = '' } = {}] = centre.rows.wrapups(agent.key);
  const token = await centre.tokenOf(agent);
  const answer = await centre.request(token, 'POST', `/wrapups/${id}/log`, { revision: 0, code: code.id, notes: '', party: null });
  expect(answer.status).toBe(200);
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'logged', code: null, code_en: null, notes: null }]);
});

test('p13_with_codes_off_no_case_is_related_whatever_is_on_screen', async ({ openCentre, open }) => {
  const centre = await openCentre({ codesEnabled: false });
  const number = centre.number();
  const ana = await centre.person('contact', 'Ana Ruiz', number);
  const invoice = await centre.case('Invoice', ana.id);
  const agent = await centre.agent();
  const page = await open(centre, agent, `?lang=en#/cases/${invoice.id}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Invoice' })).toBeVisible();
  await centre.inbound(number, agent).end();
  await expect(logButton(page)).toBeVisible();
  await page.getByRole('tab', { name: /Invoice/ }).click();
  await logButton(page).click();
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(centre.rows.activities(number)).toMatchObject([{ outcome: 'logged', party: ana.id }]);
  expect(centre.rows.relatedTo(invoice.id)).toEqual([]);
});

test('p14_codes_are_added_renamed_reordered_retired_and_history_keeps_its_label', async ({ openCentre, open, afterCall }) => {
  const centre = await openCentre();
  const number = centre.number();
  const ana = await centre.person('contact', 'Ana Ruiz', number);
  const { agent, page } = await afterCall(centre, number);
  await codeBox(page).press('1');
  await logButton(page).click();
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();

  const book = await admin(centre, open);
  const card = inboundCard(book);
  await expect(card.getByText('used 1 time')).toBeVisible();
  await card.getByRole('button', { name: 'Add a code' }).click();
  await book.getByRole('textbox', { name: 'Label in Spanish' }).fill('Devolución aceptada');
  await book.getByRole('textbox', { name: 'Label in English' }).fill('Refund granted');
  await book.getByRole('checkbox', { name: 'Requires notes' }).check({ force: true });
  await book.getByRole('button', { name: 'Save' }).click();
  await expect(card.getByText('Refund granted', { exact: true })).toBeVisible();
  await expect.poll(() => centre.rows.codes('inbound').at(-1)).toMatchObject({ label_es: 'Devolución aceptada', requires_notes: 1, position: 4 });

  await card.getByRole('button', { name: 'Edit Resolved' }).click();
  await book.getByRole('textbox', { name: 'Label in Spanish' }).fill('Solucionado');
  await book.getByRole('textbox', { name: 'Label in English' }).fill('Solved');
  await book.getByRole('button', { name: 'Save' }).click();
  await expect(card.getByText('Solved', { exact: true })).toBeVisible();

  await card.getByRole('button', { name: 'Move Solved down' }).click();
  await expect(card.getByRole('status')).toHaveText('Solved: place 2 of 5');
  expect(labels(centre)).toEqual(['Needs follow-up', 'Solved', 'Information given', 'Other', 'Refund granted']);

  await card.getByRole('button', { name: 'Retire Information given' }).click();
  await expect(card.getByText('1 retired code')).toBeVisible();
  expect(labels(centre)).toEqual(['Needs follow-up', 'Solved', 'Other', 'Refund granted']);
  expect(centre.rows.codes('inbound')).toHaveLength(5);

  // What was logged before says what it said then, under the same code.
  const solved = await codeCalled(centre, 'Solved');
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ code: solved.id, code_es: 'Resuelto', code_en: 'Resolved' }]);
  expect(centre.rows.activities(number)).toMatchObject([{ code: solved.id, code_es: 'Resuelto', code_en: 'Resolved' }]);
  const record = await open(centre, agent, `?lang=es#/people/${ana.id}`);
  await expect(record.getByRole('table', { name: 'Llamadas' })).toContainText('Resuelto');
  expect(solved.used).toBe(1);
});

test('p14_an_open_panel_offers_the_codes_as_they_are_now', async ({ openCentre, open, afterCall }) => {
  const centre = await openCentre();
  const { agent, page } = await afterCall(centre, centre.number());
  const book = await admin(centre, open);
  await inboundCard(book).getByRole('button', { name: 'Retire Resolved' }).click();
  await expect(inboundCard(book).getByText('1 retired code')).toBeVisible();
  await codeBox(page).click();
  await expect(options(page)).toHaveText([/Needs follow-up/, /Information given/, /Other/]);
  await codeBox(page).fill('resol');
  await expect(options(page)).toHaveText(['No code matches “resol”']);
  await page.keyboard.press('Escape');

  const retired = await codeCalled(centre, 'Resolved');
  expect(retired.retired).toBe(true);
  const [{ id = '', draft_revision = 0 } = {}] = centre.rows.wrapups(agent.key);
  const token = await centre.tokenOf(agent);
  const refused = await centre.request(token, 'POST', `/wrapups/${id}/log`, { revision: draft_revision, code: retired.id, notes: '', party: null });
  expect(refused).toMatchObject({ status: 422, body: { error: { code: 'code_retired' } } });
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'open', code: null }]);
  expect(centre.rows.countPeople()).toBe(0);
});

test('p14_a_code_retired_after_it_was_picked_is_not_logged', async ({ openCentre, afterCall }) => {
  const centre = await openCentre();
  const number = centre.number();
  await centre.person('contact', 'Ana Ruiz', number);
  const { agent, page } = await afterCall(centre, number);
  await codeBox(page).press('1');
  await expect(page.getByText('Draft saved')).toBeVisible();
  const code = await codeCalled(centre, 'Resolved');
  await centre.api('PATCH', `/codes/${code.id}`, { version: code.version, retired: true });
  await expect(codeBox(page)).toHaveValue('');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/Pick a disposition code|has been retired/)).toBeVisible();
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'open', code: null }]);
  await codeBox(page).press('1');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'logged', code_en: 'Needs follow-up' }]);
});

test('p14_a_code_of_the_other_direction_is_refused', async ({ centre, open }) => {
  const agent = await centre.agent();
  const number = centre.number();
  const page = await open(centre, agent);
  await centre.play('s34_outbound_manual', number, agent).end();
  await expect(logButton(page)).toBeVisible();
  await codeBox(page).click();
  await expect(options(page)).toHaveText([/Reached/, /No answer/, /Call back/, /Other/]);
  const inbound = await codeCalled(centre, 'Resolved');
  const [{ id = '' } = {}] = centre.rows.wrapups(agent.key);
  const token = await centre.tokenOf(agent);
  const refused = await centre.request(token, 'POST', `/wrapups/${id}/log`, { revision: 0, code: inbound.id, notes: '', party: null });
  expect(refused).toMatchObject({ status: 422, body: { error: { code: 'code_other_set' } } });
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'open', code: null }]);
});

test('p14_a_code_that_requires_notes_is_refused_without_them', async ({ openCentre, afterCall }) => {
  const centre = await openCentre();
  const number = centre.number();
  await centre.person('contact', 'Ana Ruiz', number);
  const set = await inboundSet(centre);
  await centre.api('POST', `/dispositions/${set.id}/codes`, { label: { es: 'Queja', en: 'Complaint' }, favourite: false, requires_notes: true });
  const { agent, page } = await afterCall(centre, number);
  // Not the page alone keeps it from being logged.
  const [{ id = '' } = {}] = centre.rows.wrapups(agent.key);
  const token = await centre.tokenOf(agent);
  const complaint = await codeCalled(centre, 'Complaint');
  for (const [code, fault] of [
    [null, 'code_required'],
    [complaint.id, 'notes_required'],
  ]) {
    const refused = await centre.request(token, 'POST', `/wrapups/${id}/log`, { revision: 0, code, notes: ' ', party: null });
    expect(refused).toMatchObject({ status: 422, body: { error: { code: fault } } });
  }
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'open', code: null }]);
  await codeBox(page).fill('compl');
  await options(page, { name: /Complaint/ }).click();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('This code needs notes. Add some.')).toBeVisible();
  await expect(notesBox(page)).toBeFocused();
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'open', code: null }]);
  await page.keyboard.type('Late delivery.');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'logged', code_en: 'Complaint', notes: 'Late delivery.' }]);
});

test('p14_an_agent_cannot_change_codes', async ({ openCentre, open }) => {
  const centre = await openCentre();
  const agent = await centre.agent();
  const page = await open(centre, agent, CODES);
  await expect(page.getByText('You are not allowed to do this')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Codes' })).toHaveCount(0);
  const before = centre.rows.codes('inbound');
  const token = await centre.tokenOf(agent);
  const set = await inboundSet(centre);
  const code = await codeCalled(centre, 'Resolved');
  const tries: [string, string, unknown][] = [
    ['POST', `/dispositions/${set.id}/codes`, { label: { es: 'Nuevo', en: 'New' } }],
    ['PATCH', `/codes/${code.id}`, { version: code.version, retired: true }],
    ['PUT', `/dispositions/${set.id}/order`, { version: set.version, codes: set.codes.map(({ id }) => id).reverse() }],
  ];
  for (const [method, path, body] of tries) {
    expect(await centre.request(token, method, path, body)).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } });
  }
  expect(centre.rows.codes('inbound')).toEqual(before);
});

test('p14_a_label_that_is_taken_is_refused', async ({ openCentre, open }) => {
  const centre = await openCentre();
  const book = await admin(centre, open);
  const card = inboundCard(book);
  await card.getByRole('button', { name: 'Add a code' }).click();
  await book.getByRole('textbox', { name: 'Label in Spanish' }).fill('Nuevo');
  await book.getByRole('textbox', { name: 'Label in English' }).fill('resolved');
  await book.getByRole('button', { name: 'Save' }).click();
  await expect(book.getByText('This is already in use. Choose another.')).toBeVisible();
  expect(labels(centre)).toEqual(['Resolved', 'Needs follow-up', 'Information given', 'Other']);
  expect(centre.rows.codes('inbound')).toHaveLength(4);
});

test('p14_a_second_admin_who_works_on_an_old_list_is_told', async ({ openCentre, open }) => {
  const centre = await openCentre();
  const book = await admin(centre, open);
  const card = inboundCard(book);
  await card.getByRole('button', { name: 'Edit Resolved' }).click();
  const code = await codeCalled(centre, 'Resolved');
  await centre.api('PATCH', `/codes/${code.id}`, { version: code.version, label: { es: 'Solucionado', en: 'Solved' } });
  await book.getByRole('textbox', { name: 'Label in English' }).fill('Done');
  await book.getByRole('button', { name: 'Save' }).click();
  await expect(book.getByText('Someone else changed this meanwhile.')).toBeVisible();
  expect(centre.rows.codes('inbound')[0]).toMatchObject({ label_es: 'Solucionado', label_en: 'Solved', version: code.version + 1 });

  const set = await inboundSet(centre);
  await centre.api('PUT', `/dispositions/${set.id}/order`, { version: set.version, codes: set.codes.map(({ id }) => id).reverse() });
  const stored = labels(centre);
  await card.getByRole('button', { name: 'Move Needs follow-up up' }).click();
  await expect(book.getByText('Someone else changed this meanwhile.')).toBeVisible();
  expect(labels(centre)).toEqual(stored);
});
