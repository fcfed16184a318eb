import type { Page } from '@playwright/test';
import { bruno, taller } from '../mock/world.ts';
import { find } from '../mock/ask.ts';
import { clean, expect, inspectEach, options, test } from './stage.ts';

test.beforeEach(async ({ page }) => page.setViewportSize({ width: 1280, height: 900 }));

const edit = (page: Page) => page.getByRole('button', { name: 'Edit', exact: true });
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true });
const box = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const conflict = (page: Page) => page.getByRole('alert').filter({ hasText: 'Changed by someone else meanwhile' });

test('a person is changed in place: only what was changed is sent, with the version', async ({ page, mock, openApp }) => {
  await openApp('/people/p-ana');
  await edit(page).click();
  await expect(box(page, 'Name')).toBeFocused();
  await box(page, 'E-mail').fill('nueva@ruiz.example');
  await page.getByRole('button', { name: 'Add a number' }).click();
  await box(page, 'Phone').fill('12');
  await save(page).click();
  await expect(page.getByText('This is not a phone number. Check the digits.')).toBeVisible();
  await box(page, 'Phone').fill('910 00 11 22');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /910 00 11 22/ })).toBeVisible();
  await expect(edit(page)).toBeFocused();
  expect(mock.of('PATCH', /^\/people/).at(-1)?.body).toEqual({
    version: 1,
    email: 'nueva@ruiz.example',
    phones: [
      { field: 'mobile', raw: '+34 600 12 34 56' },
      { field: 'phone', raw: '910 00 11 22' },
    ],
  });
});

test('the Account of a Contact is looked up among Accounts alone, and can be taken away', async ({ page, mock, openApp }) => {
  await openApp('/people/p-ana');
  await edit(page).click();
  await page.getByRole('button', { name: 'Clear Account' }).click();
  const lookup = page.getByRole('combobox', { name: 'Account' });
  await expect(lookup).toBeFocused();
  await save(page).click();
  await expect(page.getByRole('link', { name: taller.name })).toHaveCount(0);
  // The form itself has no such link: it is over once the answer is there.
  await expect.poll(() => mock.of('PATCH', /^\/people/).at(-1)?.body).toEqual({ version: 1, account: null });
  await edit(page).click();
  await lookup.fill('prieto');
  await expect(options(page)).toHaveText([/Talleres Prieto S\. L\./]);
  await page.keyboard.press('Enter');
  await save(page).click();
  await expect(page.getByRole('link', { name: taller.name })).toBeVisible();
});

test('a Lead is offered neither an Account nor a Case, an Account shows its Contacts and Cases', async ({ page, openApp }) => {
  await openApp('/people/p-lead');
  await edit(page).click();
  await expect(box(page, 'Name')).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Account' })).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'New Case' })).toHaveCount(0);
  await expect(page.getByText('No Cases yet.')).toBeVisible();
  await page.evaluate(() => void (location.hash = '/people/p-acc'));
  await expect(page.getByRole('list', { name: 'Contacts' })).toContainText('Ana Ruiz');
  await expect(page.getByRole('list', { name: 'Cases' }).getByRole('link')).toHaveText(['Factura duplicada', 'Entrega retrasada', 'Cambio de titular']);
});

