import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { hourStart } from '../../src/lib/days.ts';
import { expect, inspect, inspectEach, test } from './stage.ts';

const table = (page: Page, name: string) => page.getByRole('table', { name });
const asked = (page: Page, hash: string) => expect.poll(() => decodeURIComponent(new URL(page.url()).hash)).toBe(hash);
const number = async (text: Promise<string | null>): Promise<number> => Number(/\d+/.exec((await text) ?? '')?.[0]);

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 1400 });
  mock.signedIn = mock.users[1] ?? null;
});

test('an hour of a day begins when clocks there say so, also where they are changed', () => {
  const at = (day: string, hour: number, zone: string): string => new Date(hourStart(day, hour, zone)).toISOString();
  expect(at('2026-03-12', 10, 'Europe/Madrid')).toBe('2026-03-12T09:00:00.000Z');
  // An hour that comes twice begins the first time and ends when the next one begins: it holds both.
  expect([at('2026-10-25', 2, 'Europe/Madrid'), at('2026-10-25', 3, 'Europe/Madrid')]).toEqual(['2026-10-25T00:00:00.000Z', '2026-10-25T02:00:00.000Z']);
  expect([at('2026-03-29', 1, 'Europe/Madrid'), at('2026-03-29', 3, 'Europe/Madrid')]).toEqual(['2026-03-29T00:00:00.000Z', '2026-03-29T01:00:00.000Z']);
  expect(at('2026-10-25', 24, 'Europe/Madrid')).toBe('2026-10-25T23:00:00.000Z');
});

