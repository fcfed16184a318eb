import { activity, ana, anaLead, emptyDraft, line, liveCall, matches, panel, wrapup } from '../mock/world.ts';
import { Refusal } from '../mock/endpoints.ts';
import type { Mock } from '../mock/server.ts';
import { clean, codeBox, doNotLogButton, expect, logButton, notesBox, notice, options, partyBox, test } from './stage.ts';

const afterCall = { key: '1001', name: 'Lucía Herrero', state: 'after_call_work' as const, since: new Date().toISOString(), mode: 'available' as const, away_reason: null };
const owe = (mock: Mock, ...wrapups: ReturnType<typeof wrapup>[]): void => void (mock.panel = panel({ agent: afterCall, wrapups }));
const logged = (mock: Mock): unknown => mock.of('POST', /\/log$/).at(-1)?.body;

test('p01 a whole wrap-up by keyboard alone: digit, notes, Ctrl+Enter', async ({ page, mock, openPanel }) => {
  owe(mock, wrapup('e1', matches.one()));
  await openPanel();
  await expect(codeBox(page)).toBeFocused();
  await page.keyboard.press('2');
  await expect(codeBox(page)).toHaveValue('Call back');
  await expect(notesBox(page)).toBeFocused();
  await page.keyboard.type('Ring back on Friday.');
  await expect(page.getByText('Will be logged on Ana Ruiz (Contact).')).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(logged(mock)).toMatchObject({ code: 'c-cb', notes: 'Ring back on Friday.', party: null, shown: { kind: 'person', person: ana.id } });
});

test('p04 several match: nothing is chosen, Log is refused until one is, and choosing opens it', async ({ page, context, mock, openPanel }) => {
  owe(mock, wrapup('e1', matches.many()));
  await openPanel();
  await expect(partyBox(page)).toBeFocused();
  await expect(partyBox(page)).toHaveValue('');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Choose a record first: several match this number.')).toBeVisible();
  await expect(partyBox(page)).toBeFocused();
  expect(mock.of('POST', /\/log$/)).toHaveLength(0);
  await page.keyboard.press('ArrowDown');
  await expect(options(page)).toHaveCount(6);
  await page.keyboard.press('ArrowDown');
  const popped = context.waitForEvent('page');
  await page.keyboard.press('Enter');
  expect((await popped).url()).toContain(`#/people/${anaLead.id}`);
  await expect(page.getByText(`Will be logged on ${anaLead.name} (Lead).`)).toBeVisible();
  await expect(codeBox(page)).toBeFocused();
  await page.keyboard.press('1');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, `Logged on ${anaLead.name} (Lead).`)).toBeVisible();
  expect(logged(mock)).toMatchObject({ party: { choice: 'existing', person: anaLead.id } });
});

test('p05 nobody matches: what will be created is said, its name can be changed', async ({ page, mock, openPanel }) => {
  owe(mock, wrapup('e1', matches.none()));
  await openPanel();
  await expect(page.getByText('A Contact named +34 600 12 34 56 will be created and the call logged on it.')).toBeVisible();
  await page.getByRole('textbox', { name: /Name of the new record/ }).fill('Elena Prats');
  await expect(page.getByText('The Contact Elena Prats will be created and the call logged on it.')).toBeVisible();
  await codeBox(page).focus();
  await page.keyboard.press('1');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on Elena Prats (Contact).')).toBeVisible();
  expect(logged(mock)).toMatchObject({ party: { choice: 'create', kind: 'contact', name: 'Elena Prats' } });
});

test('the one match gives way to somebody else: searched, created, or nobody', async ({ page, mock, openPanel }) => {
  owe(mock, wrapup('e1', matches.one()));
  await openPanel();
  await page.getByRole('button', { name: 'Someone else' }).click();
  await expect(partyBox(page)).toBeFocused();
  await page.keyboard.type('bruno');
  await options(page, { name: /Bruno Salas/ }).click();
  await expect(page.getByText('Will be logged on Bruno Salas (Person Account).')).toBeVisible();
  await page.getByRole('button', { name: 'Someone else' }).click();
  await page.keyboard.type('Nuria Sanz');
  await options(page, { name: /Create a Lead/ }).click();
  await expect(page.getByText('The Lead Nuria Sanz will be created and the call logged on it.')).toBeVisible();
  await page.getByRole('button', { name: 'Someone else' }).click();
  await options(page, { name: /Nobody/ }).click();
  await expect(page.getByText('Will be logged without a person.')).toBeVisible();
});

