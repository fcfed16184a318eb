import type { Page } from '@playwright/test';
import { oneCall } from '../mock/one-call.ts';
import type { Mock } from '../mock/server.ts';
import { expect, inspectEach, test } from './stage.ts';

/** Samples in a second, and how many seconds the sound lasts. */
const RATE = 8_000;
const SECONDS = 2;

/** A second of silence and one more, as a browser plays it. */
function wav(): Buffer {
  const samples = RATE * SECONDS;
  const file = Buffer.alloc(44 + samples, 0x80);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + samples, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(RATE, 28);
  file.writeUInt16LE(1, 32);
  file.writeUInt16LE(8, 34);
  file.write('data', 36);
  file.writeUInt32LE(samples, 40);
  return file;
}

function recorded(mock: Mock, hears: boolean): void {
  mock.activities.set('a-1', oneCall({ recording: true, voicemail: true, can_hear_recording: hears, can_hear_voicemail: hears }));
}

const player = (page: Page) => page.locator('audio').first();

test('a recording is played where the call is shown, and asked for only then', async ({ page, mock, openApp }) => {
  recorded(mock, true);
  const asked: string[] = [];
  await page.route('**/api/v1/activities/*/recording', async (route) => {
    asked.push(route.request().url());
    await route.fulfill({ status: 200, contentType: 'audio/wav', body: wav() });
  });
  await openApp('/activities/a-1');
  await expect(page.getByLabel('Recording', { exact: true })).toBeVisible();
  await expect(page.getByLabel('Voicemail', { exact: true })).toBeVisible();
  expect(asked).toEqual([]);
  await player(page).evaluate((audio) => (audio as HTMLAudioElement).play());
  await expect.poll(() => player(page).evaluate((audio) => (audio as HTMLAudioElement).duration)).toBe(SECONDS);
  await expect.poll(() => player(page).evaluate((audio) => (audio as HTMLAudioElement).currentTime)).toBeGreaterThan(0);
  expect(asked[0]).not.toMatch(/[?&]/);
});

test('a recording that is not there any more says so', async ({ page, mock, openApp }) => {
  recorded(mock, true);
  await page.route('**/api/v1/activities/*/recording', (route) => route.fulfill({ status: 404, body: '' }));
  await openApp('/activities/a-1');
  await player(page).evaluate((audio) => (audio as HTMLAudioElement).play().catch(() => undefined));
  await expect(page.getByText('It cannot be played: the file is not there, or not any more.')).toBeVisible();
});

test('who may not listen reads where it is kept', async ({ page, mock, openApp }) => {
  recorded(mock, false);
  await openApp('/activities/a-1');
  await expect(page.getByText('Kept by the phone system')).toHaveCount(2);
  await expect(page.locator('audio')).toHaveCount(0);
});

test('a page with a recording can be used by everybody', async ({ page, mock, openApp }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  recorded(mock, true);
  await openApp('/activities/a-1');
  await expect(player(page)).toBeVisible();
  await inspectEach(page, 'activity-recorded');
});

for (const hears of [true, false]) {
  test(`a recent call of the panel ${hears ? 'is heard there' : 'that is not for the agent has no player'}`, async ({ page, mock, openPanel }) => {
    const [line] = mock.recent;
    if (!line) throw new Error('no recent call');
    mock.activities.set(line.id, oneCall({ ...line, recording: true, can_hear_recording: hears }));
    await openPanel();
    const asked = page.waitForResponse((answer) => answer.url().endsWith(`/activities/${line.id}`));
    await page.getByRole('region', { name: 'Recent calls' }).getByRole('button', { expanded: false }).first().click();
    await asked;
    await expect(page.getByRole('button', { name: 'Open activity' })).toBeVisible();
    await expect(page.getByLabel('Recording', { exact: true })).toHaveCount(hears ? 1 : 0);
    if (hears) await inspectEach(page, 'panel-recent-recorded', () => expect(player(page)).toBeVisible());
  });
}
