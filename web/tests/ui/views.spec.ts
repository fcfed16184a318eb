import type { Page } from '@playwright/test';
import { clean, expect, inspectEach, test } from './stage.ts';

const heads = (page: Page) => page.getByRole('table', { name: 'Activities' }).getByRole('columnheader');
const asked = (page: Page, path: string) => expect.poll(() => new URL(page.url()).hash).toBe(path);

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  mock.signedIn = mock.users[1] ?? null;
});

test('a view keeps filters and columns, opens by its link, says when it is changed, and may be where the list begins', async ({ page, mock, openApp }) => {
  await openApp('/activities?view=v-missed');
  await expect(heads(page)).toHaveText(['When', 'With', 'Wait', 'Ring group']);
  await expect(page.getByRole('list', { name: 'Filters that hold' }).getByRole('listitem')).toHaveCount(2);
  await expect.poll(() => mock.of('GET', /^\/activities\?/).at(-1)?.path).toContain('type=missed%2Cabandoned');
  // A filter more: the view is still named, and can be saved or gone back to.
  await page.getByRole('button', { name: '30 days' }).click();
  await expect(page.getByRole('combobox', { name: 'View' })).toContainText('Perdidas de Soporte (changed)');
  // Columns by the keyboard alone.
  await page.getByRole('button', { name: 'Columns', exact: true }).click();
  await page.getByRole('checkbox', { name: 'Ended by' }).press('Space');
  await page.getByRole('button', { name: 'Move Ended by to the left' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Move Ended by to the left' })).toBeFocused();
  await expect(heads(page)).toHaveText(['When', 'With', 'Wait', 'Ended by', 'Ring group']);
  // What is read for a list alone stands in it as well.
  for (const name of ['After Call Work', 'Why not logged', 'Why this record', 'In the CRM']) await page.getByRole('checkbox', { name, exact: true }).press('Space');
  await expect(heads(page)).toHaveText(['When', 'With', 'Wait', 'Ended by', 'Ring group', 'After Call Work', 'Why not logged', 'Why this record', 'In the CRM']);
  await inspectEach(page, 'app-activities-columns');
  await page.getByRole('button', { name: 'Save as a view' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Perdidas del mes');
  await page.getByRole('checkbox', { name: 'Everybody sees it' }).check();
  await clean(page);
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await asked(page, '#/activities?view=v-2');
  expect(mock.of('POST', /^\/views$/)[0]?.body).toEqual({
    name: 'Perdidas del mes',
    shared: true,
    filters: { when: '30d', type: 'missed,abandoned', ring_group: 'Soporte' },
    columns: ['when', 'who', 'wait', 'hung_up_by', 'ring_group', 'acw', 'reason', 'settled_by', 'crm'],
  });
  await page.getByRole('button', { name: 'About this view' }).click();
  await page.getByRole('menuitem', { name: 'Begin with this view' }).click();
  await expect.poll(() => mock.firstView).toBe('v-2');
  await page.getByRole('link', { name: 'People' }).first().click();
  await page.getByRole('link', { name: 'Activities', exact: true }).click();
  await asked(page, '#/activities?view=v-2');
  await page.getByRole('button', { name: 'About this view' }).click();
  await page.getByRole('menuitem', { name: 'Remove this view' }).click();
  await asked(page, '#/activities');
  await expect(heads(page)).toHaveCount(7);
});

test('several Activities are looked at before they are corrected, and put back from one place', async ({ page, mock, openApp }) => {
  await openApp('/activities');
  await page.getByRole('button', { name: 'Correct several' }).click();
  await page.getByRole('button', { name: 'Look at it first' }).click();
  await expect(page.getByText('Choose at least one Activity.')).toBeVisible();
  await page.getByRole('checkbox', { name: /^Choose the call of/ }).first().check();
  await expect(page.getByText('1 Activity chosen')).toBeVisible();
  await page.getByRole('button', { name: 'Choose all that the filters find' }).click();
  await expect(page.getByText(/^\d+ Activities chosen/)).toBeVisible();
  await page.getByRole('textbox', { name: 'Add to the notes' }).fill('Revisada por calidad.');
  await page.getByRole('button', { name: 'Look at it first' }).click();
  await expect(page.getByText(/nobody logged it/).first()).toBeVisible();
  const changes = page.getByRole('table', { name: 'What would become of each' });
  const form = page.getByRole('form', { name: 'Correct several Activities' });
  await form.getByRole('combobox', { name: 'Code', exact: true }).selectOption({ index: 1 });
  await form.getByRole('combobox', { name: 'Record', exact: true }).fill('Bruno');
  await page.getByRole('option', { name: /Bruno/ }).first().click();
  await page.getByRole('button', { name: 'Look at it first' }).click();
  await expect(changes).toContainText(/Record: Bruno[^·]* · Case: none · Opportunity: none · Notes: .* · Follow-up on: 20 Mar 2026 · Do not call: Yes → No/);
  await inspectEach(page, 'app-activities-bulk');
  const apply = page.getByRole('button', { name: /^Correct \d+ Activities/ });
  await apply.click();
  const before = page.getByRole('region', { name: 'Earlier corrections of several' });
  await expect(before.getByRole('listitem')).toHaveCount(1);
  expect(mock.of('POST', /apply$/)).toHaveLength(1);
  await before.getByRole('button', { name: 'Put all back' }).click();
  await before.getByRole('group').getByRole('button', { name: 'Put all back' }).click();
  await expect(before).toContainText('1 changed since and kept');
});