test('p02 Enter takes nobody while the search for what was typed is under way', async ({ page, mock, openPanel }) => {
  owe(mock, wrapup('e1', matches.one()));
  await openPanel();
  await page.getByRole('button', { name: 'Someone else' }).click();
  await page.keyboard.type('bruno');
  await expect(options(page, { name: /Bruno Salas/ })).toBeVisible();
  let release = (): void => {};
  const held = new Promise<void>((done) => (release = done));
  mock.gate = async ({ path }) => (path.includes('/people?') ? held : undefined);
  await page.keyboard.type(' nobody');
  await page.keyboard.press('Enter');
  // Neither the record of the earlier text nor a new one of that name.
  await expect(partyBox(page)).toHaveValue('bruno nobody');
  release();
  await expect(options(page).first()).toHaveText(/Create a Contact/);
  expect(mock.owner('e1').draft.party).toBeNull();
});

test('p13 with codes off Log asks for notes only', async ({ page, mock, openPanel }) => {
  owe(mock, wrapup('e1', matches.one()));
  mock.panel.codes_enabled = false;
  await openPanel();
  await expect(notesBox(page)).toBeFocused();
  await expect(codeBox(page)).toHaveCount(0);
  await page.keyboard.type('Asked for the address.');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
});

test('codes are found without accents and case, by arrow keys, Home and End', async ({ page, mock, openPanel }) => {
  owe(mock, wrapup('e1', matches.one()));
  await openPanel('es');
  await codeBox(page).fill('INFORMACION');
  await expect(options(page)).toHaveText([/Información/]);
  await page.keyboard.press('Escape');
  await expect(codeBox(page)).toHaveValue('');
  await page.keyboard.press('ArrowDown');
  const active = page.locator('[data-active]');
  await expect(active).toHaveText(/Resuelto/);
  await page.keyboard.press('End');
  await expect(active).toHaveText(/Número equivocado/);
  await page.keyboard.press('ArrowDown');
  await expect(active).toHaveText(/Resuelto/);
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  await expect(active).toHaveText(/Resuelto/);
  await page.keyboard.press('Enter');
  await expect(codeBox(page)).toHaveValue('Resuelto');
});

test('a code that needs notes asks for them', async ({ page, mock, openPanel }) => {
  owe(mock, wrapup('e1', matches.one()));
  await openPanel();
  await codeBox(page).press('3');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('This code needs notes. Add some.')).toBeVisible();
  await expect(notesBox(page)).toBeFocused();
  expect(mock.of('POST', /\/log$/)).toHaveLength(0);
});

test('p03 Do not log: at once when nothing was entered, with a reason from the menu', async ({ page, mock, openPanel }) => {
  owe(mock, wrapup('e1', matches.one()), wrapup('e2', matches.one()));
  await openPanel();
  await doNotLogButton(page).click();
  await expect(page.getByText('Closed without code and notes.')).toBeVisible();
  expect(mock.of('POST', /e1\/do-not-log$/)[0]?.body).toEqual({ revision: 0, reason: null });
  await page.getByRole('button', { name: 'Do not log, with a reason' }).press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByText('No call right now')).toBeVisible();
  expect(mock.of('POST', /e2\/do-not-log$/)[0]?.body).toEqual({ revision: 0, reason: 'wrong_number' });
});

test('Do not log asks before it leaves out what was entered', async ({ page, mock, openPanel }) => {
  owe(mock, wrapup('e1', matches.one(), { draft: { ...emptyDraft(), revision: 1, notes: 'Long story' } }));
  await openPanel();
  await doNotLogButton(page).click();
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Keep editing' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(notesBox(page)).toHaveValue('Long story');
  await doNotLogButton(page).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Do not log' }).click();
  await expect(page.getByText('Closed without code and notes.')).toBeVisible();
});

test('several wrap-ups: one after the other, each with its own text', async ({ page, mock, openPanel }) => {
  owe(mock, wrapup('e1', matches.one()), wrapup('e2', matches.many()));
  await openPanel();
  const list = page.getByRole('navigation', { name: '2 open wrap-ups' });
  await notesBox(page).fill('First');
  await list.getByRole('button').nth(1).click();
  await expect(notesBox(page)).toHaveValue('');
  await list.getByRole('button').nth(0).click();
  await expect(notesBox(page)).toHaveValue('First');
  await codeBox(page).press('1');
  await page.keyboard.press('Control+Enter');
  await expect(list).toHaveCount(0);
  await expect(partyBox(page)).toBeFocused();
});

