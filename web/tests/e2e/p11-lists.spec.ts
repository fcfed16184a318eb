import type { Page } from '@playwright/test';
import { expect, test } from './stage.ts';

const rows = (page: Page) => page.getByRole('table', { name: 'Calls' }).getByRole('row');

test('p11_missed_abandoned_and_voicemail_calls_are_on_the_persons_list', async ({ centre, open }) => {
  const number = centre.number();
  const ana = await centre.person('contact', 'Ana Ruiz', number);
  const agent = await centre.agent();
  for (const scenario of ['s18_direct_missed', 's05_abandoned_ringing', 's07_voicemail'] as const) {
    await centre.play(scenario, number, agent).end();
  }
  await expect.poll(() => centre.rows.activities(number)).toMatchObject(
    ['missed', 'abandoned', 'voicemail'].map((kind) => ({ kind, archived: 1, outcome: 'no_wrapup', party: ana.id, code: null, notes: null })),
  );
  expect(centre.rows.listOf(ana.id)).toEqual(centre.rows.activities(number).map(({ id }) => id));
  // Nobody who talked, nobody who owes anything.
  expect(centre.rows.wrapups(agent.key)).toEqual([]);

  const page = await open(centre, agent, `?lang=en#/people/${ana.id}`);
  for (const type of ['Missed', 'Abandoned', 'Voicemail']) {
    await expect(rows(page).filter({ hasText: type })).toContainText('No wrap-up');
  }
  await expect(rows(page)).toHaveCount(4);
});

test('p11_a_call_made_without_an_answer_is_on_the_list_too', async ({ centre, open }) => {
  const number = centre.number();
  const ana = await centre.person('contact', 'Ana Ruiz', number);
  const agent = await centre.agent();
  await centre.play('s34_outbound_manual', number, agent).end();
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ kind: 'outbound', archived: 1, party: ana.id }]);
  const page = await open(centre, agent, `?lang=en#/people/${ana.id}`);
  await expect(rows(page).nth(1)).toContainText('Outbound');
  await expect(rows(page).nth(1)).toContainText('Open');
});

test('p11_an_outbound_call_is_filed_by_the_number_it_reached_not_by_the_keys_that_were_pressed', async ({ centre, open }) => {
  const number = centre.number();
  const ana = await centre.person('contact', 'Ana Ruiz', number);
  const agent = await centre.agent();
  const page = await open(centre, agent);
  const call = centre.play('s34_outbound_manual', number, agent);
  // So far the phone system has told the keys only: the number after the digit for an outside line.
  await call.upTo('DialBegin');
  await expect(page.getByText('Outbound call').first()).toBeVisible();
  await call.answer();
  await expect(page.getByRole('heading', { name: 'Ana Ruiz' })).toBeVisible();
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ outcome: 'open', party: ana.id, party_by: 'one_match' }]);
  const [activity] = centre.rows.activities(number);
  expect(centre.rows.listOf(ana.id)).toEqual([activity?.id]);
  await expect(page.getByRole('region', { name: 'Recent calls' }).getByRole('button', { name: /Ana Ruiz/ })).toBeVisible();
  await call.end();
});

test('p11_a_call_that_several_could_own_is_marked_possible_on_each', async ({ centre, open }) => {
  const number = centre.number();
  const people = [await centre.person('contact', 'Ana Ruiz', number), await centre.person('account', 'Talleres Prieto S. L.', number)];
  const agent = await centre.agent();
  await centre.play('s05_abandoned_ringing', number, agent).end();
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ kind: 'abandoned', archived: 1, party: null, party_by: null }]);
  const [activity] = centre.rows.activities(number);
  for (const person of people) {
    expect(centre.rows.listOf(person.id)).toEqual([activity?.id]);
    const page = await open(centre, agent, `?lang=en#/people/${person.id}`);
    await expect(rows(page).nth(1)).toContainText('Abandoned');
    await expect(rows(page).nth(1)).toContainText('Possible');
  }
});

test('p11_once_settled_the_call_is_on_one_list_and_no_longer_possible', async ({ centre, open, afterCall }) => {
  const number = centre.number();
  const ana = await centre.person('contact', 'Ana Ruiz', number);
  const lead = await centre.person('lead', 'Ana Ruiz', number);
  const { agent, page } = await afterCall(centre, number);
  const [activity] = centre.rows.activities(number);
  for (const person of [ana, lead]) expect(centre.rows.listOf(person.id)).toEqual([activity?.id]);
  await page.getByRole('combobox', { name: 'Log on' }).press('ArrowDown');
  await page.getByRole('option', { name: /Lead/ }).first().click();
  await page.getByRole('combobox', { name: 'Disposition code' }).press('1');
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ outcome: 'logged', party: lead.id }]);
  expect(centre.rows.listOf(lead.id)).toEqual([activity?.id]);
  expect(centre.rows.listOf(ana.id)).toEqual([]);
  const record = await open(centre, agent, `?lang=en#/people/${lead.id}`);
  await expect(rows(record).nth(1)).toContainText('Resolved');
  await expect(rows(record).getByText('Possible')).toHaveCount(0);
});

test('p11_somebody_elses_list_does_not_have_the_call', async ({ centre, open }) => {
  const number = centre.number();
  const other = await centre.person('contact', 'Nuria Sanz', centre.number());
  await centre.person('contact', 'Ana Ruiz', number);
  const agent = await centre.agent();
  await centre.play('s07_voicemail', number, agent).end();
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ kind: 'voicemail', archived: 1 }]);
  expect(centre.rows.listOf(other.id)).toEqual([]);
  const page = await open(centre, agent, `?lang=en#/people/${other.id}`);
  await expect(page.getByText('No calls with this record yet')).toBeVisible();
  await expect(rows(page)).toHaveCount(0);
});
