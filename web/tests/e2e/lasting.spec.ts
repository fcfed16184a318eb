import { codeBox, expect, logButton, notesBox, notice, test } from './stage.ts';

test('a draft survives a reload', async ({ centre, afterCall }) => {
  const number = centre.number();
  await centre.person('contact', 'Ana Ruiz', number);
  const { agent, page } = await afterCall(centre, number);
  await codeBox(page).press('2');
  await notesBox(page).fill('Wants an invoice');
  await expect(page.getByText('Draft saved')).toBeVisible();
  await page.reload();
  await expect(notesBox(page)).toHaveValue('Wants an invoice');
  await expect(codeBox(page)).toHaveValue('Needs follow-up');
  await logButton(page).click();
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'logged', code_en: 'Needs follow-up', notes: 'Wants an invoice' }]);
});

test('what was typed in the last moment before the page is left is stored', async ({ centre, afterCall }) => {
  const { agent, page } = await afterCall(centre, centre.number());
  await notesBox(page).fill('Last words');
  await page.goto('about:blank');
  await expect.poll(() => centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'open', draft_notes: 'Last words' }]);
});

test('a second tab shows the draft, goes on with it, and sees the call logged', async ({ centre, afterCall }) => {
  const number = centre.number();
  await centre.person('contact', 'Ana Ruiz', number);
  const { agent, page } = await afterCall(centre, number);
  await notesBox(page).fill('Begun here');
  await expect(page.getByText('Draft saved')).toBeVisible();
  const second = await page.context().newPage();
  await second.goto(page.url());
  await expect(notesBox(second)).toHaveValue('Begun here');
  await notesBox(second).fill('Begun here, ended there');
  await expect(notesBox(page)).toHaveValue('Begun here, ended there');
  await codeBox(second).press('1');
  await logButton(second).click();
  await expect(notice(second, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  await expect(page.getByText('No call right now')).toBeVisible();
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'logged', notes: 'Begun here, ended there' }]);
});

test('two tabs that both wrote are told, and nothing of either is lost before the agent chooses', async ({ centre, afterCall }) => {
  const { agent, page } = await afterCall(centre, centre.number());
  const second = await page.context().newPage();
  await second.goto(page.url());
  await expect(notesBox(second)).toBeVisible();
  // The second tab hears and says nothing for a while, as on a bad line.
  await second.route('**/draft', (route) => route.abort());
  await notesBox(second).fill('Mine');
  await expect(second.getByText('Draft not saved yet')).toBeVisible();
  await notesBox(page).fill('Theirs');
  await expect(page.getByText('Draft saved')).toBeVisible();
  await expect(second.getByText('Changed in another window')).toBeVisible();
  await expect(notesBox(second)).toHaveValue('Mine');
  await second.unroute('**/draft');
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'open', draft_notes: 'Theirs' }]);
  await second.getByRole('button', { name: 'Keep mine' }).click();
  await expect(notesBox(page)).toHaveValue('Mine');
  await expect.poll(() => centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'open', draft_notes: 'Mine' }]);
});

