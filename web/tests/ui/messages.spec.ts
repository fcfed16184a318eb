import { Refusal } from '../mock/endpoints.ts';
import { leave, message, messages } from '../mock/messages.ts';
import { clean, expect, inspect, inspectEach, notice, test } from './stage.ts';

const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 400, height: 900 } };

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize(SIZES.wide);
  leave(mock, messages);
});

test('what waits is listed oldest first, with whose it is, and what happened since', async ({ page, mock, openApp }) => {
  await openApp('/messages');
  const rows = page.getByRole('table', { name: 'Messages' }).getByRole('row');
  await expect(rows).toHaveCount(5);
  await expect(rows.nth(1)).toContainText('Ana Ruiz');
  await expect(rows.nth(1).getByRole('link', { name: 'Ana Ruiz' })).toHaveAttribute('href', /#\/people\//);
  await expect(rows.nth(1)).toContainText('2 hours ago');
  await expect(rows.nth(2)).toContainText(/They called again at .* and talked to Mateo Gil\./);
  await expect(rows.nth(3)).toContainText('Mateo Gil, 5 minutes ago');
  await expect(rows.nth(3)).toContainText('did not reach them');
  await expect(rows.nth(3).getByRole('button')).toHaveCount(0);
  await expect(rows.nth(4)).toContainText('Number withheld');
  await expect(rows.nth(4)).toContainText('Its sound is not here');
  await expect(rows.nth(1).locator('audio')).toHaveAttribute('src', '/api/v1/activities/m-old/voicemail');
  // The navigation says how many nobody has taken.
  await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Messages ?, 3 open messages$/ })).toHaveAttribute('aria-current', 'page');
  const states = page.getByRole('list', { name: 'By state' }).getByRole('button');
  await expect(states).toHaveText([/To do\s*4/, /Open\s*3/, /Taken\s*1/, /^Done\s*$/]);
  await states.nth(3).click();
  await expect(page).toHaveURL(/#\/messages\?state=done$/);
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText('Needs nothing');
  await expect(rows.nth(1)).toContainText('No se oye nada.');
  await page.getByRole('combobox', { name: 'Ring group' }).selectOption('No ring group');
  await expect(page.getByText('There is none like this.')).toBeVisible();
  expect(mock.of('GET', /^\/messages\?/).at(-1)?.path).toBe('/messages?state=done&ring_group=');
});