test('a number leads to its calls: a ring group, what was lost, a week, an hour of one day', async ({ page, mock, openApp }) => {
  await openApp('/reports/calls?when=30d&per=week&compare=before');
  // 30 days are no whole weeks: theirs would begin on other days.
  await expect(page.getByText('The periods of that time begin on other days: they are not compared one by one.')).toBeVisible();
  await expect(page.getByText('Compared with 12 Jan 2026 – 10 Feb 2026, the paler marks.')).toBeVisible();
  const group = table(page, 'Ring group').getByRole('row', { name: /^Soporte/ });
  const calls = await number(group.getByRole('link').first().textContent());
  await inspect(page, 'app-call-times-compared-wide-en');
  await group.getByRole('link').first().click();
  await asked(page, '#/activities?from=2026-02-11&until=2026-03-12&ring_group=Soporte');
  // The list has as many calls as the number said.
  await page.goBack();
  await expect(group).toBeVisible();
  expect(mock.history.concat(mock.past).filter((one) => one.ring_group === 'Soporte' && one.type && one.started_at >= '2026-02-10T23:00:00.000Z')).toHaveLength(calls);
  await group.getByRole('link', { name: /Soporte, Lost/ }).click();
  await asked(page, '#/activities?from=2026-02-11&until=2026-03-12&ring_group=Soporte&type=abandoned,missed');
  await page.goBack();
  await table(page, 'Week').getByRole('link', { name: /: 2 Mar 2026, Calls$/ }).click();
  await asked(page, '#/activities?from=2026-03-02&until=2026-03-08');
  await page.goBack();
  // Of an hour of all Mondays there is no list: of each Monday there is one.
  const cell = table(page, 'When calls begin').getByRole('button', { name: /^\d+ calls?: Monday/ }).first();
  const hour = Number(/(\d\d):00/.exec((await cell.getAttribute('aria-label')) ?? '')?.[1]);
  await cell.press('Enter');
  const days = page.getByRole('status').filter({ hasText: 'The list knows one hour of one day at a time' });
  await expect(days.getByRole('link')).toHaveText(['9 Mar 2026', '2 Mar 2026', '23 Feb 2026', '16 Feb 2026']);
  await days.getByRole('link').first().click();
  const utc = String(hour - 1).padStart(2, '0');
  await asked(page, `#/activities?from=2026-03-09T${utc}:00:00.000Z&until=2026-03-09T${String(hour).padStart(2, '0')}:00:00.000Z`);
  // Of one week each day is there once, and a cell leads to its calls at once.
  await openApp('/reports/calls?when=7d');
  const link = table(page, 'When calls begin').getByRole('link').first();
  await expect(link).toHaveAttribute('href', /^#\/activities\?from=2026-03-\d\dT\d\d%3A00/);
  await openApp('/reports/agents');
  await page.getByRole('link', { name: 'Calls of Lucía Herrero (On a call: 1:15:00)' }).click();
  await asked(page, '#/activities?from=2026-03-12&until=2026-03-12&agent=1001');
});

test('a chart is kept as numbers, as a picture, and as a link that means the same days tomorrow', async ({ page, mock, context, openApp }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  mock.users[0]!.name = '=HYPERLINK("http://evil.example")';
  mock.past = mock.past.map((one) => (one.agent === '1001' ? { ...one, agent_name: '=1+1' } : one));
  mock.history = [];
  await openApp('/reports?when=7d&compare=before');
  const pick = async (chart: string, item: string) => {
    await page.getByRole('button', { name: `Export: ${chart}` }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  const [numbers] = await Promise.all([page.waitForEvent('download'), pick('By agent', 'Save as CSV')]);
  expect(numbers.suggestedFilename()).toBe('bitacora-by-agent-2026-03-06-2026-03-12.csv');
  const text = await readFile(await numbers.path(), 'utf8');
  expect(text.startsWith('\ufeffAgent,Calls,')).toBe(true);
  // What somebody is called is no formula of whoever opens the file.
  expect(text).toMatch(/\r\n'=1\+1,\d+,/);
  for (const [chart, least] of [['By day', 900], ['By code', 900]] as const) {
    const [picture] = await Promise.all([page.waitForEvent('download'), pick(chart, 'Save as a picture (PNG)')]);
    const bytes = await readFile(await picture.path());
    if (process.env['BITACORA_SCREENS']) await picture.saveAs(`${process.env['BITACORA_SCREENS']}/chart-${chart.replace(' ', '-').toLowerCase()}.png`);
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(bytes.readUInt32BE(16)).toBeGreaterThan(least);
    // It is painted: other colours than white, black and grey are in it.
    expect(await page.evaluate(async (data) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
      const pen = canvas.getContext('2d')!;
      pen.drawImage(image, 0, 0);
      const points = pen.getImageData(0, 0, image.width, image.height).data;
      let coloured = 0;
      for (let at = 0; at < points.length; at += 4) if (Math.abs(points[at]! - points[at + 2]!) > 60) coloured += 1;
      return coloured > 500;
    }, bytes.toString('base64'))).toBe(true);
  }
  await pick('By code', 'Copy a link to it');
  await expect(page.getByRole('status').filter({ hasText: 'The link has been copied.' })).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(new URL(copied).hash).toBe('#/reports?compare=before&from=2026-03-06&until=2026-03-12');
  await openApp('/reports/calls?when=7d');
  const [hours] = await Promise.all([page.waitForEvent('download'), pick('When calls begin', 'Save as a picture (PNG)')]);
  if (process.env['BITACORA_SCREENS']) await hours.saveAs(`${process.env['BITACORA_SCREENS']}/chart-hours.png`);
  expect((await readFile(await hours.path())).readUInt32BE(16)).toBe((92 + 24 * 34 + 32) * 2);
});

test('what a browser does not let be copied is shown to be copied by hand', async ({ page, openApp }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await openApp('/reports/agents?when=yesterday&compare=before');
  await page.getByRole('button', { name: 'Export: By agent' }).click();
  await page.getByRole('menuitem', { name: 'Copy a link to it' }).press('Enter');
  await expect(page.getByRole('textbox', { name: 'Copy a link to it' })).toHaveValue(/#\/reports\/agents\?compare=before&from=2026-03-11&until=2026-03-11$/);
  await inspectEach(page, 'app-agent-times-compared');
});
