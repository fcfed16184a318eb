import { fileURLToPath } from 'node:url';
import { ago, history, matches, panel, wrapup } from '../mock/world.ts';
import { clean, codeBox, expect, notesBox, options, test } from './stage.ts';

const IN_README = fileURLToPath(new URL('../../../docs/pictures/panel-wrapup.png', import.meta.url));

test.use({ deviceScaleFactor: 2, viewport: { width: 400, height: 720 } });

/** With BITACORA_PICTURES=1 it becomes the picture in the README. */
test('the picture in the README: a wrap-up nearly done', async ({ page, mock, openPanel }) => {
  const agent = { key: '1001', name: 'Lucía Herrero', since: ago(24), state: 'after_call_work' as const };
  mock.panel = panel({ agent, wrapups: [wrapup('e1', matches.one(), { last_calls: history.slice(0, 3) })] });
  await openPanel();
  await codeBox(page).click();
  await options(page).nth(1).click();
  await notesBox(page).fill('Invoice 2231 was charged twice. Refund promised by Friday.');
  await expect(page.getByText('Draft saved')).toBeVisible();
  await clean(page);
  const picture = process.env['BITACORA_PICTURES'] ? IN_README : test.info().outputPath('panel-wrapup.png');
  await page.screenshot({ path: picture });
});
