import type { Page } from '@playwright/test';
import { one } from '../mock/activities.ts';
import { Refusal } from '../mock/endpoints.ts';
import { oneCall } from '../mock/one-call.ts';
import { liveCall, matches } from '../mock/world.ts';
import { clean, expect, inspectEach, notice, options, test } from './stage.ts';

const card = (page: Page, name: string | RegExp) => page.getByRole('region', { name });
const form = (page: Page, name: string | RegExp) => page.getByRole('main').getByRole('group', { name, exact: true });
const listed = (page: Page) => card(page, /^(Corrections|Correcciones)$/).getByRole('listitem');

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 1400 });
  mock.signedIn = mock.users[1] ?? null;
});

test('an Opportunity can be kept after all, and is taken away on its own', async ({ page, mock, openApp }) => {
  const activity = oneCall({ corrections: [] });
  const opportunity = { id: '006000000000001AAA', name: 'Fifty chairs', rule: 'in_view' as const };
  activity.opportunity = opportunity;
  const logged = activity.engagements.find(({ id }) => id === 'g-4')?.wrapup;
  if (logged) logged.opportunity = opportunity;
  mock.activities.set('a-1', activity);
  await openApp('/activities/a-1');
  await expect(card(page, /^Call$/)).toContainText(/Opportunity\s*Fifty chairs/);
  await page.getByRole('button', { name: 'Correct the wrap-up of Marta Vidal' }).click();
  const part = form(page, 'Wrap-up of Marta Vidal');
  await part.getByRole('button', { name: 'Take the Opportunity away' }).click();
  await expect(part).toContainText('The Opportunity is taken away.');
  await part.getByRole('button', { name: 'Keep the Opportunity' }).click();
  await part.getByRole('button', { name: 'Save correction' }).click();
  await expect(part).toContainText('Nothing is different yet.');
  await part.getByRole('button', { name: 'Take the Opportunity away' }).click();
  await clean(page);
  await part.getByRole('button', { name: 'Save correction' }).click();
  await expect(notice(page, 'Corrected.')).toBeVisible();
  expect(mock.of('POST', /corrections$/).at(-1)?.body).toEqual({ revision: 2, engagement: 'g-4', opportunity: { choice: 'none' } });
  await expect(listed(page).first()).toContainText(/Opportunity\s*from Fifty chairs/);
});

test('that a correction was made is said also where the page hears of it before the answer comes', async ({ page, mock, openApp }) => {
  mock.activities.set('a-1', oneCall({ corrections: [] }));
  await openApp('/activities/a-1');
  await page.route('**/activities/a-1/corrections', async (route) => {
    const answer = await route.fetch();
    mock.push((panel) => panel.calls.push(liveCall('e7', 'ringing', matches.one())));
    await expect(listed(page)).toHaveCount(1);
    await route.fulfill({ response: answer });
  });
  await page.getByRole('button', { name: 'Correct the wrap-up of Marta Vidal' }).click();
  const part = form(page, 'Wrap-up of Marta Vidal');
  await part.getByRole('textbox', { name: 'Notes' }).fill('Se queja del plazo.');
  await part.getByRole('button', { name: 'Save correction' }).click();
  await expect(notice(page, 'Corrected.')).toBeVisible();
});

