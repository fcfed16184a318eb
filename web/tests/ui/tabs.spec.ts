import type { Locator, Page } from '@playwright/test';
import { TABS_MAX } from '../../src/lib/limits.ts';
import { Refusal } from '../mock/endpoints.ts';
import { liveCall, matches } from '../mock/world.ts';
import { clean, expect, LANGUAGES, test } from './stage.ts';

test.beforeEach(async ({ page }) => page.setViewportSize({ width: 1280, height: 800 }));

const tabs = (page: Page): Locator => page.getByRole('tab');
const front = (page: Page): Locator => page.getByRole('tab', { selected: true });
const heading = (page: Page, name: string): Locator => page.getByRole('heading', { level: 1, name });
const go = (page: Page, path: string): Promise<void> => page.evaluate((to) => void (location.hash = to), path);

async function openThree(page: Page): Promise<void> {
  for (const [path, name] of [
    ['/people/p-ana', 'Ana Ruiz'],
    ['/people/p-acc', 'Talleres Prieto S. L.'],
    ['/cases/k-inv', 'Factura duplicada'],
  ] as const) {
    await go(page, path);
    await expect(heading(page, name)).toBeVisible();
  }
  await expect(tabs(page)).toHaveText([/Ana Ruiz/, /Talleres Prieto/, /00001042 · Factura/]);
}

for (const lang of LANGUAGES) {
  test(`records open in tabs, each once, and the front one is told, ${lang}`, async ({ page, openApp }) => {
    await openApp('/people', lang);
    await openThree(page);
    await go(page, '/people/p-ana');
    await expect(tabs(page)).toHaveCount(3);
    await expect(front(page)).toHaveText(/Ana Ruiz/);
    await expect(page.getByRole('tabpanel', { name: 'Ana Ruiz' })).toBeVisible();
    await clean(page);
  });
}

test('the one in front is there again after a reload', async ({ page, openApp }) => {
  await openApp('/people');
  await openThree(page);
  await go(page, '/people/p-acc');
  await page.reload();
  await expect(front(page)).toHaveText(/Talleres Prieto/);
  await expect(heading(page, 'Talleres Prieto S. L.')).toBeVisible();
});

test('a page that still notes its search does not take the place of the one that was asked for', async ({ page, openApp }) => {
  await openApp('/people');
  await page.getByRole('searchbox').fill('Ana');
  await expect(page).toHaveURL(/\?q=Ana$/);
  await page.evaluate(() => {
    // The address changes just before the pause after the last key ends, and the browser tells of it later.
    const later = window.setTimeout.bind(window);
    const setTimeout = (work: () => void, ms: number): number => {
      if (ms !== 200) return later(work, ms);
      Object.assign(window, { setTimeout: later });
      return later(() => ((location.hash = '/people/p-ana'), work()), ms);
    };
    Object.assign(window, { setTimeout });
  });
  await page.getByRole('searchbox').fill('Ana R');
  await expect(heading(page, 'Ana Ruiz')).toBeVisible();
  await expect(page).toHaveURL(/#\/people\/p-ana$/);
});

test('arrows, Home and End move among the tabs, Enter and space open, Delete closes', async ({ page, openApp }) => {
  await openApp('/people');
  await openThree(page);
  await front(page).focus();
  await page.keyboard.press('ArrowRight');
  await expect(tabs(page).nth(0)).toBeFocused();
  await page.keyboard.press('End');
  await expect(tabs(page).nth(2)).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(tabs(page).nth(1)).toBeFocused();
  await expect(front(page)).toHaveText(/Factura/);
  await page.keyboard.press('Enter');
  await expect(front(page)).toHaveText(/Talleres Prieto/);
  await expect(tabs(page).nth(1)).toBeFocused();
  await page.keyboard.press('Home');
  await page.keyboard.press(' ');
  await expect(front(page)).toHaveText(/Ana Ruiz/);
  await page.keyboard.press('Delete');
  await expect(tabs(page)).toHaveText([/Talleres Prieto/, /Factura/]);
  await expect(front(page)).toHaveText(/Talleres Prieto/);
  await expect(tabs(page).nth(0)).toBeFocused();
});

test('the last tab that closes leads to the list it came from', async ({ page, openApp }) => {
  await openApp('/cases/k-inv');
  await page.getByRole('button', { name: 'Close 00001042 · Factura duplicada' }).click();
  await expect(heading(page, 'Cases')).toBeFocused();
  await expect(tabs(page)).toHaveCount(0);
});

test('what was typed outlasts the look at another tab, and its tab is marked', async ({ page, openApp }) => {
  await openApp('/people/p-ana');
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'E-mail' }).fill('nueva@ruiz.example');
  await expect(front(page)).toHaveText(/•not saved\s*Ana Ruiz/);
  await go(page, '/cases/k-inv');
  await expect(heading(page, 'Factura duplicada')).toBeVisible();
  await expect(front(page)).not.toHaveText(/not saved/);
  await tabs(page).nth(0).click();
  await expect(page.getByRole('textbox', { name: 'E-mail' })).toHaveValue('nueva@ruiz.example');
});

