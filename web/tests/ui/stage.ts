import { test as base, expect, type Locator, type Page } from '@playwright/test';
import axe from 'axe-core';
import { Mock } from '../mock/server.ts';
import { NOW } from '../mock/world.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
export const LANGUAGES = ['en', 'es'] as const;

type Stage = {
  mock: Mock;
  url: string;
  /** Opens the panel alone, at the time it is in every test. */
  openPanel: (lang?: string) => Promise<void>;
  openApp: (path?: string, lang?: string) => Promise<void>;
};

export const test = base.extend<Stage>({
  mock: async ({}, use) => {
    const mock = new Mock();
    await use(mock);
    await mock.close();
  },
  url: async ({ mock }, use) => use(await mock.listen()),
  page: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      // A refused answer or a cut connection is part of some tests; a broken policy never is.
      if (message.type() === 'error' && /Content Security Policy|TrustedHTML/.test(message.text())) complaints.push(message.text());
    });
    await page.clock.setFixedTime(NOW);
    await use(page);
    expect(complaints).toEqual([]);
  },
  openPanel: async ({ page, url }, use) =>
    use(async (lang = 'en') => {
      await page.goto(`${url}/panel.html?lang=${lang}`);
    }),
  openApp: async ({ page, url }, use) =>
    use(async (path = '', lang = 'en') => {
      await page.goto(`${url}/?lang=${lang}${path ? `#${path}` : ''}`);
    }),
});

/** The folder for pictures of all states, where `cargo xtask screens` asks for them. */
const SCREENS = process.env['BITACORA_SCREENS'];

/** What is looked for in a state: everything, what another language may change of one whose colours were looked at, or whether it fits. */
type Rules = 'all' | 'but contrast' | 'fits';

/** Looks for whatever keeps somebody from using the page in this state, and takes its picture where asked to. */
export async function inspect(page: Page, name: string, rules: Rules = 'all'): Promise<void> {
  if (SCREENS !== undefined) await page.screenshot({ path: `${SCREENS}/${name}.png` });
  await clean(page, rules);
}

/** The widths at which a page is looked at: beside the panel, and as narrow as a phone or a frame. */
export const WIDTHS = { wide: 1280, narrow: 400 } as const;

/**
 * Looks at one state in both languages, wide and narrow, in one visit: width and language change on the page itself,
 * and are what they were in the end. Contrast takes longer to look for than everything else together, and no other
 * language changes a colour: it is looked for in the first one, at both widths. Names and roles of the other language are looked at
 * once, where it is narrow: no width changes them, and what a width changes was looked at in the first one.
 * `ready` waits for what has to be there to be looked at.
 */
export async function inspectEach(page: Page, name: string, ready: () => Promise<void> = async () => {}): Promise<void> {
  const before = page.viewportSize() ?? { width: WIDTHS.wide, height: 800 };
  const lang = (await page.locator('html').getAttribute('lang')) === 'es' ? 'es' : 'en';
  const other = lang === 'es' ? 'en' : 'es';
  // The language is changed once, and back again: with it whatever is open may close.
  for (const [spoken, sizes] of [[lang, ['wide', 'narrow']], [other, ['narrow', 'wide']]] as const) {
    await speak(page, spoken);
    for (const size of sizes) {
      await page.setViewportSize({ ...before, width: WIDTHS[size] });
      await ready();
      await uncovered(page);
      await inspect(page, `${name}-${size}-${spoken}`, spoken === lang ? 'all' : size === 'narrow' ? 'but contrast' : 'fits');
    }
  }
  await speak(page, lang);
  await page.setViewportSize(before);
}

/** In the middle of the window is the page, and no panel that lies over it, once it has taken its new width in. */
async function uncovered(page: Page): Promise<void> {
  // A dialog is meant to.
  if ((await page.locator('dialog[open]').count()) > 0) return;
  const seen = () =>
    page.evaluate(() => {
      const main = document.querySelector('main');
      const there = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
      return main === null || there === null || main.contains(there) || there.contains(main);
    });
  await expect.poll(seen, { message: 'something lies over the page' }).toBe(true);
}

/** Looks at one state as wide as it is and as wide as a page can be, which a menu or a list that is open outlasts. */
export async function inspectWide(page: Page, name: string): Promise<void> {
  await inspect(page, name);
  const before = page.viewportSize() ?? { width: WIDTHS.narrow, height: 720 };
  await page.setViewportSize({ ...before, width: before.width === WIDTHS.wide ? WIDTHS.narrow : WIDTHS.wide });
  await inspect(page, `${name}-${before.width === WIDTHS.wide ? 'narrow' : 'wide'}`);
  await page.setViewportSize(before);
}

async function speak(page: Page, lang: (typeof LANGUAGES)[number]): Promise<void> {
  if ((await page.locator('html').getAttribute('lang')) === lang) return;
  await page.locator('select.picker').first().selectOption(lang);
  await expect(page.locator('html')).toHaveAttribute('lang', lang);
}

/**
 * What axe finds. Its own builder for Playwright brings all that it looked at out of the page, and itself in anew each time:
 * that takes longer than the looking.
 */
async function violationsOf(page: Page, rules: Rules): Promise<string[]> {
  expect(page.frames(), 'axe looks at one document').toHaveLength(1);
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async ([tags, contrast]) => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: [...tags] }, resultTypes: ['violations'], rules: { 'color-contrast': { enabled: contrast } } });
    return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`);
  }, [TAGS, rules === 'all'] as const);
}

export async function clean(page: Page, rules: Rules = 'all'): Promise<void> {
  if (rules !== 'fits') expect(await violationsOf(page, rules)).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, 'horizontal scroll').toBe(0);
}

/** A page, or a frame in one. */
export type Place = Pick<Page, 'getByRole'>;

export const codeBox = (page: Place): Locator => page.getByRole('combobox', { name: /Disposition code|Código de disposición/ });
export const partyBox = (page: Place): Locator => page.getByRole('combobox', { name: /Log on|Registrar en/ });
export const notesBox = (page: Place): Locator => page.getByRole('textbox', { name: /^(Notes|Notas)$/ });
/** What is said about the Case of the call in front. */
export const caseLine = (page: Place): Locator => page.getByRole('group', { name: /^(Case|Caso)$/ });
export const logButton = (page: Place): Locator => page.getByRole('button', { name: /^(Log|Registrar)$/ });
export const doNotLogButton = (page: Place): Locator => page.getByRole('button', { name: /^(Do not log|No registrar)$/ });

/**
 * What became of a submit, in the panel's own notice: the line that says beforehand where Log will write has
 * nearly the same words.
 */
export const notice = (page: Place, text: string): Locator => page.getByRole('status').filter({ hasText: text });

/** Entries of an open list of ours; the language picker's own are not meant. */
export const options = (page: Place, which: { name?: RegExp } = {}): Locator => page.getByRole('listbox').getByRole('option', which);

export { expect };