test('a wrap-up is put right: only what was changed is sent, and the list says from what to what', async ({ page, mock, openApp }) => {
  mock.activities.set('a-1', oneCall({ corrections: [] }));
  await openApp('/activities/a-1');
  const button = page.getByRole('button', { name: 'Correct the wrap-up of Marta Vidal' });
  const part = form(page, 'Wrap-up of Marta Vidal');
  await button.press('Enter');
  await expect(part).toBeFocused();
  await part.getByRole('button', { name: 'Save correction' }).click();
  await expect(part).toContainText('Nothing is different yet.');
  expect(mock.of('POST', /corrections/)).toEqual([]);
  await part.getByRole('button', { name: 'Clear Record' }).click();
  await expect(part).toContainText('The Case is of the record before: it is taken away with it.');
  await page.keyboard.type('bruno');
  await expect(options(page)).toHaveText([/Bruno Salas/]);
  await page.keyboard.press('Enter');
  await part.getByRole('button', { name: 'Keep the Case' }).click();
  await expect(part).toContainText('This Case is of Ana Ruiz, not of the record above.');
  await part.getByRole('button', { name: 'Clear Case' }).click();
  // The Cases of the record come first, without a search.
  await page.keyboard.press('ArrowDown');
  await expect(options(page)).toHaveText([/00001050 · Presupuesto de revisión/]);
  await page.keyboard.press('Enter');
  await part.getByRole('combobox', { name: 'Disposition code' }).fill('complaint');
  await page.keyboard.press('Enter');
  await part.getByRole('textbox', { name: 'Notes' }).fill('');
  await part.getByRole('textbox', { name: 'Reason' }).fill(' Llamó otra persona. ');
  await page.keyboard.press('Enter');
  await expect(part).toContainText('Add some.');
  await part.getByRole('textbox', { name: 'Notes' }).fill('Se queja del plazo.');
  await clean(page);
  await part.getByRole('button', { name: 'Save correction' }).click();
  await expect(notice(page, 'Corrected.')).toBeVisible();
  await expect(button).toBeFocused();
  expect(mock.of('POST', /corrections$/).at(-1)?.body).toEqual({
    revision: 2,
    engagement: 'g-4',
    party: { choice: 'existing', person: 'p-bru' },
    case: { choice: 'picked', case: 'k-bru' },
    code: 'c-que',
    notes: 'Se queja del plazo.',
    reason: 'Llamó otra persona.',
  });
  await expect(page.getByRole('heading', { level: 1, name: 'Bruno Salas' })).toBeVisible();
  await expect(listed(page)).toContainText([/Marta Vidal corrected the wrap-up of Marta Vidal/]);
  await expect(listed(page).first()).toContainText(/Person\s*from Ana Ruiz\s*→\s*to Bruno Salas/);
  await expect(listed(page).first()).toContainText('Llamó otra persona.');
  // Undoing is a correction of its own, and can be undone.
  await page.getByRole('button', { name: /^Undo the correction by Marta Vidal/ }).press('Enter');
  await expect(listed(page)).toHaveText([/undid a correction of the wrap-up of Marta Vidal/, /Undone/]);
  await expect(page.getByRole('heading', { level: 1, name: 'Ana Ruiz' })).toBeVisible();
  expect(mock.of('POST', /undo$/).at(-1)).toMatchObject({ path: '/activities/a-1/corrections/x-1/undo', body: { revision: 3 } });
  await expect(page.getByRole('button', { name: /^Undo the correction/ })).toHaveCount(1);
});

