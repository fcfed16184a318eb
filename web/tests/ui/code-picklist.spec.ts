import { Refusal } from '../mock/ask.ts';
import { clean, expect, inspectEach, test } from './stage.ts';

test('a picklist of Salesforce shows what it would change and is applied as a file', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[2] ?? null;
  mock.withCrm = true;
  await openApp('/admin/codes');
  const card = page.getByRole('region', { name: 'Codes from a Salesforce picklist' });
  await card.getByRole('button', { name: 'Choose a field' }).click();
  await card.getByLabel('Object').selectOption('Visit__c');
  await expect(card).toContainText('This object has no picklist that Bitácora can read.');
  await card.getByLabel('Object').selectOption('Task');
  await card.getByLabel('Set', { exact: true }).selectOption('Entrantes');
  await expect(card.getByRole('button', { name: 'Show what would change' })).toBeDisabled();
  await card.getByLabel('Field').selectOption('Topic__c');
  await card.getByRole('button', { name: 'Show what would change' }).click();
  await expect(card).toContainText('Salesforce has no such picklist any more');
  await clean(page);
  await card.getByLabel('Field').selectOption('Resultado (under Tema)');
  await card.getByRole('checkbox', { name: 'Bring retired codes back that it offers' }).check();
  await card.getByRole('button', { name: 'Show what would change' }).click();
  await expect(card).toContainText('Salesforce tells these labels in Spanish. New codes have them in English too');
  await card.getByText('Resultado offers 2 values').click();
  await expect(card.getByRole('table', { name: 'Resultado offers 2 values' })).toContainText('Vendido');
  expect(mock.of('POST', /^\/dispositions\/picklist$/).at(-1)?.body).toEqual({ object: 'Task', field: 'Result__c', set: 's-in', bring_back: true, retire: false });
  await inspectEach(page, 'code-picklist', () => page.getByRole('button', { name: /^(Apply 2 changes|Aplicar 2 cambios)$/ }).scrollIntoViewIfNeeded());
  await card.getByRole('button', { name: 'Apply 2 changes' }).click();
  await expect(card).toContainText('The set has the values of the picklist.');
  expect(mock.of('POST', /^\/dispositions\/file$/).at(-1)?.body).toEqual({ file: 'picklist of s-in', apply: true, basis: 'b-7' });
});

test('a code book that changed meanwhile is looked at anew before a picklist is applied', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[2] ?? null;
  mock.withCrm = true;
  await openApp('/admin/codes');
  const card = page.getByRole('region', { name: 'Codes from a Salesforce picklist' });
  await card.getByRole('button', { name: 'Choose a field' }).click();
  await card.getByLabel('Object').selectOption('Task');
  await card.getByLabel('Field').selectOption('Result__c');
  await card.getByLabel('Set', { exact: true }).selectOption('Salientes');
  await card.getByRole('button', { name: 'Show what would change' }).click();
  mock.gate = ({ path }) => {
    if (path === '/dispositions/file') throw new Refusal(409, 'stale_revision', { current: {} });
  };
  await card.getByRole('button', { name: 'Apply 2 changes' }).click();
  await expect(card).toContainText('The code book was changed meanwhile.');
  expect(mock.of('POST', /^\/dispositions\/picklist$/)).toHaveLength(2);
  await expect(card.getByRole('button', { name: 'Apply 2 changes' })).toBeEnabled();
});

test('without a CRM nothing is said of picklists', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[2] ?? null;
  await openApp('/admin/codes');
  await expect(page.getByRole('region', { name: 'Import from CSV' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Codes from a Salesforce picklist' })).toHaveCount(0);
});
