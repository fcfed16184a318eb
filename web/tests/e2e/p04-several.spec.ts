import type { Page } from '@playwright/test';
import type { Person } from '../../src/lib/api/contract.ts';
import type { Centre } from './centre.ts';
import { APP, codeBox, expect, logButton, notice, options, partyBox, test } from './stage.ts';

/** Three records with one number: a Contact, a Lead, and the Account they belong to. */
async function sharers(centre: Centre, number: string): Promise<Person[]> {
  return [
    await centre.person('contact', 'Ana Ruiz', number, 'Talleres Prieto S. L.'),
    await centre.person('lead', 'Ana Ruiz Prieto', number.replace('+34', '0034 ')),
    await centre.person('account', 'Talleres Prieto S. L.', number.slice(3)),
  ];
}

const settledAs = (page: Page, name: string, kind: string) => page.getByText(`Will be logged on ${name} (${kind}).`);

test('p04_several_records_must_be_chosen_from_the_drop_down', async ({ centre, afterCall }) => {
  const number = centre.number();
  const [ana, lead, account] = await sharers(centre, number);
  const { agent, page } = await afterCall(centre, number);
  await expect(page.getByText('3 records match this number')).toBeVisible();
  await partyBox(page).click();
  const matching = page.getByRole('listbox').getByRole('group', { name: 'Records with this number' });
  await expect(matching.getByRole('option')).toHaveText([/Ana Ruiz.*Contact/, /Ana Ruiz Prieto.*Lead/, /Talleres Prieto.*Account/]);
  await options(page, { name: /Ana Ruiz Prieto/ }).click();
  await expect(settledAs(page, 'Ana Ruiz Prieto', 'Lead')).toBeVisible();
  await codeBox(page).press('1');
  await logButton(page).click();
  await expect(notice(page, 'Logged on Ana Ruiz Prieto (Lead).')).toBeVisible();

  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'logged', party: lead?.id, party_by: 'chosen' }]);
  const [activity] = centre.rows.activities(number);
  expect(activity).toMatchObject({ outcome: 'logged', party: lead?.id, party_by: 'chosen' });
  // Whom else it could have been stays known.
  const stored = JSON.parse(activity?.candidates ?? '[]') as { person: string }[];
  expect(stored.map(({ person }) => person).sort()).toEqual([ana?.id, lead?.id, account?.id].sort());
  expect(centre.rows.listOf(lead?.id ?? '')).toEqual([activity?.id]);
  for (const other of [ana, account]) expect(centre.rows.listOf(other?.id ?? '')).toEqual([]);
});

test('p04_log_is_refused_until_a_record_is_chosen_and_none_is_chosen_beforehand', async ({ centre, afterCall }) => {
  const number = centre.number();
  await sharers(centre, number);
  const { agent, page } = await afterCall(centre, number);
  await expect(partyBox(page)).toBeFocused();
  await expect(partyBox(page)).toHaveValue('');
  await codeBox(page).press('1');
  await expect(codeBox(page)).toHaveValue('Resolved');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Choose a record first: several match this number.')).toBeVisible();
  await expect(partyBox(page)).toBeFocused();

  await expect.poll(() => centre.rows.wrapups(agent.key)[0]?.draft_code).toBeTruthy();
  const [{ id = '', draft_code = null, draft_revision = 0 } = {}] = centre.rows.wrapups(agent.key);
  const token = await centre.tokenOf(agent);
  const entry = { revision: draft_revision, code: draft_code, notes: '', party: null };
  const refused = await centre.request(token, 'POST', `/wrapups/${id}/log`, entry);
  expect(refused).toMatchObject({ status: 422, body: { error: { code: 'party_required' } } });
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'open', party: null, party_by: null }]);
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ archived: 1, outcome: 'open', party: null, party_by: null }]);
});

test('p04_choosing_opens_the_record', async ({ centre, afterCall }) => {
  const number = centre.number();
  const [, lead] = await sharers(centre, number);
  const { page } = await afterCall(centre, number);
  await partyBox(page).press('ArrowDown');
  const popped = page.context().waitForEvent('page');
  await options(page, { name: /Ana Ruiz Prieto/ }).click();
  const record = await popped;
  await expect(record).toHaveURL(new RegExp(`#/people/${lead?.id}$`));
  await expect(record.getByRole('heading', { level: 1, name: 'Ana Ruiz Prieto' })).toBeVisible();
});

test('p04_choosing_opens_the_record_beside_the_docked_panel', async ({ centre, afterCall }) => {
  const number = centre.number();
  const [, , account] = await sharers(centre, number);
  const { page } = await afterCall(centre, number, '?lang=en#/people');
  expect(page.viewportSize()).toEqual(APP);
  await partyBox(page).press('ArrowDown');
  await options(page, { name: /^Talleres Prieto/ }).click();
  await expect(page).toHaveURL(new RegExp(`#/people/${account?.id}$`));
  await expect(page.getByRole('heading', { level: 1, name: 'Talleres Prieto S. L.' })).toBeVisible();
  await expect(settledAs(page, 'Talleres Prieto S. L.', 'Account')).toBeVisible();
});

test('p04_no_record_opens_by_itself_where_several_match', async ({ centre, afterCall }) => {
  const number = centre.number();
  const people = await sharers(centre, number);
  const { page } = await afterCall(centre, number, '?lang=en#/people');
  await expect(partyBox(page)).toHaveValue('');
  await expect(page).toHaveURL(/#\/people$/);
  expect(page.context().pages()).toHaveLength(1);
  const [activity] = centre.rows.activities(number);
  for (const person of people) expect(centre.rows.listOf(person.id)).toEqual([activity?.id]);
});

test('p02_the_one_match_opens_when_the_agent_answers', async ({ centre, open }) => {
  const number = centre.number();
  const ana = await centre.person('contact', 'Ana Ruiz', number);
  const agent = await centre.agent();
  const page = await open(centre, agent, '?lang=en#/people');
  const call = centre.inbound(number, agent);
  await call.ring();
  await expect(page.getByRole('region', { name: 'Ana Ruiz' })).toBeVisible();
  await expect(page).toHaveURL(/#\/people$/);
  await call.answer();
  await expect(page).toHaveURL(new RegExp(`#/people/${ana.id}$`));
});

test('p04_a_record_that_appears_meanwhile_is_shown_before_another_is_created', async ({ centre, afterCall }) => {
  const number = centre.number();
  const { agent, page } = await afterCall(centre, number);
  await page.getByRole('textbox', { name: /Name of the new record/ }).fill('Elena Prats');
  await codeBox(page).press('1');
  await expect(page.getByText('Draft saved')).toBeVisible();
  const ana = await centre.person('contact', 'Ana Ruiz', number);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/have changed\. Check the choice/)).toBeVisible();
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'open', party: null }]);
  expect(centre.rows.people(number)).toMatchObject([{ id: ana.id }]);
  await expect(settledAs(page, 'Ana Ruiz', 'Contact')).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(centre.rows.people(number)).toHaveLength(1);
});
