import type { Page } from '@playwright/test';
import { history, matches, panel, wrapup } from '../mock/world.ts';
import { codeBox, doNotLogButton, expect, inspect, logButton, notesBox, options, partyBox, test } from './stage.ts';

/** The frames a console may give the panel: its narrowest, the usual one, its widest, and its lowest. */
const FRAMES = [
  { width: 320, height: 600 },
  { width: 400, height: 720 },
  { width: 480, height: 900 },
  { width: 320, height: 240 },
  { width: 400, height: 2560 },
];

async function wholeInView(page: Page, locate: (page: Page) => ReturnType<typeof logButton>): Promise<void> {
  const target = locate(page);
  await target.scrollIntoViewIfNeeded();
  await expect(target).toBeInViewport({ ratio: 1 });
  // Nothing lies over it: a click would land on it.
  await target.click({ trial: true });
}

for (const lang of ['en', 'es']) {
  for (const size of FRAMES) {
    test(`every control is whole and in reach at ${size.width}×${size.height}, ${lang}`, async ({ page, mock, openPanel }) => {
      await page.setViewportSize(size);
      mock.panel = panel({
        agent: { ...mock.panel.agent, state: 'after_call_work' },
        wrapups: [wrapup('e1', matches.many(), { last_calls: history.slice(0, 3) }), wrapup('e2', matches.one())],
      });
      await openPanel(lang);
      await expect(partyBox(page)).toBeVisible();
      for (const control of [partyBox, codeBox, notesBox, doNotLogButton, logButton]) await wholeInView(page, control);
      await inspect(page, `size-${size.width}x${size.height}-${lang}`);
      await codeBox(page).click();
      const list = page.getByRole('listbox');
      await expect(list).toBeInViewport();
      const last = options(page).last();
      await page.keyboard.press('End');
      await expect(last).toBeInViewport({ ratio: 0.98 });
      await inspect(page, `size-list-${size.width}x${size.height}-${lang}`);
      await last.click();
      await expect(codeBox(page)).not.toHaveValue('');
    });
  }
}
