import { Refusal } from '../mock/endpoints.ts';
import { activity, line, matches, wrapup } from '../mock/world.ts';
import { caseLine, clean, codeBox, expect, inspectEach, logButton, notice, test } from './stage.ts';

const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 400, height: 900 } };

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize(SIZES.wide);
  mock.signedIn = mock.users[1] ?? null;
});

test('a supervisor sees what everybody owes, counted and drawn by state, and of one agent', async ({ page, mock, openApp }) => {
  await openApp('/wrapups');
  const rows = page.getByRole('table', { name: 'Wrap-ups' }).getByRole('row');
  await expect(rows).toHaveCount(7);
  // Pages follow each other until the list is whole.
  expect(mock.of('GET', /^\/wrapups/).map(({ path }) => path).slice(0, 2)).toEqual(['/wrapups', '/wrapups?after=3']);
  const states = page.getByRole('list', { name: 'By state' }).getByRole('button');
  await expect(states).toHaveText([/All\s*6/, /Late\s*1/, /Open\s*3/, /Released\s*1/, /Closed, no code\s*1/]);
  await expect(rows.filter({ hasText: 'Mateo Gil' }).first()).toContainText('11:40 late');
  await expect(rows.filter({ hasText: 'Bruno Salas' })).toContainText('by Marta Vidal, 5 minutes ago');
  await expect(rows.filter({ hasText: 'Bruno Salas' })).toContainText('Su navegador no arranca.');
  await expect(rows.filter({ hasText: 'Number withheld' })).toContainText('1009');
  await page.getByRole('button', { name: /^Open\s*3$/ }).click();
  await expect(rows).toHaveCount(4);
  // All who are agents can be chosen, and those who owe something and are no user any more.
  await expect(page.getByRole('combobox', { name: 'Agent' }).getByRole('option')).toHaveText(['All agents', 'Marta Vidal (you)', '1009', 'Admin Demo', 'Lucía Herrero', 'Mateo Gil']);
  await page.getByRole('combobox', { name: 'Agent' }).selectOption('Mateo Gil');
  await expect(rows).toHaveCount(2);
  await expect(page).toHaveURL(/#\/wrapups\?state=open&agent=1004$/);
  await expect(states.first()).toHaveText(/All\s*2/);
  expect(mock.of('GET', /^\/wrapups/).at(-1)?.path).toBe('/wrapups?agent=1004');
  await page.getByRole('button', { name: /^Closed, no code/ }).click();
  await expect(page.getByText('There is none like this.')).toBeVisible();
});

test('more than the page reads is counted by the server, and one state of it is read alone', async ({ page, mock, openApp }) => {
  const [old] = mock.inbox;
  // Ten pages of three lines are read; what is newer than these would never be seen.
  const closed = Array.from({ length: 40 }, (_, at) => ({ ...structuredClone(old!), id: `w-old-${at}` }));
  mock.inbox = [...closed, ...mock.inbox];
  await openApp('/wrapups');
  const rows = page.getByRole('table', { name: 'Wrap-ups' }).getByRole('row');
  const states = page.getByRole('list', { name: 'By state' }).getByRole('button');
  await expect(states).toHaveText([/All\s*46/, /Late\s*1/, /Open\s*3/, /Released\s*1/, /Closed, no code\s*41/]);
  await expect(rows).toHaveCount(31);
  await expect(page.getByText('The oldest 30.')).toBeVisible();
  await page.getByRole('button', { name: /^Open\s*3$/ }).click();
  await expect(rows).toHaveCount(4);
  await expect(page.getByText('The oldest')).toHaveCount(0);
  await expect(states.first()).toHaveText(/All\s*46/);
  expect(mock.of('GET', /^\/wrapups/).at(-1)?.path).toBe('/wrapups?state=open');
  // From one state to another nothing is said to be missing in between.
  await page.getByRole('button', { name: /^Late\s*1$/ }).click();
  await expect(rows.filter({ hasText: 'Mateo Gil' })).toHaveCount(1);
  expect(mock.of('GET', /^\/wrapups/).at(-1)?.path).toBe('/wrapups?state=late');
  await page.getByRole('button', { name: /^All/ }).click();
  await expect(rows).toHaveCount(31);
});

test('time that runs out on the page is late before the server is asked again', async ({ page, mock, openApp }) => {
  await openApp('/wrapups?agent=1004');
  await expect(page.getByRole('row').filter({ hasText: '0:30 left' })).toBeVisible();
  mock.push((now) => void (now.now = new Date(Date.parse(now.now) + 45_000).toISOString()));
  await expect(page.getByRole('row').filter({ hasText: '0:15 late' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Late\s*2$/ })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Open\s*0$/ })).toBeVisible();
});

