import type { Page } from '@playwright/test';
import type { User } from '../../src/lib/api/contract.ts';
import { matches, panel, wrapup } from '../mock/world.ts';
import { records, test } from '../lightning/stage.ts';
import { codeBox, expect, inspectEach, notice } from './stage.ts';

/** The agent of every test, who signs in as Lucía. */
async function signInAsLucia(window: Page): Promise<void> {
  await window.getByRole('textbox', { name: 'User name' }).fill('lucia');
  await window.getByRole('textbox', { name: 'Password' }).fill('demo-lucia');
  await window.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test.describe('where the org says who is signed in', () => {
  test.use({ org: { records: Object.values(records), assertion: () => 'WORD' } });

  test('the panel is that user’s, whoever used this browser before', async ({ mock, openConsole }) => {
    const [lucia, marta] = mock.users as [User, User];
    mock.signedIn = marta;
    mock.frames.assertions.set('WORD', lucia);
    const { panel: frame } = await openConsole();
    await expect(frame.getByRole('heading', { name: 'No call right now' })).toBeVisible();
    expect(mock.signedIn).toEqual(lucia);
    expect(mock.of('POST', /^\/session\/host$/)).toEqual([{ method: 'POST', path: '/session/host', body: { assertion: 'WORD' } }]);
  });

  test('a user that is none here is told so, and can sign in otherwise', async ({ mock, openConsole }) => {
    mock.signedIn = null;
    mock.frames.assertions.set('WORD', null);
    const { panel: frame } = await openConsole();
    await expect(frame.getByText('No user here has the name of your Salesforce user.')).toBeVisible();
    await expect(frame.getByRole('button', { name: 'Sign in in a window' })).toBeVisible();
    await expect(frame.getByRole('textbox', { name: 'Password' })).toHaveCount(0);
  });
});

test('a window signs in and hands its session to the frame that opened it', async ({ page, mock, openConsole }) => {
  mock.signedIn = null;
  const { panel: frame } = await openConsole();
  const opened = page.waitForEvent('popup');
  await frame.getByRole('button', { name: 'Sign in in a window' }).click();
  const window = await opened;
  const closed = window.waitForEvent('close');
  await signInAsLucia(window);
  await expect(frame.getByRole('heading', { name: 'No call right now' })).toBeVisible();
  await closed;
  // Neither the code nor the secret that it is bound to was in any address.
  const [redeemed] = mock.of('POST', /^\/session\/code$/);
  const { verifier } = redeemed?.body as { verifier: string };
  expect(verifier).toMatch(/^[\w-]{43}$/);
  expect(window.url()).not.toContain(verifier);
});

test('a code of a window that the frame did not open is not taken', async ({ page, mock, openConsole }) => {
  mock.signedIn = null;
  const { panel: frame } = await openConsole();
  const opened = page.waitForEvent('popup');
  await frame.getByRole('button', { name: 'Sign in in a window' }).click();
  await opened;
  await page.evaluate(() => document.querySelector('iframe')?.contentWindow?.postMessage({ bitacora: 1, type: 'code', code: 'GRANT1' }, '*'));
  await frame.evaluate(() => window.postMessage({ bitacora: 1, type: 'code', code: 'GRANT1' }, '*'));
  await expect(frame.getByText('Sign in in the window that has opened.')).toBeVisible();
  expect(mock.of('POST', /^\/session\/code$/)).toEqual([]);
});

test('a window that cannot reach the frame says so, and a code that both show does', async ({ page, mock, openConsole }) => {
  mock.signedIn = null;
  const { panel: frame } = await openConsole();
  const opened = page.waitForEvent('popup');
  await frame.getByRole('button', { name: 'Sign in in a window' }).click();
  const window = await opened;
  await window.evaluate(() => void Object.assign(globalThis, { opener: null }));
  await signInAsLucia(window);
  await expect(window.getByText('This window cannot reach your panel.')).toBeVisible();
  await frame.getByRole('button', { name: 'The window does not help? Use a code.' }).click();
  await expect(frame.getByText('K7DQ-W3M1')).toBeVisible();
  await expect(window.getByText('K7DQ-W3M1')).toBeVisible();
  await window.getByRole('button', { name: 'Sign in there' }).click();
  await expect(window.getByText('The panel is now that of Lucía Herrero.')).toBeVisible();
  await expect(frame.getByRole('heading', { name: 'No call right now' })).toBeVisible();
});

test.describe('in a frame without an origin', () => {
  test.use({ org: { records: [], sandbox: 'allow-scripts' } });

  test('a code is typed in a tab, and the panel works without cookies and storage', async ({ page, context, mock, url, lightning, adapter }) => {
    mock.panel = panel({ wrapups: [wrapup('e1', matches.one())] });
    const bare = adapter.replace('host=opencti&', '');
    lightning.frames(bare);
    await page.goto(`${lightning.origin}/lightning`);
    const frame = page.frameLocator('iframe');
    await frame.getByRole('button', { name: 'Sign in in a window' }).click();
    await expect(frame.getByText(/Open http:\/\/localhost:\d+\/panel#\/pair in a browser tab/)).toBeVisible();
    const code = (await frame.getByText(/^K7DQ-/).textContent()) ?? '';

    const tab = await context.newPage();
    await tab.goto(`${url}/panel?lang=en#/pair`);
    await tab.getByRole('textbox', { name: 'Code that your panel shows' }).fill(code.toLowerCase());
    await tab.getByRole('button', { name: 'Sign in there' }).click();
    await expect(tab.getByText('The panel is now that of Lucía Herrero.')).toBeVisible();

    await codeBox(frame).press('1');
    await codeBox(frame).press('Control+Enter');
    await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
    expect(mock.of('POST', /^\/session\/refresh/).length).toBe(1);
  });
});

test.describe('the window that signs a panel in', () => {
  test('a code to compare, in every language and size', async ({ page, mock, url }) => {
    await page.goto(`${url}/panel.html?lang=en#/pair?code=K7DQ-W3MX`);
    await expect(page.getByText('Does your panel show this code? Then it becomes the panel of Lucía Herrero.')).toBeVisible();
    await inspectEach(page, 'hand-over-compare');
    expect(mock.of('POST', /^\/session\/pairing\/confirm$/)).toEqual([]);
  });

  test('a code to type, one that nobody waits for, and one that is confirmed', async ({ page, mock, url }) => {
    await page.goto(`${url}/panel.html?lang=en#/pair`);
    const field = page.getByRole('textbox', { name: 'Code that your panel shows' });
    await field.fill('AAAA-AAAA');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).not.toBeEmpty();
    await inspectEach(page, 'hand-over-refused');
    mock.frames.codes.set('K7DQW3MX', { challenge: '', user: null });
    await field.fill('k7dq w3mx');
    await page.keyboard.press('Enter');
    await expect(page.getByText('The panel is now that of Lucía Herrero.')).toBeVisible();
    await inspectEach(page, 'hand-over-done');
  });

  test('one that nothing opened says that it reaches no panel', async ({ page, url }) => {
    await page.goto(`${url}/panel.html?lang=en#/hand-over?challenge=${'A'.repeat(43)}`);
    await expect(page.getByText('This window cannot reach your panel.')).toBeVisible();
    await inspectEach(page, 'hand-over-cut-off');
  });
});
