import type { Page } from '@playwright/test';
import { Refusal } from '../mock/endpoints.ts';
import { ago } from '../mock/world.ts';
import { clean, expect, inspect, inspectEach, options, test } from './stage.ts';

const WIDE = { width: 1280, height: 900 };

const rows = (page: Page) => page.getByRole('table', { name: 'Activities' }).getByRole('row');
const pills = (page: Page) => page.getByRole('list', { name: 'Filters that hold' }).getByRole('listitem');
const asked = (page: Page, path: string) => expect.poll(() => new URL(page.url()).hash).toBe(path);

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize(WIDE);
  mock.signedIn = mock.users[1] ?? null;
});

test('every filter is asked of the server, stands in the address, and goes by its pill or on the way back', async ({ page, mock, openApp }) => {
  // Of a search that goes on by itself the first request is meant.
  const begun = (): string[] => mock.of('GET', /^\/activities(\?|$)/).map(({ path }) => path).filter((path) => !path.includes('after='));
  const last = (): URLSearchParams => new URLSearchParams(begun().at(-1)?.split('?')[1]);
  const choose = async (name: string, value: string): Promise<void> => void (await page.getByRole('combobox', { name, exact: true }).selectOption(value));
  const type = async (name: string, text: string): Promise<void> => {
    await page.getByLabel(name, { exact: true }).fill(text);
    await page.keyboard.press('Enter');
  };
  await openApp('/people');
  await page.getByRole('link', { name: 'Activities', exact: true }).click();
  await expect(rows(page)).toHaveCount(6);
  await expect(pills(page)).toHaveCount(0);
  await page.getByRole('button', { name: '30 days' }).click();
  await asked(page, '#/activities?when=30d');
  // Days are those of this computer: in Madrid the 11th of February begins an hour before it does in UTC.
  await expect.poll(() => last().get('from')).toBe('2026-02-10T23:00:00.000Z');
  // Also who had no call of these.
  await expect(page.getByRole('combobox', { name: 'Agent' }).getByRole('option', { name: 'Admin Demo' })).toBeAttached();
  await choose('Agent', 'Lucía Herrero');
  await page.getByRole('button', { name: /^Code/ }).click();
  await page.getByRole('checkbox', { name: /^Call back/ }).check();
  await page.getByRole('checkbox', { name: /^Billing/ }).check();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Type/ }).click();
  await page.getByRole('checkbox', { name: 'Inbound' }).check();
  await page.getByRole('checkbox', { name: 'Missed' }).check();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Type Inbound, Missed' })).toBeFocused();
  await page.getByRole('button', { name: /^Outcome/ }).click();
  await page.getByRole('checkbox', { name: 'Logged', exact: true }).check();
  await type('Number', '12');
  await expect(page.getByText('At least 4 digits.')).toBeVisible();
  await type('Number', '600 12 34');
  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByRole('button', { name: /^Direction/ }).click();
  await page.getByRole('checkbox', { name: 'Inbound' }).last().check();
  await choose('Ring group', 'Soporte');
  await type('Dialled number', '+34 910 00 00 01');
  await type('Words in the notes', 'domicilio hecho');
  await type('Talk time, at least', '1:30');
  await type('Talk time, at most', 'soon');
  await expect(page.getByText('Write seconds, or minutes and seconds')).toBeVisible();
  await type('Talk time, at most', '900');
  await type('Wait, at least', '5');
  await type('On hold, at most', '1:00');
  await type('After Call Work, at most', '30');
  await page.getByRole('button', { name: /^Ended by/ }).click();
  await page.getByRole('checkbox', { name: 'The agent' }).check();
  await page.getByRole('button', { name: /^Why not logged/ }).click();
  await page.getByRole('checkbox', { name: 'Wrong number' }).check();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Why this record/ }).click();
  await page.getByRole('checkbox', { name: 'The only one with the number' }).check();
  await page.keyboard.press('Escape');
  await type('Logged from', '2026-02-01');
  await type('Logged until', '2026-02-28');
  await type('Name of the other party', 'ana');
  for (const name of ['With a code', 'Corrected']) await choose(name, 'Yes');
  await choose('Several agents', 'No');
  for (const name of ['Recording', 'On a record']) await choose(name, 'Yes');
  for (const name of ['Voicemail', 'Possible']) await choose(name, 'No');
  await page.getByRole('combobox', { name: 'Record', exact: true }).fill('ana ruiz');
  await options(page).first().click();
  await page.getByRole('combobox', { name: 'Case', exact: true }).fill('1042');
  await options(page, { name: /Factura duplicada/ }).click();
  await expect(pills(page)).toHaveCount(30);
  await expect(pills(page).filter({ hasText: 'Case: 00001042 · Factura duplicada' })).toBeVisible();
  await expect(pills(page).filter({ hasText: 'Talk time, at least: 1:30' })).toBeVisible();
  await expect(pills(page).filter({ hasText: /Logged until: 28 Feb/ })).toBeVisible();
  await expect.poll(() => Object.fromEntries(last())).toEqual({
    from: '2026-02-10T23:00:00.000Z',
    agent: '1001',
    code: expect.stringMatching(/^c-[a-z]+,c-[a-z]+$/),
    coded: 'true',
    corrected: 'true',
    handed_over: 'false',
    wait_min_s: '5',
    hold_max_s: '60',
    acw_max_s: '30',
    hung_up_by: 'agent',
    reason: 'wrong_number',
    settled_by: 'one_match',
    logged_from: '2026-01-31T23:00:00.000Z',
    logged_until: '2026-02-28T23:00:00.000Z',
    party_name: 'ana',
    type: 'inbound,missed',
    outcome: 'logged',
    number: '600 12 34',
    direction: 'inbound',
    ring_group: 'Soporte',
    did: '+34 910 00 00 01',
    notes: 'domicilio hecho',
    talk_min_s: '90',
    talk_max_s: '900',
    recording: 'true',
    matched: 'true',
    voicemail: 'false',
    possible: 'false',
    party: 'p-ana',
    case: 'k-inv',
  });
  // The address alone says all of it, names included.
  await page.reload();
  await expect(pills(page)).toHaveCount(30);
  await expect(pills(page).filter({ hasText: 'Record: Ana Ruiz' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'More filters (24)' })).toBeVisible();
  // Pills go by the keyboard alone, and the way back brings one again.
  await page.getByRole('button', { name: 'Remove the filter When: 30 days' }).press('Enter');
  await expect(pills(page)).toHaveCount(29);
  await expect(page.getByRole('button', { name: 'Remove the filter Agent: Lucía Herrero' })).toBeFocused();
  await page.goBack();
  await expect(pills(page)).toHaveCount(30);
  await page.getByRole('main').getByRole('button', { name: 'Clear filters' }).first().click();
  await asked(page, '#/activities');
  await expect(page.getByRole('heading', { level: 1, name: 'Activities' })).toBeFocused();
  await expect(rows(page)).toHaveCount(6);
});