test('closing a tab with something unsaved asks first', async ({ page, mock, openApp }) => {
  await openApp('/people/p-ana');
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'E-mail' }).fill('nueva@ruiz.example');
  await front(page).focus();
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText('Changes to Ana Ruiz are not saved.');
  await expect(page.getByRole('button', { name: 'Keep editing' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('textbox', { name: 'E-mail' })).toHaveValue('nueva@ruiz.example');
  await page.getByRole('button', { name: 'Close Ana Ruiz' }).click();
  await dialog.getByRole('button', { name: 'Discard' }).click();
  await expect(tabs(page)).toHaveCount(0);
  await expect(heading(page, 'People')).toBeVisible();
  expect(mock.of('PATCH', /./)).toHaveLength(0);
});

test('signing out with something unsaved asks first', async ({ page, openApp }) => {
  await openApp('/cases/new?contact=p-ana');
  await page.getByRole('textbox', { name: 'Subject' }).fill('Algo');
  await page.getByRole('button', { name: /User menu/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('alertdialog')).toContainText('New Case');
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

test('signed out is shown when the server has ended the session, and what to do where it has not', async ({ page, mock, openApp }) => {
  await openApp('/people');
  let answer: (() => void) | undefined;
  let away = true;
  mock.gate = async ({ method, path }) => {
    if (method !== 'DELETE' || path !== '/session') return;
    if (away) throw new Refusal(503, 'unavailable');
    await new Promise<void>((go) => (answer = go));
  };
  await page.getByRole('button', { name: /User menu/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'You are not signed out yet' })).toBeVisible();
  await clean(page);

  away = false;
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('Signing out…')).toBeVisible();
  await expect.poll(() => answer).toBeDefined();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toHaveCount(0);
  expect(mock.signedIn).not.toBeNull();
  answer?.();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await expect(page.getByText('You are not signed out yet')).toHaveCount(0);
  expect(mock.signedIn).toBeNull();
});

test('the browser asks before the page goes away with something unsaved, and not without', async ({ page, openApp }) => {
  await openApp('/cases/new?contact=p-ana');
  const asks = (): Promise<boolean> => page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })));
  await expect(page.getByRole('textbox', { name: 'Subject' })).toBeVisible();
  expect(await asks()).toBe(false);
  await page.getByRole('textbox', { name: 'Subject' }).fill('Algo');
  expect(await asks()).toBe(true);
});

test('a session that ends keeps the tabs and what was typed for the same user, and not for another', async ({ page, mock, openApp }) => {
  await openApp('/people/p-ana');
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'E-mail' }).fill('nueva@ruiz.example');
  const end = async (as: string): Promise<void> => {
    mock.signedIn = null;
    mock.gate = ({ path }) => {
      if (!mock.signedIn && !path.startsWith('/session') && path !== '/instance') throw new Refusal(401, 'unauthenticated');
    };
    await page.getByRole('link', { name: 'Recent calls' }).click();
    await page.getByRole('button', { name: as }).click();
    await page.keyboard.press('Enter');
    await expect(heading(page, 'Recent calls')).toBeVisible();
  };
  await end('Lucía Herrero');
  await tabs(page).nth(0).click();
  await expect(page.getByRole('textbox', { name: 'E-mail' })).toHaveValue('nueva@ruiz.example');
  await end('Marta Vidal');
  await expect(tabs(page)).toHaveCount(0);
});

test('a screen pop opens behind a tab in which something is typed, and is told by its tab', async ({ page, mock, openApp }) => {
  await openApp('/cases/new?contact=p-ana');
  await page.getByRole('textbox', { name: 'Subject' }).fill('Algo');
  mock.push((now) => void (now.calls = [liveCall('e1', 'connected', matches.one())]));
  await expect(tabs(page)).toHaveCount(2);
  await expect(front(page)).toHaveText(/New Case/);
  await expect(page.getByRole('textbox', { name: 'Subject' })).toHaveValue('Algo');
});

test('the one record that matches does not open by itself where the centre does not want it', async ({ page, mock, openApp }) => {
  mock.panel.pop_single_match = false;
  await openApp('/recent');
  mock.push((now) => void (now.calls = [liveCall('e1', 'connected', matches.one())]));
  await expect(page.getByText('On the call')).toBeVisible();
  await expect(tabs(page)).toHaveCount(0);
  await expect(heading(page, 'Recent calls')).toBeVisible();
});

test('Ctrl+click opens a record behind, in no window of its own', async ({ page, context, openApp }) => {
  await openApp('/cases');
  await page.getByRole('link', { name: 'Factura duplicada' }).click({ modifiers: ['ControlOrMeta'] });
  await expect(tabs(page)).toHaveCount(1);
  await expect(heading(page, 'Cases')).toBeVisible();
  expect(context.pages()).toHaveLength(1);
});

test('beyond the limit the oldest tab that holds nothing unsaved makes room', async ({ page, openApp }) => {
  await openApp('/cases/new?contact=p-ana');
  await page.getByRole('textbox', { name: 'Subject' }).fill('Algo');
  for (let n = 1; n <= TABS_MAX; n += 1) await go(page, `/cases/none-${n}`);
  await expect(tabs(page)).toHaveCount(TABS_MAX);
  await expect(tabs(page).first()).toHaveText(/New Case/);
  await expect(page.locator('[role=tab][href$="none-1"]')).toHaveCount(0);
  await expect(page.locator(`[role=tab][href$="none-${TABS_MAX}"]`)).toHaveCount(1);
});