test('an agent is released with a reason, and what is refused is said in the dialog', async ({ page, mock, openApp }) => {
  let refuse = true;
  mock.gate = ({ path }) => {
    if (path.endsWith('/release') && refuse) throw new Refusal(409, 'nothing_to_release');
  };
  await openApp('/wrapups');
  const button = page.getByRole('button', { name: 'Release Mateo Gil from the call with Ana Ruiz' });
  const dialog = page.getByRole('dialog', { name: 'Release Mateo Gil?' });
  await button.press('Enter');
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toBeFocused();
  await dialog.getByRole('button', { name: 'Release agent' }).click();
  await expect(dialog).toContainText('Fill in this field.');
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toBeFocused();
  expect(mock.of('POST', /release$/)).toEqual([]);
  await page.keyboard.type('  Se fue la luz. ');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText('nothing to release its agent from');
  await clean(page);
  // Escape leaves it, and what was typed is there the next time.
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(button).toBeFocused();
  await button.press('Enter');
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toHaveValue('  Se fue la luz. ');
  refuse = false;
  await page.keyboard.press('Enter');
  await expect(notice(page, 'Mateo Gil is released: calls are offered again.')).toBeVisible();
  await expect(button).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await expect(page.getByRole('row').filter({ hasText: 'Se fue la luz.' })).toContainText('Released');
  expect(mock.of('POST', /release$/).at(-1)).toMatchObject({ path: '/wrapups/w-late/release', body: { reason: 'Se fue la luz.' } });
});

test('that releasing an agent with a full inbox brings no calls is said before and after', async ({ page, mock, openApp }) => {
  for (const line of mock.inbox) if (line.agent === '1004') line.inbox_full = true;
  await openApp('/wrapups');
  await page.getByRole('button', { name: 'Release Mateo Gil from the call with Ana Ruiz' }).click();
  const dialog = page.getByRole('dialog', { name: 'Release Mateo Gil?' });
  await expect(dialog).toContainText('Mateo Gil gets no ring-group calls by this yet: their inbox is full');
  await expect(dialog).not.toContainText('Ring-group calls are offered to Mateo Gil again.');
  await inspectEach(page, 'app-inbox-release-full', () => expect(page.getByRole('dialog')).toBeVisible());
  await dialog.getByRole('textbox').fill('Queue');
  await dialog.getByRole('button', { name: 'Release agent' }).click();
  await expect(page.getByText('Mateo Gil is released, and gets no calls yet: their inbox is full.')).toBeVisible();
  await inspectEach(page, 'app-inbox-released-full');
});

test('an agent sees their own, and sums one up in the panel', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[0] ?? null;
  mock.panel.wrapups = [wrapup('e1', matches.one())];
  mock.beyond = [wrapup('w-old', matches.none(), { state: 'undispositioned' })];
  await openApp('/wrapups');
  const table = page.getByRole('table', { name: 'My wrap-ups' });
  await expect(table.getByRole('row')).toHaveCount(3);
  await expect(page.getByRole('combobox', { name: 'Agent' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: /^Release .* from/ })).toHaveCount(0);
  await page.getByRole('button', { name: /^Phone/ }).click();
  await expect(codeBox(page)).toHaveCount(0);
  // One that the panel has no room for is fetched; the panel opens, and asks for what is missing.
  await page.getByRole('button', { name: 'Sum up the call with +34 955 12 00 00' }).click();
  await expect(page.getByText('Its time was up and it was closed without a code. You can still log it.')).toBeVisible();
  await expect(codeBox(page)).toBeFocused();
  await expect(caseLine(page)).toContainText('The Case on your screen when you log counts.');
  await clean(page);
  await page.getByRole('button', { name: 'Sum up the call with Ana Ruiz' }).click();
  await expect(page.getByText('Its time was up')).toHaveCount(0);
  await expect(codeBox(page)).toBeFocused();
  await codeBox(page).press('1');
  mock.inbox = mock.inbox.filter((one) => one.id !== 'e1');
  await logButton(page).click();
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  await expect(table.getByRole('row')).toHaveCount(2);
});

