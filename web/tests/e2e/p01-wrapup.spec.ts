import { codeBox, expect, logButton, notesBox, test } from './stage.ts';

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
  await expect(page.getByText('Logged on Ana Ruiz (Contact).')).toBeVisible();

  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'logged', code_es: 'Resuelto', code_en: 'Resolved', notes: null, party: ana.id }]);
  expect(centre.rows.activities(number)).toMatchObject([
    { kind: 'inbound', outcome: 'logged', archived: 1, agent: agent.key, code_en: 'Resolved', notes: null, party: ana.id, party_by: 'one_match' },
  ]);
});