for (const [choice, company] of [
  ['Keep mine', 'Ruiz e Hijas'],
  ['Use theirs', 'Hermanos Ruiz'],
] as const) {
  test(`somebody else saved meanwhile: both are shown, nothing is lost, ${choice}`, async ({ page, mock, openApp }) => {
    await openApp('/people/p-ana');
    await edit(page).click();
    await box(page, 'Company').fill('Ruiz e Hijas');
    await box(page, 'Name').fill('Ana Ruiz Prieto');
    Object.assign(mock.people[0] ?? {}, { company: 'Hermanos Ruiz', email: 'hola@ruiz.example', version: 2 });
    await save(page).click();
    await expect(conflict(page)).toContainText('Hermanos Ruiz');
    await expect(conflict(page)).toContainText('Ruiz e Hijas');
    await expect(conflict(page)).toContainText('hola@ruiz.example (taken over)');
    await expect(box(page, 'Name')).toHaveValue('Ana Ruiz Prieto');
    await save(page).click();
    await expect(page.getByText('Choose which version to keep first.')).toBeVisible();
    expect(mock.of('PATCH', /^\/people/)).toHaveLength(1);
    await clean(page);
    await page.getByRole('button', { name: choice }).click();
    await save(page).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Ana Ruiz Prieto' })).toBeVisible();
    expect(mock.people[0]).toMatchObject({ name: 'Ana Ruiz Prieto', company, email: 'hola@ruiz.example', version: 3 });
  });
}

test('a Case is created from the page of its Contact, and its tab becomes the Case', async ({ page, mock, openApp }) => {
  await openApp('/people/p-ana');
  await page.getByRole('link', { name: 'New Case' }).click();
  await expect(page.getByRole('tab', { selected: true })).toHaveText(/not saved\s*New Case/);
  await expect(box(page, 'Subject')).toBeFocused();
  await save(page).click();
  await expect(page.getByText('Fill in this field.')).toBeVisible();
  await box(page, 'Subject').fill('Copia de la factura');
  await page.getByRole('combobox', { name: 'Priority' }).selectOption('high');
  await save(page).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Copia de la factura' })).toBeVisible();
  await expect(page.getByRole('tab')).toHaveText([/Ana Ruiz/, /^\s*0000110\d · Copia de la factura$/]);
  expect(mock.of('POST', /^\/cases$/)[0]?.body).toEqual({ subject: 'Copia de la factura', description: null, status: 'new', priority: 'high', contact: 'p-ana', account: 'p-acc' });
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: 'Ana Ruiz' })).toBeVisible();
});

test('a Case without a Contact and an Account is refused in words before it is sent', async ({ page, mock, openApp }) => {
  await openApp('/cases');
  await page.getByRole('link', { name: 'New Case' }).click();
  await box(page, 'Subject').fill('De nadie');
  await save(page).click();
  await expect(page.getByText('Choose a Contact or an Account.')).toBeVisible();
  expect(mock.of('POST', /^\/cases$/)).toHaveLength(0);
});

test('a Case is found by its number and by its subject', async ({ page, openApp }) => {
  await openApp('/cases');
  const list = page.getByRole('list', { name: 'Cases' }).getByRole('link');
  await page.getByRole('searchbox').fill('1043');
  await expect(list).toHaveText(['Entrega retrasada']);
  await page.getByRole('searchbox').fill('presupuesto');
  await expect(list).toHaveText(['Presupuesto de revisión']);
  await page.getByRole('searchbox').fill('zzz');
  await expect(page.getByText('No Case found for “zzz”. Check the number, or create a Case.')).toBeVisible();
});

test('the status of a Case is set on its path', async ({ page, mock, openApp }) => {
  await openApp('/cases/k-inv');
  const path = page.getByRole('list', { name: 'Status of the Case' });
  await expect(path.getByRole('button', { name: 'Working' })).toHaveAttribute('aria-current', 'step');
  await path.getByRole('button', { name: 'Closed' }).click();
  await expect(path.getByRole('button', { name: 'Closed' })).toHaveAttribute('aria-current', 'step');
  expect(mock.of('PATCH', /^\/cases/)[0]?.body).toEqual({ version: 1, status: 'closed' });
});

test('a status set on an old version is refused, and the Case shown as it is', async ({ page, mock, openApp }) => {
  await openApp('/cases/k-inv');
  await expect(page.getByRole('heading', { level: 1, name: 'Factura duplicada' })).toBeVisible();
  Object.assign(mock.cases[0] ?? {}, { subject: 'Factura triplicada', status: 'escalated', version: 2 });
  await page.getByRole('button', { name: 'Closed' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Changed by someone else meanwhile' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'Factura triplicada' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Escalated' })).toHaveAttribute('aria-current', 'step');
});

