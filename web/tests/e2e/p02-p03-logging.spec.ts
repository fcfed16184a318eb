import type { PersonKind } from '../../src/lib/api/contract.ts';
import { adminOf, codeBox, doNotLogButton, expect, logButton, notesBox, notice, options, test } from './stage.ts';

const KINDS: [PersonKind, string, string][] = [
  ['contact', 'Contact', 'Ana Ruiz'],
  ['lead', 'Lead', 'Bruno Salas'],
  ['account', 'Account', 'Talleres Prieto S. L.'],
  ['person_account', 'Person Account', 'Nuria Sanz'],
];

for (const [kind, kindName, name] of KINDS) {
  test(`p02_log_files_the_call_on_the_${kind}_whose_number_it_is`, async ({ centre, open, afterCall }) => {
    const number = centre.number();
    // As people write it: the same number, spelt otherwise.
    const spelt = number.replace(/^\+34(\d{3})(\d{3})(\d{3})$/, '$1 $2 $3');
    const person = await centre.person(kind, name, spelt);
    const { agent, page } = await afterCall(centre, number);
    await expect(page.getByText(`Will be logged on ${name} (${kindName}).`)).toBeVisible();
    await codeBox(page).press('1');
    await notesBox(page).fill('Asked about the invoice.');
    await logButton(page).click();
    await expect(notice(page, `Logged on ${name} (${kindName}).`)).toBeVisible();

    await expect.poll(() => centre.rows.activities(number)).toMatchObject([
      { kind: 'inbound', archived: 1, outcome: 'logged', code_es: 'Resuelto', notes: 'Asked about the invoice.', party: person.id, party_by: 'one_match' },
    ]);
    const [activity] = centre.rows.activities(number);
    expect(centre.rows.listOf(person.id)).toEqual([activity?.id]);
    const record = await open(centre, agent, `?lang=en#/people/${person.id}`);
    const row = record.getByRole('table', { name: 'Calls' }).getByRole('row').nth(1);
    await expect(row).toContainText('Resolved');
    await expect(row).toContainText('Asked about the invoice.');
    await expect(row).toContainText('0:03');
  });
}

test('p02_another_records_list_does_not_have_the_call', async ({ centre, open, afterCall }) => {
  const number = centre.number();
  await centre.person('contact', 'Ana Ruiz', number);
  const other = await centre.person('contact', 'Ana Ruiz', centre.number());
  const { agent, page } = await afterCall(centre, number);
  await codeBox(page).press('1');
  await logButton(page).click();
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(centre.rows.listOf(other.id)).toEqual([]);
  const record = await open(centre, agent, `?lang=en#/people/${other.id}`);
  await expect(record.getByText('No calls with this record yet')).toBeVisible();
});

test('p02_someone_else_chosen_by_the_agent_gets_the_call_and_the_match_does_not', async ({ centre, open, afterCall }) => {
  const number = centre.number();
  const match = await centre.person('contact', 'Ana Ruiz', number);
  // A name of its own: the search finds everybody of that name in the whole centre.
  const other = await centre.person('lead', `Bruno ${number}`, centre.number());
  const { page } = await afterCall(centre, number);
  await page.getByRole('button', { name: 'Someone else' }).click();
  await page.keyboard.type(`Bruno ${number}`);
  // While the last characters are typed, the list still has everybody called Bruno.
  await options(page, { name: new RegExp(`^Bruno \\${number}`) }).click();
  await expect(page.getByText(`Will be logged on Bruno ${number} (Lead).`)).toBeVisible();
  await codeBox(page).press('1');
  await logButton(page).click();
  await expect(notice(page, `Logged on Bruno ${number} (Lead).`)).toBeVisible();
  const [activity] = centre.rows.activities(number);
  expect(activity).toMatchObject({ party: other.id, party_by: 'chosen' });
  expect(centre.rows.listOf(other.id)).toEqual([activity?.id]);
  expect(centre.rows.listOf(match.id)).toEqual([]);
});

test('p03_do_not_log_leaves_an_activity_with_code_and_notes_empty', async ({ centre, afterCall }) => {
  const number = centre.number();
  const ana = await centre.person('contact', 'Ana Ruiz', number);
  const { agent, page } = await afterCall(centre, number);
  await codeBox(page).press('1');
  await notesBox(page).fill('Of no concern to anybody');
  await expect(page.getByText('Draft saved')).toBeVisible();
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'open', draft_notes: 'Of no concern to anybody' }]);
  await doNotLogButton(page).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Do not log' }).click();
  await expect(notice(page, 'Closed without code and notes.')).toBeVisible();

  expect(centre.rows.wrapups(agent.key)).toMatchObject([
    { state: 'not_logged', code: null, code_es: null, notes: null, draft_code: null, draft_notes: '', draft_party: null, reason: null },
  ]);
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([
    { kind: 'inbound', archived: 1, outcome: 'not_logged', code: null, code_es: null, code_en: null, notes: null, party: ana.id },
  ]);
  // What was typed is nowhere in the database any more.
  expect(centre.rows.all(`SELECT 1 FROM wrapup WHERE draft_notes LIKE '%concern%' OR notes LIKE '%concern%'`)).toEqual([]);
});

test('p03_do_not_log_keeps_its_reason_and_creates_nobody', async ({ centre, afterCall }) => {
  const number = centre.number();
  const { agent, page } = await afterCall(centre, number);
  const before = centre.rows.countPeople();
  // The card takes the focus when it becomes owed; what is pressed before that moves under the mouse.
  await expect(codeBox(page)).toBeFocused();
  await page.getByRole('button', { name: 'Do not log, with a reason' }).click();
  await page.getByRole('menuitem', { name: 'Wrong number' }).click();
  await expect(notice(page, 'Closed without code and notes.')).toBeVisible();
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'not_logged', reason: 'wrong_number', party: null }]);
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ archived: 1, outcome: 'not_logged', code: null, notes: null, party: null }]);
  expect(centre.rows.people(number)).toEqual([]);
  expect(centre.rows.countPeople()).toBe(before);
});

test('p03_do_not_log_picks_nobody_where_several_match', async ({ centre, afterCall }) => {
  const number = centre.number();
  const [ana, lead] = [await centre.person('contact', 'Ana Ruiz', number), await centre.person('lead', 'Ana Ruiz', number)];
  const { agent, page } = await afterCall(centre, number);
  await doNotLogButton(page).click();
  await expect(notice(page, 'Closed without code and notes.')).toBeVisible();
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'not_logged', party: null, party_by: null }]);
  const [activity] = centre.rows.activities(number);
  expect(activity).toMatchObject({ outcome: 'not_logged', party: null, party_by: null });
  for (const person of [ana, lead]) expect(centre.rows.listOf(person.id)).toEqual([activity?.id]);
});

test('p03_reasons_are_the_centres_own_and_keep_their_words', async ({ openCentre, open }) => {
  const centre = await openCentre();
  const agent = await centre.agent();
  const page = await open(centre, agent, 'panel.html?lang=en');
  const settings = await open(centre, adminOf(centre), '?lang=en#/admin/centre');
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
