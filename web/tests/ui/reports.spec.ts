import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { calls } from '../mock/activities.ts';
import { Refusal } from '../mock/endpoints.ts';
import { expect, inspect, inspectEach, notice, test } from './stage.ts';

const chart = (page: Page) => page.getByRole('slider', { name: /^(Calls by day and code|Llamadas por día y código)/ });
const table = (page: Page, name: string) => page.getByRole('table', { name });
const listed = (page: Page) => page.getByRole('heading', { level: 2 }).filter({ hasText: /^(The newest )?\d+ calls?$/ });
const asked = (page: Page, hash: string) => expect.poll(() => decodeURIComponent(new URL(page.url()).hash)).toBe(hash);

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 1400 });
  mock.signedIn = mock.users[1] ?? null;
});

test('calls by code and day are drawn, read out by the keyboard, listed as a table, and lead to themselves', async ({ page, mock, openApp }) => {
  await openApp('/reports');
  await expect(page.getByRole('heading', { name: 'By day' })).toBeVisible();
  await expect(page.getByText('Calls by disposition code, 11 Feb 2026 – 12 Mar 2026. Days are those of Europe/Madrid.')).toBeVisible();
  await expect(chart(page)).toHaveAttribute('aria-valuetext', 'Whole time');
  await expect(page.getByRole('region', { name: 'By day' }).getByText('Whole time')).toBeVisible();
  await inspect(page, 'app-reports-wide-en');
  await chart(page).press('End');
  await expect(chart(page)).toHaveAttribute('aria-valuetext', '12 Mar 2026: 2 calls; Resolved 1; No wrap-up 1');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(chart(page)).toHaveAttribute('aria-valuetext', /^10 Mar 2026: 2 calls/);
  await expect(page.getByRole('link', { name: '2 calls: 10 Mar 2026' })).toBeVisible();
  // The mouse reads another day out, and leaves the one that the keyboard has come to.
  const box = await chart(page).boundingBox();
  await page.mouse.move(box!.x + box!.width - 15, box!.y + 60);
  await expect(chart(page)).toHaveAttribute('aria-valuetext', /^12 Mar 2026/);
  await page.mouse.move(0, 0);
  await expect(chart(page)).toHaveAttribute('aria-valuetext', /^10 Mar 2026/);
  await page.keyboard.press('Enter');
  await asked(page, '#/activities?from=2026-03-10&until=2026-03-10');
  await expect(listed(page)).toHaveText('The newest 2 calls');
  await page.goBack();
  // The same numbers as a table, to the last one.
  await page.getByRole('button', { name: 'Show as a table' }).click();
  const days = table(page, 'By day');
  await expect(days.getByRole('row')).toHaveCount(31);
  await expect(days.getByRole('columnheader').nth(1)).toHaveText('Calls');
  await expect(days.getByRole('row', { name: /^12 Mar 2026/ }).getByRole('cell').first()).toHaveText('2');
  const groups = table(page, 'By ring group');
  await expect(groups.getByRole('row')).toHaveCount(4);
  // What no filter of the list can say is a number and no link.
  await expect(groups.getByRole('row', { name: /No ring group/ }).getByRole('link')).toHaveCount(0);
  await groups.getByRole('link', { name: /^\d+ calls: Ventas y altas, Resolved$/ }).click();
  await asked(page, '#/activities?from=2026-02-11&until=2026-03-12&ring_group=Ventas&code=c-res');
  await expect(listed(page)).toBeVisible();
  await page.goBack();
  await table(page, 'By agent').getByRole('link', { name: /^\d+ calls: Lucía Herrero$/ }).click();
  await asked(page, '#/activities?from=2026-02-11&until=2026-03-12&agent=1001');
  await page.goBack();
  await page.getByRole('link', { name: /^\d+ calls: No wrap-up, Whole time$/ }).click();
  await asked(page, '#/activities?from=2026-02-11&until=2026-03-12&outcome=no_wrapup');
  expect(mock.of('GET', /^\/reports/)[0]?.path).toBe('/reports/dispositions?from=2026-02-11&until=2026-03-12');
});