test('where somebody was faster both are shown, nothing typed is lost, and what does not touch it goes through', async ({ page, mock, openApp }) => {
  const elsewhere = (change: () => void): void => {
    change();
    one(mock, 'a-1').revision += 1;
  };
  await page.setViewportSize({ width: 400, height: 1400 });
  mock.activities.set('a-1', oneCall());
  await openApp('/activities/a-1', 'es');
  const last = one(mock, 'a-1').engagements.at(-1)!.wrapup!;
  await page.getByRole('button', { name: 'Corregir lo que registró Marta Vidal' }).click();
  const part = form(page, 'Lo que registró Marta Vidal');
  await part.getByRole('textbox', { name: 'Notas' }).fill('Anula la 2231.');
  await part.getByRole('button', { name: 'Vaciar Registro' }).click();
  // What was typed outlasts the look at another page, and counts as unsaved there.
  await page.getByRole('link', { name: 'Actividades' }).click();
  await expect(page.getByRole('table')).toBeVisible();
  await page.goBack();
  await expect(part.getByRole('textbox', { name: 'Notas' })).toHaveValue('Anula la 2231.');
  elsewhere(() => Object.assign(last, { notes: 'Otra cosa.', code: { id: 'c-res', label: { es: 'Resuelto', en: 'Resolved' } } }));
  await part.getByRole('button', { name: 'Guardar la corrección' }).click();
  const conflict = part.getByRole('alert').filter({ hasText: 'Otra persona lo ha cambiado entretanto' });
  await expect(conflict).toContainText(/Allí ahora:\s*Otra cosa\./);
  await expect(conflict).toContainText(/Suyo:\s*Anula la 2231\./);
  await expect(conflict).toContainText(/Resuelto\s*\(incorporado\)/);
  await part.getByRole('button', { name: 'Guardar la corrección' }).click();
  await expect(part).toContainText('Elija antes con qué versión se queda.');
  await inspectEach(page, 'app-correction-conflict');
  await part.getByRole('button', { name: 'Conservar lo mío' }).click();
  elsewhere(() => void (one(mock, 'a-1').engagements[2]!.wrapup!.notes = 'Esto no toca lo otro.'));
  await part.getByRole('button', { name: 'Guardar la corrección' }).click();
  await expect(notice(page, 'Corregida.')).toBeVisible();
  expect(mock.of('POST', /corrections$/).map(({ body }) => (body as { revision: number }).revision)).toEqual([2, 3, 4]);
  expect(mock.of('POST', /corrections$/).at(-1)?.body).toMatchObject({ party: { choice: 'none' }, notes: 'Anula la 2231.' });
  await expect(page.getByText('Esto no toca lo otro.')).toBeVisible();
  // An undo that comes too late shows how it is now, too.
  elsewhere(() => void (last.notes = 'Y otra.'));
  await page.getByRole('button', { name: /^Deshacer la corrección/ }).click();
  await expect(page.getByText('Y otra.', { exact: true })).toBeVisible();
  await expect(page.getByRole('alert').filter({ hasText: 'Otra persona la ha cambiado entretanto' })).toBeVisible();
});

test('only what somebody may correct has a button, and the Case of another agent’s part is left alone', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[0] ?? null;
  mock.activities.set('a-1', oneCall());
  await openApp('/activities/a-1');
  const buttons = page.getByRole('button', { name: /^Correct the wrap-up/ });
  await expect(buttons).toHaveCount(1);
  await buttons.click();
  const part = form(page, 'Wrap-up of Lucía Herrero');
  await expect(part).toContainText('Their Case is not shown here. It stays as it is unless you choose one.');
  await part.getByRole('textbox', { name: 'Notes' }).fill('Pasada a Marta.');
  await part.getByRole('button', { name: 'Save correction' }).click();
  await expect(notice(page, 'Corrected.')).toBeVisible();
  expect(mock.of('POST', /corrections$/).at(-1)?.body).toEqual({ revision: 2, engagement: 'g-3', notes: 'Pasada a Marta.' });
  mock.activities.set('a-1', oneCall({ can_correct: false }));
  await page.reload();
  await expect(listed(page)).toHaveCount(2);
  await expect(buttons).toHaveCount(0);
});

test('a call that several could own is settled on its page, by a candidate or by another record', async ({ page, mock, openApp }) => {
  await openApp('/activities/a-2');
  const owner = card(page, 'Whose call was it?');
  await expect(owner).toContainText('Say which one it was, or choose another.');
  await inspectEach(page, 'app-possible');
  await owner.getByRole('button', { name: 'Choose another record' }).click();
  const other = form(page, 'Whose call it was');
  await expect(other.getByRole('textbox', { name: 'Notes' })).toHaveCount(0);
  await other.getByRole('button', { name: 'Cancel' }).click();
  await expect(owner.getByRole('button', { name: 'Choose another record' })).toBeFocused();
  await owner.getByRole('button', { name: 'It is this one: Talleres Prieto S. L.' }).press('Enter');
  await expect(notice(page, 'Filed on Talleres Prieto S. L. (Account).')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'Talleres Prieto S. L.' })).toBeFocused();
  expect(mock.of('POST', /corrections$/).at(-1)?.body).toEqual({ revision: 0, engagement: null, party: { choice: 'existing', person: 'p-acc' } });
  // It is not possible any more, and can be put right all the same.
  await page.getByRole('button', { name: 'Correct whose call it was' }).click();
  await other.getByRole('button', { name: 'Clear Record' }).click();
  await other.getByRole('button', { name: 'Save correction' }).click();
  await expect(notice(page, 'Corrected.')).toBeVisible();
  expect(mock.of('POST', /corrections$/).at(-1)?.body).toEqual({ revision: 1, engagement: null, party: { choice: 'none' } });
});