test('two tabs that press Log at once with different codes file one Activity, and both say what became of it', async ({ centre, afterCall }) => {
  const numbers = [centre.number(), centre.number(), centre.number()];
  for (const number of numbers) await centre.person('contact', 'Ana Ruiz', number);
  const { agent, page } = await afterCall(centre, numbers[0]!);
  const second = await page.context().newPage();
  await second.goto(page.url());
  const tabs = [page, second];
  for (const [round, number] of numbers.entries()) {
    if (round > 0) await centre.inbound(number, agent).end();
    for (const tab of tabs) await expect(logButton(tab)).toBeVisible();
    // Neither tab hears what was chosen in the other before both have pressed.
    let pressed = (): void => {};
    const both = new Promise<void>((done) => (pressed = done));
    for (const tab of tabs) {
      await tab.route('**/draft', async (route) => {
        await both;
        await route.continue();
      });
    }
    await codeBox(page).press('1');
    await codeBox(second).press('2');
    await expect(codeBox(page)).toHaveValue('Resolved');
    await expect(codeBox(second)).toHaveValue('Needs follow-up');
    await Promise.all(tabs.map((tab) => logButton(tab).click()));
    pressed();

    for (const tab of tabs) {
      await expect(notice(tab, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
      await expect(logButton(tab)).toHaveCount(0);
      await expect(tab.getByText('Changed in another window')).toHaveCount(0);
      await expect(tab.getByRole('alert')).toHaveText([]);
      await tab.unroute('**/draft');
    }
    await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ archived: 1, outcome: 'logged' }]);
    const [filed] = centre.rows.activities(number);
    expect(['Resolved', 'Needs follow-up']).toContain(filed?.code_en);
    const wrapups = centre.rows.wrapups(agent.key);
    expect(wrapups).toHaveLength(round + 1);
    expect(wrapups.filter(({ state, code }) => state === 'logged' && code === filed?.code)).not.toEqual([]);
    // The one that was late says the code that holds, not its own.
    const late = filed?.code_en === 'Resolved' ? second : page;
    await expect(notice(late, `Code: ${filed?.code_en}.`)).toBeVisible();
  }
});

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`a restart after ${signal} between call and wrap-up loses nothing, and the panel comes back`, async ({ openCentre, afterCall }) => {
    const centre = await openCentre();
    const number = centre.number();
    const ana = await centre.person('contact', 'Ana Ruiz', number);
    const { agent, page } = await afterCall(centre, number);
    await notesBox(page).fill('Before the fall');
    await expect(page.getByText('Draft saved')).toBeVisible();
    await centre.stop(signal);
    await expect(page.getByText(/^Reconnecting…/)).toBeVisible();
    await notesBox(page).press('End');
    await page.keyboard.type(', during it');
    await centre.start();
    await expect(page.getByText(/^Reconnecting…/)).toHaveCount(0);
    await expect(notesBox(page)).toHaveValue('Before the fall, during it');
    await expect.poll(() => centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'open', draft_notes: 'Before the fall, during it' }]);
    await codeBox(page).press('1');
    await page.keyboard.press('Control+Enter');
    await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
    expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'logged', notes: 'Before the fall, during it', party: ana.id }]);
    await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ kind: 'inbound', archived: 1, outcome: 'logged', party: ana.id }]);
  });

  test(`a call that outlives a restart after ${signal} is asked about once, with its notes`, async ({ openCentre, open }) => {
    const centre = await openCentre();
    const number = centre.number();
    await centre.person('contact', 'Ana Ruiz', number);
    const agent = await centre.agent();
    const page = await open(centre, agent);
    const call = centre.inbound(number, agent);
    await call.answer();
    await notesBox(page).fill('Typed before');
    await expect(page.getByText('Draft saved')).toBeVisible();
    await centre.stop(signal);
    await expect(page.getByText(/^Reconnecting…/)).toBeVisible();
    await centre.start();
    await expect(page.getByText(/^Reconnecting…/)).toHaveCount(0);
    await call.end();
    await expect(logButton(page)).toBeVisible();
    await expect(notesBox(page)).toHaveValue('Typed before');
    await codeBox(page).press('1');
    await logButton(page).click();
    await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
    expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'logged', notes: 'Typed before' }]);
    await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ kind: 'inbound', archived: 1, outcome: 'logged' }]);
  });
}

test('a call that ended while the server was away is asked about when it is back', async ({ openCentre, open }) => {
  const centre = await openCentre();
  const number = centre.number();
  const agent = await centre.agent();
  const page = await open(centre, agent);
  const call = centre.inbound(number, agent);
  await call.answer();
  await expect(notesBox(page)).toBeVisible();
  await centre.stop('SIGKILL');
  await call.end();
  await centre.start();
  await expect(logButton(page)).toBeVisible();
  await codeBox(page).press('1');
  await logButton(page).click();
  await expect(notice(page, 'Logged on')).toBeVisible();
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'logged' }]);
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ kind: 'inbound', archived: 1, outcome: 'logged' }]);
});

test('Log that is sent again after its answer was lost does nothing twice', async ({ centre, afterCall }) => {
  const number = centre.number();
  const { agent, page } = await afterCall(centre, number);
  await codeBox(page).press('1');
  await expect(page.getByText('Draft saved')).toBeVisible();
  // The server takes it, the answer gets lost on its way.
  let told = (): void => {};
  const lost = new Promise<void>((done) => (told = done));
  await page.route('**/log', async (route) => {
    await route.fetch();
    await route.abort();
    told();
  });
  await logButton(page).click();
  await lost;
  await expect.poll(() => centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'logged' }]);
  await page.unroute('**/log');
  await expect(page.getByText('No call right now')).toBeVisible();
  const [{ id = '', draft_code = null, draft_revision = 0 } = {}] = centre.rows.wrapups(agent.key);
  const token = await centre.tokenOf(agent);
  const again = await centre.request(token, 'POST', `/wrapups/${id}/log`, { revision: draft_revision, code: draft_code, notes: '', party: null });
  expect(again).toMatchObject({ status: 200, body: { activity: { outcome: 'logged' } } });
  expect(centre.rows.people(number)).toHaveLength(1);
  expect(centre.rows.activities(number)).toHaveLength(1);
});
