/** What every other test relies on when it says that a page is clean: something that is not is found, also the second time. */
import { clean, expect, inspectEach, logButton, test } from './stage.ts';
import { matches, panel, wrapup } from '../mock/world.ts';

test('what keeps somebody from using a page is found, each time it is looked for', async ({ page, mock, openPanel }) => {
  mock.panel = panel({ agent: { ...mock.panel.agent, state: 'after_call_work' }, wrapups: [wrapup('e1', matches.one())] });
  await openPanel();
  await expect(logButton(page)).toBeVisible();
  await clean(page);
  await page.locator('main').evaluate((main) => main.append(document.createElement('button')));
  await expect(clean(page)).rejects.toThrow(/button-name/);
  await page.locator('main > button').last().evaluate((button) => button.remove());
  await clean(page);
  // What cannot be told from its ground is found by the look at all languages, too, also where only one width has it.
  await page.locator('main').evaluate((main) => {
    const faint = document.createElement('p');
    faint.textContent = 'Faint';
    faint.style.color = '#ddd';
    if (innerWidth > 1000) faint.hidden = true;
    addEventListener('resize', () => (faint.hidden = innerWidth > 1000));
    main.append(faint);
  });
  await expect(inspectEach(page, 'faint')).rejects.toThrow(/color-contrast/);
});