test('p11 a possible call is claimed on the list of a person, undone there, and left to whoever was faster', async ({ page, mock, openApp }) => {
  await openApp('/people/p-ana');
  const row = page.getByRole('table', { name: 'Calls' }).getByRole('row').nth(2);
  const mine = row.getByRole('button', { name: /^It is this one, Ana Ruiz/ });
  await expect(row.getByRole('link', { name: /^Choose another record/ })).toHaveAttribute('href', '#/activities/a-2');
  mock.gate = ({ method }) => {
    if (method === 'POST') throw new Refusal(403, 'forbidden');
  };
  await mine.click();
  await expect(page.getByRole('alert').filter({ hasText: 'You are not allowed' })).toBeVisible();
  mock.gate = () => {};
  await mine.press('Enter');
  await expect(notice(page, 'Filed on Ana Ruiz (Contact).')).toBeVisible();
  await expect(row).not.toContainText('Possible');
  await clean(page);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(notice(page, 'Undone: it is as it was before.')).toBeVisible();
  // Somebody else said meanwhile whose it was: that stands.
  Object.assign(one(mock, 'a-2'), { possible: true });
  Object.assign(mock.history[1]!, { possible: true });
  await page.reload();
  await expect(mine).toBeVisible();
  Object.assign(one(mock, 'a-2'), { possible: false, party: mock.people[3] });
  const posted = mock.of('POST', /corrections/).length;
  await mine.click();
  await expect(notice(page, 'Somebody else settled it meanwhile: it is filed on Bruno Salas.')).toBeVisible();
  expect(mock.of('POST', /corrections/)).toHaveLength(posted);
});

test('a Case goes with its record unless it is named, and with codes off neither is asked for', async ({ page, mock, openApp }) => {
  mock.activities.set('a-1', oneCall());
  await openApp('/activities/a-1');
  await page.getByRole('button', { name: 'Correct the wrap-up of Marta Vidal' }).click();
  const part = form(page, 'Wrap-up of Marta Vidal');
  await part.getByRole('button', { name: 'Clear Record' }).click();
  await page.keyboard.type('bruno');
  await expect(options(page)).toHaveText([/Bruno Salas/]);
  await page.keyboard.press('Enter');
  await part.getByRole('button', { name: 'Keep the Case' }).press('Enter');
  await expect(part).toBeFocused();
  await part.getByRole('button', { name: 'Save correction' }).click();
  await expect(notice(page, 'Corrected.')).toBeVisible();
  expect(mock.of('POST', /corrections$/).at(-1)?.body).toMatchObject({ party: { choice: 'existing', person: 'p-bru' }, case: { choice: 'picked', case: 'k-inv' } });
  mock.panel.codes_enabled = false;
  mock.activities.set('a-1', oneCall({ case: null }));
  await page.reload();
  await page.getByRole('button', { name: 'Correct the wrap-up of Marta Vidal' }).click();
  await expect(part.getByRole('textbox', { name: 'Notes' })).toBeVisible();
  await expect(part.getByRole('combobox', { name: 'Case' })).toHaveCount(0);
  await expect(part.getByRole('combobox', { name: 'Disposition code' })).toHaveCount(0);
});