test('a Case is changed in place, also whose it is; Cancel leaves it as it was', async ({ page, mock, openApp }) => {
  await openApp('/cases/k-inv');
  await edit(page).click();
  await box(page, 'Subject').fill('Otra cosa');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Factura duplicada' })).toBeVisible();
  await edit(page).click();
  await box(page, 'Description').fill('Se anula la segunda.');
  await page.getByRole('button', { name: 'Clear Contact' }).click();
  await page.getByRole('combobox', { name: 'Contact' }).fill('bruno');
  await options(page, { name: /Bruno Salas/ }).click();
  await save(page).click();
  await expect(page.getByText('Se anula la segunda.')).toBeVisible();
  expect(mock.of('PATCH', /^\/cases/)[0]?.body).toEqual({ version: 1, description: 'Se anula la segunda.', contact: bruno.id });
});

test('p11 the list of a Case marks the calls of its contact that are not related to it', async ({ page, openApp }) => {
  await openApp('/cases/k-inv');
  const rows = page.getByRole('table', { name: 'Calls' }).getByRole('row');
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(1)).not.toContainText('not related');
  await expect(rows.nth(2)).toContainText('Call of the contact, not related');
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(rows).toHaveCount(6);
});

test('p11 a call on a person’s list names the Case it is related to', async ({ page, openApp }) => {
  await openApp('/people/p-ana');
  await page.getByRole('table').getByRole('link', { name: '00001042' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Factura duplicada' })).toBeVisible();
});

test('a person and a Case that are in the org say from the start that they are changed there, and offer no form', async ({ page, mock, openApp }) => {
  const org = 'https://acme.my.salesforce.com';
  const [person, one] = [find(mock.people, 'p-ana'), find(mock.cases, 'k-inv')];
  Object.assign(person, { crm_id: '003000000000001AAA', crm_url: `${org}/003000000000001AAA` });
  Object.assign(one, { crm_id: '500000000000001AAA', crm_url: `${org}/500000000000001AAA` });
  const said = page.getByText(/This record is in Salesforce; change it there\.|Este registro está en Salesforce; cámbielo allí\./);
  const link = page.getByRole('link', { name: /Open in Salesforce|Abrir en Salesforce/ });
  const offered = page.getByRole('button', { name: /^(Edit|Editar|Closed|Cerrado)$/ });

  await openApp('/people/p-ana');
  await expect(said).toBeVisible();
  await expect(link).toHaveAttribute('href', `${org}/003000000000001AAA`);
  await expect(offered).toHaveCount(0);
  await inspectEach(page, 'person-there', () => expect(said).toBeVisible());

  await page.evaluate(() => void (location.hash = '/cases/k-inv'));
  await expect(page.getByRole('heading', { level: 1, name: one.subject })).toBeVisible();
  await expect(link).toHaveAttribute('href', `${org}/500000000000001AAA`);
  const path = page.getByRole('list', { name: 'Status of the Case' });
  await expect(path.getByText('Closed')).toBeVisible();
  await expect(path.getByRole('button')).toHaveCount(0);
  await expect(offered).toHaveCount(0);
  await inspectEach(page, 'case-there', () => expect(said).toBeVisible());
});

test('where the org’s address is not known yet a record says all the same that it is changed there', async ({ page, mock, openApp }) => {
  Object.assign(find(mock.people, 'p-ana'), { crm_id: '003000000000001AAA' });
  await openApp('/people/p-ana');
  await expect(page.getByText('This record is in Salesforce; change it there.')).toBeVisible();
  await expect(page.getByRole('link', { name: /Open in Salesforce/ })).toHaveCount(0);
  await expect(edit(page)).toHaveCount(0);
});