test('a range of own days includes both, and one of moments from elsewhere is shown as it is', async ({ page, mock, openApp }) => {
  const last = (): string | undefined => mock.of('GET', /^\/activities(\?|$)/).at(-1)?.path;
  await openApp('/activities');
  await page.getByRole('button', { name: 'Yesterday' }).click();
  await expect.poll(last).toContain('from=2026-03-10T23%3A00%3A00.000Z&until=2026-03-11T23%3A00%3A00.000Z');
  // An own range begins as what was chosen before.
  await page.getByRole('button', { name: 'Own range' }).click();
  await asked(page, '#/activities?from=2026-03-11&until=2026-03-11');
  await page.getByLabel('From', { exact: true }).fill('2026-03-05');
  await page.getByLabel('To', { exact: true }).fill('2026-03-04');
  await expect(page.getByText('This is before the first day.')).toBeVisible();
  await page.getByLabel('To', { exact: true }).fill('2026-03-06');
  await asked(page, '#/activities?from=2026-03-05&until=2026-03-06');
  await expect.poll(last).toContain('from=2026-03-04T23%3A00%3A00.000Z&until=2026-03-06T23%3A00%3A00.000Z');
  await expect(pills(page)).toContainText('5 Mar 2026 – 6 Mar 2026');
  await inspect(page, 'app-activities-wide-en');
  await openApp('/activities?from=2026-03-05T06:00:00Z');
  await expect(pills(page)).toContainText('from 5 Mar 2026, 07:00:00');
  await expect.poll(last).toBe('/activities?from=2026-03-05T06%3A00%3A00.000Z');
});