test('one takes a message, gives it back, is done with it and reopens it', async ({ page, mock, openApp }) => {
  await openApp('/messages');
  const row = page.getByRole('row').filter({ hasText: 'Ana Ruiz' });
  await row.getByRole('button', { name: 'Take: message of Ana Ruiz' }).click();
  await expect(notice(page, 'The message of Ana Ruiz is yours.')).toBeVisible();
  await expect(row).toContainText('yours, now');
  await expect(page.getByRole('button', { name: /^Taken\s*2$/ })).toBeVisible();
  await row.getByRole('button', { name: 'Give back: message of Ana Ruiz' }).click();
  await expect(row.getByRole('button', { name: 'Take: message of Ana Ruiz' })).toBeVisible();
  await row.getByRole('button', { name: 'Done: message of Ana Ruiz' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Done with the message of Ana Ruiz?' });
  await expect(dialog.getByRole('radio', { name: 'Called back' })).toBeFocused();
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toHaveCount(0);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(dialog.getByRole('radio', { name: 'Needs nothing' })).toBeChecked();
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('  Se equivocó. ');
  await clean(page);
  await page.keyboard.press('Enter');
  await expect(notice(page, 'Done: the message of Ana Ruiz.')).toBeVisible();
  expect(mock.of('POST', /done$/).at(-1)).toMatchObject({ path: '/messages/m-old/done', body: { revision: 2, how: 'no_need', reason: 'Se equivocó.' } });
  await expect(row).toHaveCount(0);
  await page.getByRole('list', { name: 'By state' }).getByRole('button', { name: /^Done/ }).click();
  await row.getByRole('button', { name: 'Reopen: message of Ana Ruiz' }).click();
  await expect(notice(page, 'The message of Ana Ruiz is to be dealt with again.')).toBeVisible();
  await expect(row).toHaveCount(0);
});

test('where a colleague was faster, it is said, and how the message is now', async ({ page, mock, openApp }) => {
  await openApp('/messages');
  const theirs = { ...messages[2]!, id: 'm-old', party: messages[0]!.party, left_at: messages[0]!.left_at };
  mock.gate = ({ path }) => {
    if (path === '/messages/m-old/take') {
      mock.messages[0] = theirs;
      throw new Refusal(409, 'message_taken', { current: theirs });
    }
  };
  const row = page.getByRole('row').filter({ hasText: 'Ana Ruiz' });
  await row.getByRole('button', { name: 'Take: message of Ana Ruiz' }).click();
  await expect(notice(page, 'Somebody else deals with this message.')).toBeVisible();
  await expect(row).toContainText('Mateo Gil, 5 minutes ago');
  await expect(row.getByRole('button')).toHaveCount(0);
});

test('a call back is dialled from the message, which is theirs from then on', async ({ page, mock, openApp }) => {
  await openApp('/messages');
  const row = page.getByRole('row').filter({ hasText: 'Ana Ruiz' });
  await row.getByRole('button', { name: 'Call back: message of Ana Ruiz' }).click();
  await expect(notice(page, 'Your phone will ring')).toBeVisible();
  expect(mock.of('POST', /^\/me\/dial$/).at(-1)?.body).toEqual({ number: '+34600111222', from: { from: 'message', call: 'm-old' } });
  await expect(row).toContainText('Lucía Herrero is calling back');
  await expect(page.getByRole('row').filter({ hasText: 'Number withheld' }).getByRole('button', { name: /^Call back/ })).toHaveCount(0);
  // Whose phone cannot dial sees why.
  mock.push((panel) => void (panel.can_dial = false));
  const other = page.getByRole('row').filter({ hasText: 'Bruno Salas' }).getByRole('button', { name: 'Call back: message of Bruno Salas' });
  await expect(other).toHaveAttribute('aria-disabled', 'true');
  await expect(other).toHaveAttribute('title', 'Your phone cannot dial from here right now.');
  await other.press('Enter');
  expect(mock.of('POST', /^\/me\/dial$/)).toHaveLength(1);
});

test('what comes and goes is shown as it happens, and a long list goes on', async ({ page, mock, openApp }) => {
  await openApp('/messages');
  const rows = page.getByRole('table', { name: 'Messages' }).getByRole('row');
  await expect(rows).toHaveCount(5);
  mock.push(() => leave(mock, [...messages, message('m-new', { left_at: messages[3]!.left_at, party: messages[1]!.party })]));
  await expect(page.getByRole('button', { name: /^Open\s*4$/ })).toBeVisible();
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(rows).toHaveCount(6);
  mock.push(() => leave(mock, []));
  await expect(page.getByText('Nobody waits for an answer.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Messages', exact: true })).toBeVisible();
});

test('the panel says how many wait, and does the same in a small place', async ({ page, mock, openPanel }) => {
  await page.setViewportSize(SIZES.narrow);
  await openPanel();
  const line = page.getByRole('button', { name: '4 messages wait in Soporte' });
  await line.press('Enter');
  await expect(line).toHaveAttribute('aria-expanded', 'true');
  const items = page.getByRole('region', { name: 'Messages' }).getByRole('listitem');
  await expect(items).toHaveCount(4);
  expect(mock.of('GET', /^\/messages\?/).at(-1)?.path).toBe('/messages?state=waiting&ring_group=Soporte');
  await expect(items.nth(1)).toContainText('talked to Mateo Gil');
  await expect(items.first().locator('audio')).toBeVisible();
  await inspect(page, 'panel-messages');
  await items.first().getByRole('button', { name: 'Call back: message of Ana Ruiz' }).click();
  await expect(items.first()).toContainText('Taken: yours');
  await items.first().getByRole('button', { name: 'Done: message of Ana Ruiz' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  await expect(items).toHaveCount(3);
  await expect(page.getByRole('button', { name: '3 messages wait in Soporte' })).toBeVisible();
  mock.push(() => leave(mock, []));
  await expect(items).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Messages' })).toHaveCount(0);
});

test('the messages, with a dialog and with nothing in it, in every language and size', async ({ page, mock, openApp }) => {
  await openApp('/messages');
  await expect(page.getByRole('row').filter({ hasText: 'Bruno Salas' })).toBeVisible();
  await inspectEach(page, 'app-messages');
  await page.getByRole('button', { name: /^Done: .* Bruno Salas$/ }).click();
  await inspectEach(page, 'app-messages-done', () => expect(page.getByRole('dialog')).toBeVisible());
  leave(mock, []);
  await page.reload();
  await inspectEach(page, 'app-messages-none', () => expect(page.getByText(/Nobody waits for an answer|Nadie espera respuesta/)).toBeVisible());
});
