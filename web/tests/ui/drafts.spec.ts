import { Refusal } from '../mock/endpoints.ts';
import { emptyDraft, matches, panel, wrapup } from '../mock/world.ts';
import { clean, codeBox, expect, inspect, logButton, notesBox, notice, test } from './stage.ts';

test.beforeEach(({ mock }) => {
  mock.panel = panel({ agent: { ...mock.panel.agent, state: 'after_call_work' }, wrapups: [wrapup('e1', matches.one(), { draft: { ...emptyDraft(), revision: 1 } })] });
});

test('what is typed is stored after a pause, once, with its revision', async ({ page, mock, openPanel }) => {
  await openPanel();
  await notesBox(page).click();
  await page.keyboard.type('Wants an invoice');
  await expect(page.getByText('Draft saved')).toBeVisible();
  await expect.poll(() => mock.owner('e1').draft).toMatchObject({ revision: 2, notes: 'Wants an invoice' });
  await page.reload();
  await expect(notesBox(page)).toHaveValue('Wants an invoice');
});

test('without a connection typing goes on, and what was typed is stored when it is back', async ({ page, mock, openPanel }) => {
  await openPanel();
  let down = true;
  mock.gate = ({ method }) => {
    if (down && method === 'PUT') throw new Refusal(503, 'unavailable');
  };
  mock.disconnect();
  await expect(page.getByText(/Reconnecting…/)).toBeVisible();
  await notesBox(page).click();
  await page.keyboard.type('Typed in the dark');
  await expect(page.getByText('Draft not saved yet')).toBeVisible();
  await inspect(page, 'panel-reconnecting-en');
  down = false;
  mock.connect();
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect(page.getByText(/Reconnecting…/)).toHaveCount(0);
  await expect.poll(() => mock.owner('e1').draft.notes).toBe('Typed in the dark');
  await expect(notesBox(page)).toHaveValue('Typed in the dark');
});

test('a live update leaves alone what is being typed', async ({ page, mock, openPanel }) => {
  await openPanel();
  await notesBox(page).click();
  await page.keyboard.type('Half a sen');
  mock.push((now) => now.wrapups.push(wrapup('e2', matches.many())));
  await expect(page.getByRole('navigation', { name: '2 open wrap-ups' })).toBeVisible();
  await expect(notesBox(page)).toBeFocused();
  await page.keyboard.type('tence');
  await expect(notesBox(page)).toHaveValue('Half a sentence');
});

test('what another window wrote into an untouched form is shown', async ({ page, mock, openPanel }) => {
  await openPanel();
  await expect(notesBox(page)).toBeVisible();
  mock.writeElsewhere('e1', { notes: 'From the other window', code: 'c-res' });
  await expect(notesBox(page)).toHaveValue('From the other window');
  await expect(codeBox(page)).toHaveValue('Resolved');
});

for (const [choice, kept] of [
  ['Keep mine', 'Mine'],
  ['Use theirs', 'Theirs'],
] as const) {
  test(`both windows wrote: ${choice}`, async ({ page, mock, openPanel }) => {
    await openPanel();
    // Held up, so that the other window is first.
    let release = (): void => {};
    const held = new Promise<void>((done) => (release = done));
    mock.gate = async ({ method }) => (method === 'PUT' ? held : undefined);
    await notesBox(page).click();
    await page.keyboard.type('Mine');
    await expect.poll(() => mock.of('PUT', /draft$/).length).toBe(1);
    mock.writeElsewhere('e1', { notes: 'Theirs', code: 'c-res' });
    release();
    await expect(page.getByText('Changed in another window')).toBeVisible();
    await expect(notesBox(page)).toHaveValue('Mine');
    await expect(page.getByRole('alert')).toContainText('Theirs');
    // Only the notes are in dispute: the code was not touched here.
    await expect(codeBox(page)).toHaveValue('Resolved');
    await logButton(page).click();
    await expect(page.getByText('Choose which version to keep first.')).toBeVisible();
    await clean(page);
    await page.getByRole('button', { name: choice }).click();
    await expect(notesBox(page)).toHaveValue(kept);
    await expect.poll(() => mock.owner('e1').draft).toMatchObject({ notes: kept, code: 'c-res' });
    await page.keyboard.press('Control+Enter');
    await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  });
}

test('leaving the page sends what was not stored yet', async ({ page, mock, openPanel, url }) => {
  await openPanel();
  await notesBox(page).fill('Last words');
  await page.goto(`${url}/?lang=en#/about`);
  await expect.poll(() => mock.owner('e1').draft.notes).toBe('Last words');
});

test('a session that ends keeps what was typed until the agent is back', async ({ page, mock, openPanel }) => {
  await openPanel();
  await notesBox(page).click();
  mock.signedIn = null;
  mock.gate = ({ method, path }) => {
    if (method === 'PUT' && path.endsWith('draft') && !mock.signedIn) throw new Refusal(401, 'unauthenticated');
  };
  await page.keyboard.type('Do not lose me');
  await expect(page.getByText(/Your session has ended/)).toBeVisible();
  await page.getByRole('button', { name: 'Lucía Herrero' }).click();
  await page.keyboard.press('Enter');
  await expect(notesBox(page)).toHaveValue('Do not lose me');
  await expect.poll(() => mock.owner('e1').draft.notes).toBe('Do not lose me');
});
