/** The panel as a connector of Salesforce Voice, with Salesforce's own SDK as it is published. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { RESOLVED, VoicePage } from '../lightning/voice.ts';
import { liveCall, matches, wrapup } from '../mock/world.ts';
import { expect, test as base } from './stage.ts';

type Told = { telephonyEventType: string; telephonyEventPayload: unknown };
type Voice = { told: Told[]; ready: { capabilities: Record<string, boolean>; callInProgress: unknown } | null };
type Stage = { voicePage: VoicePage; openVoice: () => Promise<void> };

const voice = (page: Page): Promise<Voice> => page.evaluate(() => structuredClone((window as unknown as { voice: Voice }).voice));
const ask = (page: Page, message: object): Promise<void> => page.evaluate((asked) => (window as unknown as { ask: (asked: object) => void }).ask(asked), message);
const told = async (page: Page): Promise<string[]> => (await voice(page)).told.map(({ telephonyEventType }) => telephonyEventType);

const test = base.extend<Stage>({
  voicePage: async ({}, use) => {
    const page = new VoicePage();
    await page.listen();
    await use(page);
    await page.close();
  },
  openVoice: async ({ page, mock, url, voicePage }, use) => {
    mock.instance.embedding = { ancestors: [voicePage.origin], lightning: [voicePage.origin] };
    const panel = `http://localhost:${new URL(url).port}/panel.html?host=scv&lang=en`;
    await use(async () => {
      await page.goto(`${voicePage.origin}/?panel=${encodeURIComponent(panel)}`);
      await expect.poll(async () => (await voice(page)).ready).not.toBeNull();
    });
  },
});

test.use({
  ignoreHTTPSErrors: true,
  launchOptions: { executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', `--host-resolver-rules=${RESOLVED}`] },
});

test('the connector says what can be asked of a call', async ({ page, openVoice }) => {
  await openVoice();
  const { ready } = await voice(page);
  expect(ready?.callInProgress).toBeNull();
  expect(ready?.capabilities).toMatchObject({ MUTE: true, RECORD: false, MERGE: false, SWAP: false, CONTACT_SEARCH: false, DEBUG_ENABLED: false });
});

test('p09 the connector is seen by nobody and counts as no panel', async ({ mock, openVoice }) => {
  await openVoice();
  await expect.poll(() => mock.hellos.map(({ unseen }) => unseen)).toEqual([true]);
});

test('p01 a call rings, is answered, ends and becomes After Call Work, and Salesforce is told each once', async ({ page, mock, openVoice }) => {
  await openVoice();
  mock.push((now) => void (now.calls = [liveCall('e1', 'ringing', matches.one())]));
  await expect.poll(() => told(page)).toEqual(['CALL_STARTED']);
  const [{ telephonyEventPayload: started }] = (await voice(page)).told as [Told];
  expect(started).toMatchObject({ callId: 'e1', callType: 'Inbound', phoneNumber: '+34600123456', state: 'ringing' });
  mock.push((now) => void (now.calls = [liveCall('e1', 'connected', matches.one())]));
  await expect.poll(() => told(page)).toEqual(['CALL_STARTED', 'CALL_CONNECTED']);
  mock.push((now) => void (now.calls = [liveCall('e1', 'held', matches.one())]));
  mock.push((now) => void Object.assign(now, { calls: [], wrapups: [wrapup('e1', matches.one())] }));
  await expect.poll(() => told(page)).toEqual(['CALL_STARTED', 'CALL_CONNECTED', 'HANGUP', 'AFTER_CALL_WORK_STARTED']);
  expect((await voice(page)).told.at(-1)?.telephonyEventPayload).toEqual({ callId: 'e1' });
  mock.push((now) => void (now.wrapups = []));
  await expect.poll(async () => (await told(page)).at(-1)).toBe('WRAP_UP_ENDED');
});

test('what Salesforce asks of a call is done by the phone system, and told once', async ({ page, mock, openVoice }) => {
  await openVoice();
  mock.push((now) => void (now.calls = [liveCall('e1', 'ringing', matches.one())]));
  await expect.poll(() => told(page)).toEqual(['CALL_STARTED']);
  await ask(page, { type: 'ACCEPT_CALL', call: { callId: 'e1', callType: 'Inbound' } });
  await expect.poll(() => told(page)).toEqual(['CALL_STARTED', 'CALL_CONNECTED']);
  mock.push((now) => void (now.calls = [liveCall('e1', 'connected', matches.one())]));
  await ask(page, { type: 'HOLD', call: { callId: 'e1' } });
  await ask(page, { type: 'END_CALL', call: { callId: 'e1' } });
  await expect.poll(async () => (await told(page)).slice(2)).toContain('HOLD_TOGGLE');
  await expect.poll(() => mock.of('POST', /^\/me\/(control|hang-up)$/).map(({ body }) => body)).toEqual([
    { engagement: 'e1', ask: 'answer' },
    { engagement: 'e1', ask: 'hold' },
    { engagement: 'e1' },
  ]);
  expect((await told(page)).filter((type) => type === 'CALL_CONNECTED')).toHaveLength(1);
});

test('p06 a number that is clicked in Salesforce is dialled', async ({ page, mock, openVoice }) => {
  await openVoice();
  await ask(page, { type: 'DIAL', contact: { phoneNumber: '+34600123456' } });
  await expect.poll(() => mock.of('POST', /^\/me\/dial$/).map(({ body }) => body)).toEqual([{ number: '+34600123456', from: { from: 'typed' } }]);
  await expect.poll(() => told(page)).toEqual(['CALL_STARTED']);
});

test('the SDK is served as it was published', async ({ page, openVoice }) => {
  const served = page.waitForResponse(/\/assets\/scv-connector-base-[^/]*\.js$/);
  await openVoice();
  const published = await readFile(new URL('../../node_modules/@salesforce/scv-connector-base/dist/scv-connector-base.js', import.meta.url));
  const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  expect(digest(await (await served).body())).toBe(digest(published));
});