test('of one that the panel has no room for, what another window saves is shown, and that it was submitted there', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[0] ?? null;
  mock.beyond = ['w-old', 'e1'].map((id) => wrapup(id, matches.none(), { state: 'undispositioned' }));
  await openApp('/wrapups');
  const list = page.getByRole('navigation', { name: 'Open wrap-ups' }).getByRole('button');
  const notes = page.getByRole('textbox', { name: 'Notes' });
  await page.getByRole('button', { name: 'Sum up the call with +34 955 12 00 00' }).click();
  await expect(codeBox(page)).toBeFocused();
  mock.writeElsewhere('w-old', { notes: 'Written next door.' });
  await expect(notes).toHaveValue('Written next door.');
  // While another is in front nothing is asked of this one; it is when it comes back.
  await page.getByRole('button', { name: 'Sum up the call with Ana Ruiz' }).click();
  await expect(list).toHaveCount(2);
  await expect(notes).toHaveValue('');
  mock.writeElsewhere('w-old', { notes: 'And more of it.' });
  await list.first().click();
  await expect(notes).toHaveValue('And more of it.');
  // Submitted next door, it goes from the panel; the other one stays.
  mock.push(() => void (mock.beyond = mock.beyond.filter(({ id }) => id !== 'w-old')));
  await expect(list).toHaveCount(1);
  await expect(notes).toHaveCount(0);
  // Whoever typed something that is stored nowhere is told what became of it.
  mock.gate = ({ path }) => {
    if (path.endsWith('/draft')) throw new Refusal(503, 'unavailable');
  };
  await list.first().click();
  await notes.fill('Typed here');
  await expect(page.getByText('Draft not saved yet')).toBeVisible();
  mock.activities.set('call-e1', activity(line('call-e1'), { engagements: activity(line('call-e1')).engagements.map((part) => ({ ...part, id: part.wrapup ? 'e1' : part.id })) }));
  mock.push(() => void (mock.beyond = []));
  await expect(notice(page, 'Another window of yours was first: Logged on Ana Ruiz (Contact). Code: Resolved.')).toBeVisible();
  await expect(list).toHaveCount(0);
});

test('one that was submitted elsewhere meanwhile is said to be gone, and the list is read again', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[0] ?? null;
  await openApp('/wrapups');
  const button = page.getByRole('button', { name: 'Sum up the call with +34 955 12 00 00' });
  await expect(button).toBeVisible();
  mock.inbox = [];
  await button.click();
  await expect(notice(page, 'it was submitted elsewhere')).toBeVisible();
  await expect(page.getByText('You have summed up every call.')).toBeVisible();
});

test('what the timer closed does not keep the panel from dialling, and is on its list', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[0] ?? null;
  mock.panel.wrapups = [wrapup('w-old', matches.one(), { state: 'undispositioned' })];
  mock.panel.more_wrapups = true;
  await openApp('/people');
  await expect(page.getByRole('textbox', { name: 'Number to call' })).toBeVisible();
  await expect(codeBox(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'More in My wrap-ups' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'My wrap-ups' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Open wrap-ups' }).getByRole('button', { name: /Ana Ruiz/ }).click();
  await expect(codeBox(page)).toBeVisible();
  await clean(page);
});

test('the inbox of a supervisor, with a dialog and with nothing in it, in every language and size', async ({ page, mock, openApp }) => {
  await openApp('/wrapups');
  await expect(page.getByRole('row').filter({ hasText: 'Bruno Salas' })).toBeVisible();
  await inspectEach(page, 'app-inbox');
  await page.getByRole('button', { name: 'Release Mateo Gil' }).first().click();
  await inspectEach(page, 'app-inbox-release', () => expect(page.getByRole('dialog')).toBeVisible());
  mock.inbox = [];
  await page.reload();
  await inspectEach(page, 'app-inbox-none', () => expect(page.getByText(/Every call is summed up|Todas las llamadas están registradas/)).toBeVisible());
});
