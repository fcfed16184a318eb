import type { Wrapup } from '../../src/lib/api/contract.ts';
import { codeBox, expect, logButton, notesBox, notice, test } from './stage.ts';

test('p01_agent_is_asked_for_one_code_and_optional_notes_when_the_call_ends', async ({ centre, open }) => {
  const agent = await centre.agent();
  const number = centre.number();
  const ana = await centre.person('contact', 'Ana Ruiz', number);
  const page = await open(centre, agent);
  const call = centre.inbound(number, agent);
  await call.ring();
  await expect(page.getByRole('heading', { name: 'Ana Ruiz' })).toBeVisible();
  await call.answer();
  await expect(notesBox(page)).toBeVisible();
  await expect(logButton(page)).toHaveCount(0);
  await call.end();
  await expect(logButton(page)).toBeVisible();
  await codeBox(page).press('1');
  await expect(codeBox(page)).toHaveValue('Resolved');
  await logButton(page).click();
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();

  expect(centre.rows.wrapups(agent.key)).toMatchObject([
    { state: 'logged', code_es: 'Resuelto', code_en: 'Resolved', notes: null, party: ana.id },
  ]);
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([
    { kind: 'inbound', outcome: 'logged', archived: 1, agent: agent.key, code_en: 'Resolved', notes: null, party: ana.id },
  ]);
});

test('p01_agent_who_only_let_it_ring_is_not_asked', async ({ centre, open }) => {
  const [deaf, quick] = [await centre.agent(), await centre.agent('Marc Vila')];
  const number = centre.number();
  const [deafPage, quickPage] = [await open(centre, deaf), await open(centre, quick)];
  await centre.play('s03_missed_rna', number, deaf, quick).end();
  await expect(logButton(quickPage)).toBeVisible();
  await expect(deafPage.getByText('No call right now')).toBeVisible();
  await expect(logButton(deafPage)).toHaveCount(0);
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ kind: 'inbound', archived: 1 }]);
  expect(centre.rows.wrapups(quick.key)).toMatchObject([{ state: 'open' }]);
  expect(centre.rows.wrapups(deaf.key)).toEqual([]);
});

test('p01_each_agent_who_had_the_customer_is_asked_and_the_last_to_log_names_the_activity', async ({ centre, open }) => {
  const [first, second] = [await centre.agent(), await centre.agent('Marc Vila')];
  const number = centre.number();
  const ana = await centre.person('contact', 'Ana Ruiz', number);
  const [firstPage, secondPage] = [await open(centre, first), await open(centre, second)];
  await centre.play('s14_blindtransfer_ami', number, first, second).end();
  await codeBox(firstPage).press('1');
  await notesBox(firstPage).fill('Passed on to Marc.');
  await logButton(firstPage).click();
  await expect(notice(firstPage, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  await codeBox(secondPage).press('2');
  await notesBox(secondPage).fill('Will send the invoice.');
  await logButton(secondPage).click();
  await expect(notice(secondPage, 'Logged on Ana Ruiz (Contact).')).toBeVisible();

  expect(centre.rows.wrapups(first.key)).toMatchObject([{ state: 'logged', code_en: 'Resolved', notes: 'Passed on to Marc.', party: ana.id }]);
  expect(centre.rows.wrapups(second.key)).toMatchObject([{ state: 'logged', code_en: 'Needs follow-up', notes: 'Will send the invoice.' }]);
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([
    { outcome: 'logged', archived: 1, agent: second.key, code_en: 'Needs follow-up', notes: 'Will send the invoice.', party: ana.id },
  ]);
});

test('p01_log_without_a_code_is_refused_and_nothing_is_stored', async ({ centre, afterCall }) => {
  const number = centre.number();
  await centre.person('contact', 'Ana Ruiz', number);
  const { agent, page } = await afterCall(centre, number);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Pick a disposition code')).toBeVisible();
  await expect(codeBox(page)).toBeFocused();

  // The page does not even ask; the server refuses whoever does.
  const token = await centre.tokenOf(agent);
  const [{ id = '' } = {}] = centre.rows.wrapups(agent.key);
  const refused = await centre.request(token, 'POST', `/wrapups/${id}/log`, { revision: 0, code: null, notes: 'Sneaked in', party: null });
  expect(refused).toMatchObject({ status: 422, body: { error: { code: 'code_required' } } });
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'open', code: null, notes: null, party: null }]);
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ archived: 1, outcome: 'open', code: null, notes: null }]);
});

test('p01_notes_begun_during_the_call_are_there_at_wrapup', async ({ centre, open }) => {
  const agent = await centre.agent();
  const number = centre.number();
  const ana = await centre.person('contact', 'Ana Ruiz', number);
  const page = await open(centre, agent);
  const call = centre.inbound(number, agent);
  await call.answer();
  await notesBox(page).click();
  await page.keyboard.type('Begun during ');
  await expect(page.getByText('Draft saved')).toBeVisible();
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'early', draft_notes: 'Begun during ' }]);
  await call.end();
  await expect(logButton(page)).toBeVisible();
  await expect(notesBox(page)).toBeFocused();
  await page.keyboard.type('the call');
  await codeBox(page).press('3');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(centre.rows.wrapups(agent.key)).toMatchObject([
    { state: 'logged', code_en: 'Information given', notes: 'Begun during the call', party: ana.id },
  ]);
});

test('p01_log_while_the_call_goes_on_is_refused_and_nothing_is_stored', async ({ centre, open }) => {
  const agent = await centre.agent();
  const number = centre.number();
  const page = await open(centre, agent);
  await centre.inbound(number, agent).answer();
  await codeBox(page).press('1');
  await notesBox(page).fill('Too early');
  await expect(page.getByText('Draft saved')).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Begin your notes now; you can log when the call ends.')).toBeVisible();

  const token = await centre.tokenOf(agent);
  const [{ id = '', draft_code = null, draft_revision = 0 } = {}] = centre.rows.wrapups(agent.key);
  const entry = { revision: draft_revision, code: draft_code, notes: 'Too early', party: null };
  const refused = await centre.request(token, 'POST', `/wrapups/${id}/log`, entry);
  expect(refused).toMatchObject({ status: 409, body: { error: { code: 'wrapup_not_due' } } });
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'early', code: null, notes: null }]);
  expect(centre.rows.people(number)).toEqual([]);
});

test('p01_an_agent_sees_and_logs_only_their_own_wrapups', async ({ centre, open, afterCall }) => {
  const number = centre.number();
  const { agent } = await afterCall(centre, number);
  const other = await centre.agent('Marc Vila');
  const page = await open(centre, other);
  await expect(page.getByText('No call right now')).toBeVisible();

  const token = await centre.tokenOf(other);
  const { body } = await centre.request(token, 'GET', '/me/panel');
  expect((body as { wrapups: Wrapup[] }).wrapups).toEqual([]);
  const [{ id = '' } = {}] = centre.rows.wrapups(agent.key);
  const refused = await centre.request(token, 'POST', `/wrapups/${id}/do-not-log`, { revision: 0, reason: null });
  expect(refused).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } });
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'open' }]);
});
