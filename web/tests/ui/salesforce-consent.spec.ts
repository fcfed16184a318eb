import type { Page } from '@playwright/test';
import type { Mock } from '../mock/server.ts';
import { inspectEach, expect, test } from './stage.ts';

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 1200 });
  mock.signedIn = mock.users[2] ?? null;
  if (mock.crm) mock.crm.consent = { state: 'never', user: null, at: null, callback: 'https://bitacora.example/crm/callback' };
});

/** Presses Connect, and waits for the window to go away by itself. */
async function connect(page: Page, button = 'Connect to Salesforce'): Promise<void> {
  const opens = page.waitForEvent('popup');
  await page.getByRole('button', { name: button }).click();
  const opened = await opens;
  if (!opened.isClosed()) await opened.waitForEvent('close');
}

const live = (mock: Mock): number => mock.hellos.length;

test('an admin connects in a window that goes away by itself, and takes it back', async ({ page, mock, openApp }) => {
  await openApp('/admin/salesforce');
  await expect(page.getByText('Nobody has connected the org yet.')).toBeVisible();
  await expect(page.getByText('https://bitacora.example/crm/callback')).toBeVisible();
  await expect.poll(() => live(mock)).toBe(1);
  await connect(page);
  await expect(page.getByText('Connected. What waits is carried out now.')).toBeVisible();
  await expect(page.getByText(/Connected since .* as the user 005000000000009AAA/)).toBeVisible();
  expect(live(mock), 'the window was no panel').toBe(1);
  await page.getByRole('button', { name: 'Disconnect' }).click();
  await expect(page.getByText('Disconnected: our token is forgotten here')).toBeVisible();
  await expect(page.getByText(/Disconnected on/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Disconnect' })).toHaveCount(0);
});

for (const [word, said] of [
  ['denied', 'Whoever was asked in Salesforce said no.'],
  ['other_organisation', 'That was another org than the settings name.'],
  ['expired', 'It took longer than ten minutes.'],
  ['wrong_state', 'That window belongs to no connection begun in this session'],
  ['not_signed_in', 'Whoever came back is not signed in here as an admin.'],
  ['unreachable', 'Salesforce could not be reached.'],
  ['not_kept', 'The token could not be stored'],
  ['refused', 'Salesforce gave no token'],
] as const) {
  test(`what is refused is said, with what to do: ${word}`, async ({ page, mock, openApp }) => {
    mock.consentBecomes = word;
    await openApp('/admin/salesforce');
    await connect(page);
    await expect(page.getByText(said)).toBeVisible();
    await expect(page.getByText('Nobody has connected the org yet.')).toBeVisible();
  });
}

test('a window that nobody waits for says itself what became of it, and keeps no word of it in its address', async ({ page, openApp }) => {
  await openApp('/admin/salesforce?consent=denied');
  await expect(page.getByText('Whoever was asked in Salesforce said no.')).toBeVisible();
  await expect(page).toHaveURL(/#\/admin\/salesforce$/);
});

test('the connection can be read and used in both languages, wide and narrow', async ({ page, mock, openApp }) => {
  mock.consentBecomes = 'other_organisation';
  await openApp('/admin/salesforce');
  await connect(page);
  await inspectEach(page, 'salesforce-consent', async () => {
    await expect(page.getByRole('heading', { name: /^(Connection|Conexión)$/ })).toBeVisible();
  });
});
