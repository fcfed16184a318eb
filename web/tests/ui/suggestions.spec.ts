import type { Suggestion } from '../../src/lib/api/suggestions.ts';
import type { Mock } from '../mock/server.ts';
import { emptyDraft, matches, panel, wrapup } from '../mock/world.ts';
import { clean, codeBox, expect, notesBox, options, test } from './stage.ts';

const afterCall = { key: '1001', name: 'Lucía Herrero', state: 'after_call_work' as const, since: new Date().toISOString(), mode: 'available' as const, away_reason: null };

/** Notes of a call back find that code; nothing is known before. */
function know(mock: Mock, notes = ''): void {
  const owed = { ...wrapup('e1', matches.one()), draft: { ...emptyDraft(), notes } };
  mock.panel = panel({ agent: afterCall, wrapups: [owed], suggest_codes: true });
  mock.suggest = (said): Suggestion[] =>
    said.includes('viernes')
      ? [
          { code: 'c-cb', reasons: [{ reason: 'word', value: 'llamar' }, { reason: 'word', value: 'viernes' }, { reason: 'talk', value: 'short' }] },
          { code: 'c-of-no-set', reasons: [{ reason: 'usual', value: null }] },
        ]
      : [];
}
const asked = (mock: Mock): unknown[] => mock.of('POST', /\/suggestions$/).map(({ body }) => body);

for (const [locale, heading, reason] of [
  ['en', 'Suggested', 'notes say “llamar” and “viernes” · it was short'],
  ['es', 'Sugeridos', 'las notas dicen «llamar» y «viernes» · fue corta'],
] as const) {
  for (const width of [1280, 400]) {
    test.describe(`${locale} at ${width}`, () => {
      test.use({ viewport: { width, height: 760 } });

      test('codes that the notes speak for come first, say why, and none is chosen', async ({ page, mock, openPanel }) => {
        know(mock, 'llamar el viernes');
        await openPanel(locale);
        await expect.poll(() => asked(mock)).toEqual([{ notes: 'llamar el viernes' }]);
        await expect(codeBox(page)).toHaveValue('');
        await codeBox(page).press('Escape');
        await codeBox(page).press('ArrowDown');
        const first = page.getByRole('group', { name: heading }).getByRole('option');
        await expect(first).toHaveCount(1);
        await expect(first).toContainText(reason);
        await expect(first).toHaveAttribute('aria-selected', 'false');
        await clean(page);
        await page.screenshot({ path: `test-results/suggested-${locale}-${width}.png` });
        await page.keyboard.press('Enter');
        await expect(codeBox(page)).toHaveValue(locale === 'en' ? 'Call back' : 'Devolver llamada');
      });
    });
  }
}

test('notes are asked about as they are typed, and digits pick the favourites they always picked', async ({ page, mock, openPanel }) => {
  know(mock);
  await openPanel();
  await notesBox(page).fill('llamar el viernes');
  await expect.poll(() => asked(mock)).toEqual([{ notes: '' }, { notes: 'llamar el viernes' }]);
  await codeBox(page).focus();
  await page.keyboard.press('1');
  await expect(codeBox(page)).toHaveValue('Resolved');
});

test('a list that is open does not move under whoever is about to choose', async ({ page, mock, openPanel }) => {
  know(mock);
  await openPanel();
  await expect.poll(() => asked(mock)).toHaveLength(1);
  await codeBox(page).press('ArrowDown');
  const before = await options(page).allTextContents();
  mock.push(() => {
    const owed = mock.owner('e1');
    owed.draft = { ...owed.draft, revision: owed.draft.revision + 1, notes: 'llamar el viernes' };
  });
  await expect.poll(() => asked(mock)).toHaveLength(2);
  await expect(notesBox(page)).toHaveValue('llamar el viernes');
  expect(await options(page).allTextContents()).toEqual(before);
  await page.keyboard.press('Escape');
  await codeBox(page).press('ArrowDown');
  await expect(options(page).first()).toContainText('notes say');
});

test('where codes are not suggested nobody asks', async ({ page, mock, openPanel }) => {
  know(mock, 'llamar el viernes');
  mock.panel.suggest_codes = false;
  await openPanel();
  await codeBox(page).press('ArrowDown');
  await expect(options(page).first()).toBeVisible();
  await expect(page.getByRole('group', { name: 'Suggested' })).toHaveCount(0);
  expect(asked(mock)).toEqual([]);
});
