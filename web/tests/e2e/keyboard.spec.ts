import { codeBox, expect, logButton, notesBox, notice, options, partyBox, test } from './stage.ts';

test('p01_a_whole_wrapup_by_keyboard_alone_from_sign_in_to_the_next_call', async ({ centre, browser }) => {
  const agent = await centre.agent();
  const number = centre.number();
  const ana = await centre.person('contact', 'Ana Ruiz', number);
  const context = await browser.newContext({ viewport: { width: 400, height: 720 } });
  const page = await context.newPage();
  await page.goto(`${centre.url}/panel.html?lang=en`);
  await expect(page.getByRole('textbox', { name: 'User name' })).toBeFocused();
  await page.keyboard.type(agent.login);
  await page.keyboard.press('Tab');
  await page.keyboard.type(agent.password);
  await page.keyboard.press('Enter');
  await expect(page.getByText('No call right now')).toBeVisible();

  await centre.inbound(number, agent).end();
  await expect(codeBox(page)).toBeFocused();
  await page.keyboard.press('2');
  await expect(notesBox(page)).toBeFocused();
  await page.keyboard.type('Ring back on Friday.');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(centre.rows.wrapups(agent.key)).toMatchObject([
    { state: 'logged', code_en: 'Needs follow-up', notes: 'Ring back on Friday.', party: ana.id },
  ]);

  // The next one asks for itself, without a hand on the mouse in between; what was said of the last one is gone.
  await centre.inbound(number, agent).end();
  await expect(notice(page, 'Logged on')).toHaveCount(0);
  await expect(codeBox(page)).toBeFocused();
  await page.keyboard.type('info');
  await expect(options(page)).toHaveText([/Information given/]);
  await page.keyboard.press('Enter');
  await expect(notesBox(page)).toBeFocused();
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => centre.rows.wrapups(agent.key)[1]).toMatchObject({ state: 'logged', code_en: 'Information given', notes: null });
  await context.close();
});

test('p04_a_record_is_chosen_by_keyboard_alone', async ({ centre, afterCall }) => {
  const number = centre.number();
  await centre.person('contact', 'Ana Ruiz', number);
  const lead = await centre.person('lead', 'Bruno Salas', number);
  const { agent, page } = await afterCall(centre, number);
  await expect(partyBox(page)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('[data-active]')).toHaveText(/Ana Ruiz/);
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('[data-active]')).toHaveText(/Bruno Salas/);
  const popped = page.context().waitForEvent('page');
  await page.keyboard.press('Enter');
  await popped;
  await page.bringToFront();
  await expect(codeBox(page)).toBeFocused();
  await page.keyboard.press('1');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on Bruno Salas (Lead).')).toBeVisible();
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'logged', party: lead.id, party_by: 'chosen' }]);
});

test('p03_do_not_log_with_a_reason_by_keyboard_alone', async ({ centre, afterCall }) => {
  const { agent, page } = await afterCall(centre, centre.number());
  await expect(codeBox(page)).toBeFocused();
  const reasons = page.getByRole('button', { name: 'Do not log, with a reason' });
  await page.keyboard.press('Tab');
  await page.keyboard.type('Not for the record');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Do not log', exact: true })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(reasons).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'Wrong number' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Keep editing' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(notice(page, 'Closed without code and notes.')).toBeVisible();
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'not_logged', reason: 'wrong_number', notes: null, draft_notes: '' }]);
});

test('a call that rings and is answered takes nobody away from what they are typing', async ({ centre, afterCall }) => {
  const number = centre.number();
  await centre.person('contact', 'Ana Ruiz', number);
  const { agent, page } = await afterCall(centre, number);
  await notesBox(page).click();
  await page.keyboard.type('Half a sen');
  const next = centre.inbound(centre.number(), agent);
  await next.ring();
  await expect(page.getByText('Incoming call')).toBeVisible();
  await expect(notesBox(page)).toBeFocused();
  await page.keyboard.type('tence');
  await next.answer();
  await expect(page.getByRole('navigation').getByText('On the call')).toBeVisible();
  await expect(notesBox(page)).toBeFocused();
  await next.end();
  await expect(page.getByRole('navigation', { name: '2 open wrap-ups' })).toBeVisible();
  await expect(notesBox(page)).toBeFocused();
  await expect(notesBox(page)).toHaveValue('Half a sentence');
  await expect(logButton(page)).toBeVisible();
});
