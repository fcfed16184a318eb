import { adminOf, codeBox, expect, logButton, notesBox, notice, partyBox, options, test } from './stage.ts';

const MADE = [
  ['contact', 'Contact'],
  ['lead', 'Lead'],
] as const;

for (const [autoCreate, kind] of MADE) {
  test(`p05_unknown_number_creates_a_${autoCreate}_as_the_setting_says`, async ({ openCentre, afterCall }) => {
    const centre = await openCentre({ autoCreate });
    const number = centre.number();
    const { agent, page } = await afterCall(centre, number);
    await expect(page.getByText(`A ${kind} named +34 600 10 00 01 will be created and the call logged on it.`)).toBeVisible();
    expect(centre.rows.countPeople()).toBe(0);
    await codeBox(page).press('1');
    await notesBox(page).fill('New here.');
    await logButton(page).click();
    await expect(notice(page, `Logged on +34 600 10 00 01 (${kind}).`)).toBeVisible();

    const [activity] = centre.rows.activities(number);
    const people = centre.rows.people(number);
    expect(people).toMatchObject([{ kind: autoCreate, name: '+34 600 10 00 01', created_by_call: activity?.id }]);
    expect(activity).toMatchObject({ outcome: 'logged', notes: 'New here.', party: people[0]?.id, party_by: 'created' });
    expect(centre.rows.listOf(people[0]?.id ?? '')).toEqual([activity?.id]);
    expect(centre.rows.wrapups(agent.key)).toMatchObject([{ party: people[0]?.id, party_by: 'created' }]);
    // The next call from there finds them.
    await centre.inbound(number, agent).end();
    await expect(page.getByText(`Will be logged on +34 600 10 00 01 (${kind}).`)).toBeVisible();
  });
}

test('p05_the_new_record_gets_the_name_that_the_agent_types', async ({ centre, afterCall }) => {
  const number = centre.number();
  const { page } = await afterCall(centre, number);
  await page.getByRole('textbox', { name: /Name of the new record/ }).fill('Elena Prats');
  await codeBox(page).press('1');
  await logButton(page).click();
  await expect(notice(page, 'Logged on Elena Prats (Contact).')).toBeVisible();
  expect(centre.rows.people(number)).toMatchObject([{ kind: 'contact', name: 'Elena Prats' }]);
});

test('p05_nobody_is_created_where_the_setting_says_so', async ({ openCentre, afterCall }) => {
  const centre = await openCentre({ autoCreate: 'none' });
  const number = centre.number();
  const { page } = await afterCall(centre, number);
  await expect(page.getByText('Will be logged without a person.')).toBeVisible();
  await codeBox(page).press('1');
  await logButton(page).click();
  await expect(notice(page, 'Logged without a person.')).toBeVisible();
  expect(centre.rows.activities(number)).toMatchObject([{ outcome: 'logged', code_en: 'Resolved', party: null, party_by: 'nobody_matches' }]);
  expect(centre.rows.countPeople()).toBe(0);
});

test('p05_a_withheld_number_creates_nobody', async ({ openCentre, afterCall }) => {
  const centre = await openCentre();
  const { page } = await afterCall(centre, 'anonymous');
  await expect(page.getByRole('heading', { name: 'Number withheld' })).toBeVisible();
  await expect(page.getByText('Will be logged without a person.')).toBeVisible();
  await expect(page.getByText('The caller withheld the number, so no record can match.')).toBeVisible();
  await codeBox(page).press('1');
  await logButton(page).click();
  await expect(notice(page, 'Logged without a person.')).toBeVisible();
  expect(centre.rows.activities('anonymous')).toMatchObject([{ outcome: 'logged', party: null, party_by: 'nobody_matches' }]);
  expect(centre.rows.countPeople()).toBe(0);
});

test('p05_do_not_log_creates_nobody', async ({ centre, afterCall }) => {
  const number = centre.number();
  const { page } = await afterCall(centre, number);
  await page.getByRole('textbox', { name: /Name of the new record/ }).fill('Elena Prats');
  await expect(page.getByText('Draft saved')).toBeVisible();
  await page.getByRole('button', { name: 'Do not log', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Do not log' }).click();
  await expect(notice(page, 'Closed without code and notes.')).toBeVisible();
  expect(centre.rows.people(number)).toEqual([]);
});

test('p05_two_agents_with_one_unknown_caller_create_one_person', async ({ centre, afterCall }) => {
  const number = centre.number();
  const [first, second] = [await afterCall(centre, number), await afterCall(centre, number)];
  for (const { page } of [first, second]) {
    await codeBox(page).press('1');
    await expect(page.getByText('Draft saved')).toBeVisible();
  }
  await Promise.all([first, second].map(({ page }) => page.keyboard.press('Control+Enter')));
  for (const { page } of [first, second]) await expect(notice(page, 'Logged on')).toBeVisible();

  const people = centre.rows.people(number);
  expect(people).toHaveLength(1);
  const activities = centre.rows.activities(number);
  expect(activities.map(({ party }) => party)).toEqual([people[0]?.id, people[0]?.id]);
  expect(activities.map(({ outcome }) => outcome)).toEqual(['logged', 'logged']);
  expect(activities.map(({ party_by }) => party_by).sort()).toEqual(['created', 'one_match']);
});

test('p05_a_new_record_beside_those_that_match_is_made_when_the_agent_asks_for_it', async ({ centre, afterCall }) => {
  const number = centre.number();
  const ana = await centre.person('contact', 'Ana Ruiz', number);
  const { page } = await afterCall(centre, number);
  await page.getByRole('button', { name: 'Someone else' }).click();
  await partyBox(page).fill(`Berta ${number}`);
  await options(page, { name: /Create a Lead/ }).click();
  await codeBox(page).press('1');
  await logButton(page).click();
  await expect(notice(page, `Logged on Berta ${number} (Lead).`)).toBeVisible();
  expect(centre.rows.people(number)).toMatchObject([{ id: ana.id }, { kind: 'lead', name: `Berta ${number}` }]);
  expect(centre.rows.listOf(ana.id)).toEqual([]);
});

test('p05_a_message_left_by_an_unknown_caller_makes_a_record_where_the_setting_says_so', async ({ openCentre, open }) => {
  const centre = await openCentre();
  const agent = await centre.agent();
  // Until somebody says otherwise, a message makes nobody.
  const before = centre.number();
  await centre.play('s07_voicemail', before, agent).end();
  await expect.poll(() => centre.rows.activities(before)).toMatchObject([{ kind: 'voicemail', archived: 1, party: null }]);

  const settings = await open(centre, adminOf(centre), '?lang=en#/admin/centre');
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
