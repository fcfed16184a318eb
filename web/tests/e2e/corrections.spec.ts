import { APP, codeBox, expect, logButton, notesBox, notice, options, test } from './stage.ts';

test('what is filed is put right, put back, and found again by its notes', async ({ centre, open, afterCall }) => {
  const number = centre.number();
  const ana = await centre.person('contact', 'Ana Ruiz', number);
  const bruno = await centre.person('lead', `Bruno ${number}`, centre.number());
  const { agent, page } = await afterCall(centre, number);
  await codeBox(page).press('1');
  const word = `albaran${number.slice(-6)}`;
  await notesBox(page).fill(`Reclama el ${word}.`);
  await logButton(page).click();
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  const [activity] = centre.rows.activities(number);
  expect(activity?.party).toBe(ana.id);

  const app = await open(centre, agent, `?lang=en#/activities?notes=${word.slice(0, 10)}`, APP);
  const found = app.getByRole('table', { name: 'Activities' }).getByRole('row');
  await expect(found).toHaveCount(2);
  await found.nth(1).getByRole('link').first().click();
  await app.getByRole('button', { name: /^Correct the wrap-up of/ }).click();
  const form = app.getByRole('main').getByRole('group', { name: /^Wrap-up of/ });
  await form.getByRole('button', { name: 'Clear Record' }).click();
  await app.keyboard.type(`Bruno ${number}`);
  await options(app, { name: new RegExp(`^Bruno \\${number}`) }).click();
  await form.getByRole('textbox', { name: 'Notes' }).fill('Era otra persona.');
  await form.getByRole('textbox', { name: 'Reason' }).fill('Llamaba desde su casa');
  await form.getByRole('button', { name: 'Save correction' }).click();
  await expect(notice(app, 'Corrected.')).toBeVisible();
  expect(centre.rows.activities(number)).toMatchObject([{ party: bruno.id, party_by: 'corrected', notes: 'Era otra persona.', outcome: 'logged' }]);
  expect([centre.rows.listOf(ana.id), centre.rows.listOf(bruno.id)]).toEqual([[], [activity?.id]]);
  expect(centre.rows.all(`SELECT fields FROM audit WHERE action = 'corrected' AND fields LIKE '%Era otra persona%'`)).toHaveLength(1);

  await app.getByRole('button', { name: /^Undo the correction by/ }).click();
  await expect(app.getByRole('heading', { level: 1, name: 'Ana Ruiz' })).toBeVisible();
  expect(centre.rows.activities(number)).toMatchObject([{ party: ana.id, notes: `Reclama el ${word}.` }]);
  expect([centre.rows.listOf(ana.id), centre.rows.listOf(bruno.id)]).toEqual([[activity?.id], []]);
});

test('p11_a_call_that_nobody_was_found_for_is_filed_when_a_record_with_its_number_appears', async ({ centre, open }) => {
  const [number, other] = [centre.number(), centre.number()];
  const agent = await centre.agent();
  for (const caller of [number, other]) await centre.play('s05_abandoned_ringing', caller, agent).end();
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ archived: 1, party: null }]);
  const late = await centre.person('contact', 'Nuria Sanz', number);
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ party: late.id }]);
  expect(centre.rows.listOf(late.id)).toEqual([centre.rows.activities(number)[0]?.id]);
  expect(centre.rows.activities(other)).toMatchObject([{ party: null }]);
  const record = await open(centre, agent, `?lang=en#/people/${late.id}`, APP);
  await expect(record.getByRole('table', { name: 'Calls' }).getByRole('row')).toHaveCount(2);
});