test('notes begun during the call stay, with the caret, when the wrap-up becomes owed', async ({ page, mock, openPanel }) => {
  mock.panel = panel({ agent: { ...afterCall, state: 'on_call' }, calls: [liveCall('e1', 'connected', matches.one())] });
  await openPanel();
  await expect(logButton(page)).toHaveCount(0);
  await notesBox(page).click();
  await page.keyboard.type('Begun during ');
  mock.push((now) => {
    const draft = now.calls[0]?.draft ?? emptyDraft();
    now.calls = [];
    now.wrapups = [wrapup('e1', matches.one(), { draft })];
    now.agent = afterCall;
  });
  await expect(logButton(page)).toBeVisible();
  await expect(notesBox(page)).toBeFocused();
  await page.keyboard.type('the call');
  await expect(notesBox(page)).toHaveValue('Begun during the call');
});

test('refusals of the server stand beside their field, in words', async ({ page, mock, openPanel }) => {
  owe(mock, wrapup('e1', matches.one()));
  await openPanel();
  const refusals = [new Refusal(422, 'code_retired'), new Refusal(503, 'unavailable'), new Refusal(409, 'match_changed', { match: matches.many() })];
  mock.gate = ({ method, path }) => {
    const next = method === 'POST' && path.endsWith('/log') ? refusals.shift() : undefined;
    if (next?.code === 'match_changed') mock.owner('e1').match = matches.many();
    if (next) throw next;
  };
  await codeBox(page).press('1');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('This code has been retired. Pick another.')).toBeVisible();
  await expect(codeBox(page)).toBeFocused();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'cannot be stored right now' })).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/have changed\. Check the choice/)).toBeVisible();
  await expect(partyBox(page)).toBeFocused();
  await clean(page);
});

test('a record that appears meanwhile is shown before another is made', async ({ page, mock, openPanel }) => {
  owe(mock, wrapup('e1', matches.none()));
  await openPanel();
  await page.getByRole('textbox', { name: /Name of the new record/ }).fill('Ana Prieto');
  await codeBox(page).press('1');
  mock.gate = ({ path }) => {
    if (!path.endsWith('/log')) return;
    mock.owner('e1').match = matches.many();
    throw new Refusal(409, 'match_changed', { match: matches.many() });
  };
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/have changed\. Check the choice/)).toBeVisible();
  await expect(partyBox(page)).toBeFocused();
  mock.gate = () => {};
  await page.keyboard.press('ArrowDown');
  await options(page, { name: /Create a Contact/ }).click();
  await expect(page.getByText('The Contact Ana Prieto will be created and the call logged on it.')).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Prieto (Contact).')).toBeVisible();
  expect(logged(mock)).toMatchObject({ party: { choice: 'create', name: 'Ana Prieto', despite: ['p-ana', 'p-lead', 'p-acc'] } });
});

test('what another window submitted while something was typed here says what became of it', async ({ page, mock, openPanel }) => {
  const owed = wrapup('e1', matches.one());
  owe(mock, owed);
  const submitted = activity(line(owed.call.id, { code: { id: 'c-cb', label: { es: 'Devolver llamada', en: 'Call back' } } }));
  submitted.engagements = submitted.engagements.map((part) => ({ ...part, id: part.wrapup ? 'e1' : part.id }));
  mock.activities.set(owed.call.id, submitted);
  mock.gate = ({ path }) => {
    if (path.endsWith('/draft')) throw new Refusal(503, 'unavailable');
  };
  await openPanel();
  await notesBox(page).fill('Typed here');
  await expect(page.getByText('Draft not saved yet')).toBeVisible();
  mock.push((now) => void (now.wrapups = []));
  await expect(notice(page, 'Another window of yours was first: Logged on Ana Ruiz (Contact). Code: Call back.')).toBeVisible();
  await clean(page);
});

test('what another window submitted goes without a word where nothing was typed here', async ({ page, mock, openPanel }) => {
  owe(mock, wrapup('e1', matches.one()));
  await openPanel();
  await expect(codeBox(page)).toBeVisible();
  mock.push((now) => void (now.wrapups = []));
  await expect(codeBox(page)).toHaveCount(0);
  await expect(page.getByRole('status').filter({ hasText: 'Another window' })).toHaveCount(0);
  expect(mock.of('GET', /^\/activities\//)).toEqual([]);
});

test('a call closed elsewhere with other content says so and leads to it', async ({ page, mock, openPanel }) => {
  owe(mock, wrapup('e1', matches.one()));
  mock.gate = ({ path }) => {
    if (path.endsWith('/log')) throw new Refusal(409, 'wrapup_closed_differently', { activity: activity(line('a-1', { code: { id: 'c-cb', label: { es: 'Devolver llamada', en: 'Call back' } } })) });
  };
  await openPanel();
  await codeBox(page).press('1');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Another window of yours was first: Logged on Ana Ruiz (Contact). Code: Call back. What you entered here was not stored.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Show the activity' })).toBeVisible();
});
