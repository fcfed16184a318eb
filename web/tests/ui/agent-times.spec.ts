import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, inspect, inspectEach, notice, test } from './stage.ts';

const table = (page: Page) => page.getByRole('table', { name: /^(By agent|Por agente)$/ });
const row = (page: Page, name: string) => table(page).getByRole('row').filter({ hasText: name });
const asked = (page: Page, hash: string) => expect.poll(() => decodeURIComponent(new URL(page.url()).hash)).toBe(hash);

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  mock.signedIn = mock.users[1] ?? null;
});

test('who did what for how long today, and what they do now, is listed and drawn', async ({ page, mock, openApp }) => {
  await openApp('/reports');
  await page.getByRole('navigation', { name: 'Reports' }).getByRole('link', { name: 'Time of agents' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Time in each state' })).toBeVisible();
  await expect(page.getByText('12 Mar 2026. The day is that of Europe/Madrid.')).toBeVisible();
  await expect(row(page, 'Lucía Herrero').getByRole('cell')).toHaveText([/^Away\s+5:00\s+Descanso$/, '', /^1:15:00\s*42%\s*$/, /^12:00\s*7%\s*$/, /^3:00\s*2%\s*$/, /^1:00:00\s*33%\s*$/, /^30:00\s*17%\s*Descanso 20:00$/, '3:00:00']);
  await expect(row(page, 'Marta Vidal')).toContainText('On a call');
  await expect(row(page, 'Nuevo Agente')).toContainText('Not known');
  await inspect(page, 'app-agent-times-wide-en');

  // A day that is over has no state of now, and the address says which day it is.
  await page.getByRole('button', { name: 'Yesterday' }).click();
  await asked(page, '#/reports/agents?when=yesterday');
  await expect(table(page).getByRole('columnheader', { name: 'Now' })).toHaveCount(0);
  expect(mock.of('GET', /^\/reports\/agents\?from=2026-03-11&until=2026-03-11$/)).toHaveLength(1);
});

test('the file is that of the days on screen; too many days are said beside their field', async ({ page, openApp }) => {
  await openApp('/reports/agents?from=2026-03-01&until=2026-03-12');
  const button = page.getByRole('button', { name: 'Download CSV' });
  await expect(table(page)).toBeVisible();
  const [sent, file] = await Promise.all([page.waitForRequest(/\.csv/), page.waitForEvent('download'), button.click()]);
  expect(new URL(sent.url()).search).toBe('?from=2026-03-01&until=2026-03-12&lang=en');
  expect(file.suggestedFilename()).toBe('bitacora-agents-2026-03-01-2026-03-12.csv');
  expect(await readFile(await file.path(), 'utf8')).toContain('1001;4500');
  await expect(notice(page, 'The file has been saved.')).toBeVisible();
  await page.getByLabel('From').fill('2026-02-01');
  await page.keyboard.press('Enter');
  await expect(page.getByText('No more than 31 days.')).toBeVisible();
});

test('times of agents are for supervisors, and can be read where it is narrow, es', async ({ page, mock, openApp }) => {
  await page.setViewportSize({ width: 400, height: 800 });
  await openApp('/reports/agents', 'es');
  await expect(row(page, 'Lucía Herrero')).toContainText('1:15:00');
  await inspectEach(page, 'app-agent-times');
  mock.signedIn = mock.users[0] ?? null;
  await openApp('/reports/agents', 'es');
  await page.reload();
  await expect(page.getByRole('heading', { name: /No tiene permiso|No es para su papel|Sin acceso/ }).or(page.getByText(/No tiene permiso/)).first()).toBeVisible();
});

test('what each measure is stands one click away, under the codes and under the time of agents', async ({ page, openApp }) => {
  for (const [path, lang, summary, text] of [
    ['/reports', 'en', 'What is counted', 'Talk per call: that divided by all calls'],
    ['/reports/agents', 'es', 'Qué se cuenta', 'Trabajo posterior: debe un resumen que aparta las llamadas.'],
  ] as const) {
    await openApp(path, lang);
    await expect(page.getByText(text)).toBeHidden();
    await page.getByText(summary).press('Enter');
    await expect(page.getByText(text)).toBeVisible();
    await inspectEach(page, `definitions${path.replaceAll('/', '-')}`);
  }
});