test('what a report is of stands in the address; in another zone its days begin elsewhere', async ({ page, mock, openApp }) => {
  const last = (): string => decodeURIComponent(mock.of('GET', /^\/reports/).at(-1)?.path ?? '');
  await openApp('/reports');
  await page.getByRole('button', { name: '7 days' }).click();
  await page.getByRole('combobox', { name: 'Direction' }).selectOption('Inbound');
  // Also who had no call in these days; who left may be chosen as long as there are calls of theirs.
  await expect(page.getByRole('combobox', { name: 'Agent' }).getByRole('option', { name: 'Admin Demo' })).toBeAttached();
  await page.getByRole('combobox', { name: 'Agent' }).selectOption('Mateo Gil');
  await page.getByLabel('Ring group', { exact: true }).selectOption('Ventas');
  await page.getByLabel('Time zone').fill('Mars/Olympus');
  await page.getByLabel('Time zone').press('Enter');
  await expect(page.getByText('There is no such time zone.')).toBeVisible();
  await page.getByLabel('Time zone').fill('America/Mexico_City');
  await page.getByLabel('Time zone').press('Enter');
  await asked(page, '#/reports?when=7d&direction=inbound&agent=1004&ring_group=Ventas&zone=America/Mexico_City');
  await expect.poll(last).toBe('/reports/dispositions?from=2026-03-06&until=2026-03-12&zone=America/Mexico_City&direction=inbound&ring_group=Ventas&agent=1004');
  await page.getByRole('region', { name: 'By day' }).getByRole('link', { name: /Whole time$/ }).first().click();
  await asked(page, '#/activities?from=2026-03-06T06:00:00.000Z&until=2026-03-13T06:00:00.000Z&direction=inbound&ring_group=Ventas&agent=1004');
  await page.goBack();
  await page.getByRole('button', { name: 'Own range' }).click();
  await page.getByLabel('From', { exact: true }).fill('2025-01-01');
  await page.getByLabel('To', { exact: true }).fill('2026-03-01');
  await expect(page.getByText('No more than 400 days.')).toBeVisible();
  // Of a long time weeks are drawn, from Monday on.
  await page.getByLabel('From', { exact: true }).fill('2025-10-01');
  await expect(page.getByRole('heading', { name: 'By week' })).toBeVisible();
  await chart(page).press('End');
  await expect(chart(page)).toHaveAttribute('aria-valuetext', /^Week from 9 Mar 2026/);
  await page.getByLabel('Ring group', { exact: true }).selectOption('Facturación');
  await expect(page.getByText('There are no calls in this time.')).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).press('Enter');
  await asked(page, '#/reports');
  await expect(page.getByRole('heading', { level: 1, name: 'Reports' })).toBeFocused();
});

test('the file comes with the access token and in the language of the page, and what fails is said', async ({ page, mock, openApp }) => {
  let refuse = true;
  mock.gate = ({ path }) => {
    if (refuse && path.startsWith('/reports')) throw new Refusal(503, 'unavailable');
  };
  await openApp('/reports?when=7d', 'es');
  await expect(page.getByRole('alert').filter({ hasText: 'inténtelo dentro de un momento' })).toBeVisible();
  const button = page.getByRole('button', { name: 'Descargar CSV' });
  await button.click();
  await expect(page.getByRole('alert').filter({ hasText: 'inténtelo dentro de un momento' })).toHaveCount(2);
  refuse = false;
  await page.getByRole('button', { name: 'Reintentar' }).click();
  await expect(chart(page)).toBeVisible();
  const [sent, file] = await Promise.all([page.waitForRequest(/\.csv/), page.waitForEvent('download'), button.click()]);
  expect(sent.headers()['authorization']).toMatch(/^Bearer /);
  expect(sent.url()).toMatch(/from=2026-03-06&until=2026-03-12&lang=es$/);
  expect(file.suggestedFilename()).toBe('bitacora-codigos-2026-03-06-2026-03-12.csv');
  expect(await readFile(await file.path(), 'utf8')).toContain('2026-03-12;2');
  await expect(notice(page, 'Se ha guardado el archivo.')).toBeVisible();
});

test('a busy week with more codes than colours, narrow in Spanish', async ({ page, mock, openApp }) => {
  await page.setViewportSize({ width: 400, height: 1400 });
  const codes = mock.sets.flatMap((set) => set.codes);
  const more = Array.from({ length: 6 }, (_, at) => ({ ...codes[0]!, id: `c-m${at}`, label: { es: `Motivo ${at}`, en: `Reason ${at}` } }));
  mock.sets[0]!.codes.push(...more);
  mock.past = calls(700, 1).map((one, at) => (one.code && at % 2 ? { ...one, code: [...codes, ...more][at % 14]! } : one));
  await openApp('/reports?when=7d', 'es');
  await expect(page.getByRole('listitem').filter({ hasText: /Otros códigos \(\d\)/ })).toBeVisible();
  await page.getByRole('button', { name: 'Mostrar como tabla' }).click();
  await inspectEach(page, 'app-reports');
});

test('reports are for supervisors', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[0] ?? null;
  await openApp('/reports');
  await expect(page.getByRole('heading', { name: 'Not for your role' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Reports' })).toHaveCount(0);
  expect(mock.of('GET', /^\/reports/)).toEqual([]);
});

test('merged codes count as what they became on the page and in its file', async ({ page, mock, openApp }) => {
  await openApp('/reports');
  await page.getByRole('checkbox', { name: 'Merged codes as what they became' }).check();
  await expect.poll(() => mock.of('GET', /^\/reports\/dispositions\?.*mapped=yes/).length).toBeGreaterThan(0);
  await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download CSV' }).click()]);
  expect(mock.of('GET', /^\/reports\/dispositions\.csv\?.*mapped=yes/)).toHaveLength(1);
});
