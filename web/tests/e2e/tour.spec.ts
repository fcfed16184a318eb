import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { DEMO_PASSWORD, withDemo, type DemoUser } from './demo.ts';
import { APP, expect, inspect, test } from './stage.ts';

const LANGUAGES = ['en', 'es'] as const;
const README = fileURLToPath(new URL('../../../docs/pictures/', import.meta.url));
/** Those that the READMEs show. */
const SHOWN = ['activity', 'report', 'settings'];
const FOR_README = process.env['BITACORA_PICTURES'] === '1';
/** Pictures want a past worth a chart; the check of every commit does not wait for one. */
const PAST_DAYS = FOR_README ? '60' : '3';

/** Twice the pixels in the READMEs: their pictures are looked at on good screens. */
test.use({ deviceScaleFactor: FOR_README ? 2 : 1 });

for (const lang of LANGUAGES) {
  test(`the two minutes that the README tells of can be walked, ${lang}`, async ({ browser }) => {
    test.slow();
    const take = async (page: Page, name: string): Promise<void> => {
      await page.mouse.move(0, 0);
      if (FOR_README && SHOWN.includes(name)) await page.screenshot({ path: `${README}${name}${lang === 'es' ? '' : `-${lang}`}.png` });
      await inspect(page, `tour-${name}-${lang}`);
    };
    await withDemo(['--past-days', PAST_DAYS, '--calls-per-minute', '60', '--speed', '5'], async (url) => {
      const as = async (login: DemoUser, path: string): Promise<Page> => {
        const context = await browser.newContext({ viewport: APP });
        const answer = await context.request.post(`${url}/api/v1/session`, { data: { login, password: DEMO_PASSWORD } });
        expect(answer.ok()).toBe(true);
        const page = await context.newPage();
        await page.goto(`${url}/?lang=${lang}#${path}`);
        return page;
      };
      const heading = (page: Page, name: RegExp) => page.getByRole('heading', { level: 1, name });

      const boss = await as('supervisor', '/activities?outcome=logged');
      await expect(heading(boss, /^(Activities|Actividades)$/)).toBeVisible();
      await expect(boss.getByRole('table').getByRole('row').nth(5)).toBeVisible();
      await take(boss, 'activities');
      await boss.getByRole('table').getByRole('row').nth(1).getByRole('link').first().click();
      await expect(boss.getByRole('heading', { name: /^(How it went|Cómo transcurrió)$/ })).toBeVisible();
      await take(boss, 'activity');
      await boss.goto(`${url}/?lang=${lang}#/reports`);
      await expect(boss.getByRole('slider', { name: /^(Calls by day and code|Llamadas por día y código)/ })).toBeVisible();
      await take(boss, 'report');
      await boss.goto(`${url}/?lang=${lang}#/reports/agents`);
      await expect(boss.getByRole('table', { name: /^(By agent|Por agente)$/ }).getByRole('row')).toHaveCount(11);
      await take(boss, 'agents');
      await boss.goto(`${url}/?lang=${lang}#/wrapups`);
      await expect(heading(boss, /^(Wrap-ups|Llamadas por registrar)/)).toBeVisible();
      await expect(boss.getByRole('main')).not.toHaveAttribute('aria-busy', 'true');
      await take(boss, 'inbox');
      await boss.context().close();

      const admin = await as('admin', '/admin/centre');
      await expect(heading(admin, /^(Centre settings|Ajustes del centro)$/)).toBeVisible();
      await take(admin, 'settings');
      for (const [path, name, title] of [
        ['/admin/codes', 'codes', /^(Disposition codes|Códigos de disposición)$/],
        ['/admin/changes', 'changes', /^(Change log|Registro de cambios)$/],
      ] as const) {
        await admin.goto(`${url}/?lang=${lang}#${path}`);
        await expect(heading(admin, title)).toBeVisible();
        await take(admin, name);
      }
      await admin.context().close();
    });
  });
}