test('a search goes on by itself while it finds nothing and gets further back, and says how far it is', async ({ page, mock, openApp }) => {
  let hold: (() => void) | undefined;
  mock.gate = ({ path }) => (path.includes('after=24') ? new Promise((go) => (hold = go)) : undefined);
  await openApp('/activities?case=k-inv&when=30d');
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(rows(page)).toHaveCount(3);
  await page.getByRole('button', { name: 'Show more' }).click();
  // Two requests further on nothing was found, and nobody had to press anything.
  await expect(page.getByText(/^Searching… so far back to 1 Mar 2026/)).toBeVisible();
  await expect.poll(() => hold).toBeDefined();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByText(/^\s*Searched back to 1 Mar 2026/)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'The newest 2 calls' })).toBeVisible();
  mock.gate = () => {};
  hold?.();
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(page.getByRole('heading', { name: '2 calls', exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Show more' })).toHaveCount(0);
  // A search that does not get on stops, whatever the server says of its end.
  mock.past = Array.from({ length: 29 }, (_, at) => ({ ...mock.past[0]!, id: `same-${at}`, started_at: ago(86_400 * 30) }));
  await openApp('/activities?code=c-que');
  await expect(page.getByText(/None found so far\.\s*Searched back to/)).toBeVisible();
  await page.getByRole('button', { name: 'Search further back' }).click();
  await expect(page.getByText('No call is like this.')).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).last().press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await expect(rows(page)).toHaveCount(6);
});

test('a row opens its call, and the way back leads to where the list was left', async ({ page, openApp }) => {
  await openApp('/activities?when=30d');
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(rows(page)).toHaveCount(11);
  await rows(page).nth(8).getByRole('cell').last().click();
  await expect(page.getByRole('heading', { level: 2, name: 'Why it is filed this way' })).toBeVisible();
  await page.goBack();
  await expect(rows(page)).toHaveCount(11);
  await expect(rows(page).nth(8).getByRole('link').first()).toBeFocused();
  await expect(rows(page).nth(8)).toBeInViewport();
});

test('what fails is said beside what is there, and a filter that makes no sense by its name', async ({ page, mock, openApp }) => {
  let refuse = false;
  mock.gate = ({ path }) => {
    if (refuse && path.startsWith('/activities')) throw new Refusal(503, 'unavailable');
  };
  await openApp('/activities');
  await expect(rows(page)).toHaveCount(6);
  refuse = true;
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'try again in a moment' })).toBeVisible();
  await expect(rows(page)).toHaveCount(6);
  refuse = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(rows(page)).toHaveCount(11);
  await openApp('/activities?number=12');
  await expect(page.getByRole('alert').filter({ hasText: 'The filter “Number” cannot be understood.' })).toBeVisible();
  await page.getByRole('button', { name: /^Remove the filter Number/ }).click();
  await expect(rows(page)).toHaveCount(6);
});

test('an agent sees the calls they took part in, and is not asked for an agent', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[0] ?? null;
  await openApp('/activities');
  await expect(page.getByRole('heading', { level: 1, name: 'My Activities' })).toBeVisible();
  await expect(rows(page)).toHaveCount(4);
  await expect(page.getByRole('combobox', { name: 'Agent' })).toHaveCount(0);
  await expect(rows(page).filter({ hasText: 'Marta Vidal' })).toHaveCount(0);
  expect(mock.of('GET', /^\/reports/)).toEqual([]);
});

test('the list with all its filters and with nothing found, narrow in Spanish', async ({ page, openApp }) => {
  await page.setViewportSize({ width: 400, height: 900 });
  await openApp('/activities?when=30d&type=inbound,missed', 'es');
  await expect(page.getByRole('table', { name: 'Actividades' })).toBeVisible();
  await page.getByRole('button', { name: 'Más filtros' }).click();
  await page.getByRole('button', { name: /^Resultado/ }).click();
  await inspectEach(page, 'app-activities');
  await page.getByRole('button', { name: 'Ayer' }).click();
  await page.getByLabel('Número', { exact: true }).fill('999 999');
  await page.keyboard.press('Enter');
  await expect(page.getByText('No hay ninguna llamada así.')).toBeVisible();
  await clean(page);
});
