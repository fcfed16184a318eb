import type { Locator, Page } from '@playwright/test';
import { inspectEach, expect, test } from './stage.ts';

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 1400 });
  mock.signedIn = mock.users[2] ?? null;
});

const contact = (page: Page): Locator => page.getByRole('group', { name: 'Contact' });
const save = (page: Page): Locator => page.getByRole('button', { name: 'Save phone fields' });

test('the phone fields that are read are ticked and put in order, and counted as something, by keyboard too', async ({ page, mock, openApp }) => {
  await openApp('/admin/salesforce');
  await expect(save(page)).toBeDisabled();
  const second = contact(page).getByRole('checkbox', { name: 'Second Mobile' });
  await second.focus();
  await page.keyboard.press('Space');
  await expect(second).toBeFocused();
  await expect(second).toBeChecked();
  await contact(page).getByRole('combobox', { name: 'Second Mobile: counts as' }).selectOption('mobile');
  const up = contact(page).getByRole('button', { name: 'Move Second Mobile up' });
  for (let pressed = 0; pressed < 3; pressed++) {
    await up.focus();
    await page.keyboard.press('Enter');
    await expect(up).toBeFocused();
  }
  await contact(page).getByRole('checkbox', { name: /Old_Phone__c/ }).uncheck();
  await save(page).click();
  await expect(page.getByText('Saved. The records concerned are read anew from the beginning.')).toBeVisible();
  const asked = mock.seen.filter((one) => one.method === 'PUT').map((one) => one.body);
  expect(asked).toEqual([
    {
      version: expect.any(Number),
      phones: [
        { object: 'Contact', field: 'Second_Mobile__c', as: 'mobile' },
        { object: 'Contact', field: 'MobilePhone', as: 'mobile' },
        { object: 'Contact', field: 'Phone', as: 'phone' },
        { object: 'Lead', field: 'Phone', as: 'phone' },
        { object: 'Account', field: 'Phone', as: 'phone' },
      ],
    },
  ]);
  await expect(contact(page).getByText('Old_Phone__c')).toHaveCount(0);
});

test('a field that is gone in the org is said, and what the settings file says can be had again', async ({ page, mock, openApp }) => {
  mock.centre.crm_phones = [{ object: 'Contact', field: 'Old_Phone__c', as: 'other' }];
  await openApp('/admin/salesforce');
  await expect(contact(page).getByRole('checkbox', { name: 'Old_Phone__c not there any more' })).toBeChecked();
  await page.getByRole('button', { name: 'As the settings file says' }).click();
  await expect(page.getByText('Saved. The records concerned')).toBeVisible();
  expect(mock.centre.crm_phones).toEqual([]);
});

test('what somebody else saved meanwhile keeps nothing of what was ticked from being saved', async ({ page, mock, openApp }) => {
  await openApp('/admin/salesforce');
  await contact(page).getByRole('checkbox', { name: 'Business Fax' }).check();
  mock.centre.version += 1;
  await save(page).click();
  await expect(page.getByText('Somebody changed the settings meanwhile.')).toBeVisible();
  await expect(contact(page).getByRole('checkbox', { name: 'Business Fax' })).toBeChecked();
  await save(page).click();
  await expect(page.getByText('Saved. The records concerned')).toBeVisible();
  expect(mock.centre.crm_phones).toContainEqual({ object: 'Contact', field: 'Fax', as: 'other' });
});

test('the phone fields can be read and used in both languages, wide and narrow', async ({ page, openApp }) => {
  await openApp('/admin/salesforce');
  await page.getByRole('checkbox', { name: 'Second Mobile' }).check();
  await inspectEach(page, 'salesforce-phones', async () => {
    await expect(page.getByRole('checkbox', { name: 'Second Mobile' })).toBeChecked();
  });
});
