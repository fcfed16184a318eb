import type { Locator, Page } from '@playwright/test';
import type { Controls, LiveCall } from '../../src/lib/api/contract.ts';
import { Refusal } from '../mock/endpoints.ts';
import { call, liveCall, matches, NOW, panel } from '../mock/world.ts';
import type { Mock } from '../mock/server.ts';
import { connects, ends, holds, registered, rings, scriptPhone, told } from './scripted-phone.ts';
import { expect, inspectWide, LANGUAGES, test } from './stage.ts';

const bar = (page: Page): Locator => page.getByRole('region', { name: /^(Browser phone|Teléfono del navegador)$/ });
const key = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
const asked = (mock: Mock): unknown[] => mock.of('POST', /^\/me\/(control|hang-up|dial)$/).map(({ path, body }) => [path, body]);

/** The panel of an agent who has a phone in the browser, which is registered. */
async function ready(page: Page, mock: Mock, openPanel: (lang?: string) => Promise<void>, lang = 'en'): Promise<void> {
  await scriptPhone(page);
  mock.panel = { ...mock.panel, web_phone: true };
  await openPanel(lang);
  await page.waitForFunction(() => 'line' in window);
  await registered(page);
  await expect(bar(page).getByText(/ready$|listo$/)).toBeVisible();
}

const ringing = (mock: Mock): void => mock.push((now) => void (now.calls = [liveCall('e1', 'ringing', matches.one())]));
const connected = (mock: Mock, more: Partial<LiveCall> = {}): void => mock.push((now) => void (now.calls = [liveCall('e1', 'connected', matches.one(), more)]));

/** Ana's call was answered at the phone of this window. */
async function talks(page: Page, mock: Mock): Promise<void> {
  ringing(mock);
  await rings(page);
  await key(page, 'Answer').click();
  await expect.poll(() => told(page)).toContain('answer');
  await connects(page);
  connected(mock);
}

test('who has no phone in the browser loads nothing of it and sees nothing of it', async ({ page, mock, openPanel }) => {
  const loaded = await scriptPhone(page);
  await openPanel();
  await expect(page.getByText('No call right now')).toBeVisible();
  await expect(bar(page)).toHaveCount(0);
  expect([loaded(), mock.of('GET', /^\/me\/phone$/).length]).toEqual([0, 0]);
});

test('a call that rings here is answered, held, muted and ended by this phone alone', async ({ page, mock, openPanel }) => {
  await ready(page, mock, openPanel);
  await talks(page, mock);
  await key(page, 'Hold').click();
  await holds(page, true);
  await expect(page.getByText('On hold')).toBeVisible();
  await key(page, 'Take back').click();
  await holds(page, false);
  await key(page, 'Mute').click();
  await expect(page.getByRole('status').filter({ hasText: 'You are muted' })).toBeVisible();
  await key(page, 'Unmute').click();
  await key(page, 'Hang up').click();
  await ends(page, 'here');
  await expect(key(page, 'Mute')).toHaveCount(0);
  expect(await told(page)).toEqual(['registers 1001 at wss://pbx.example:8089/ws', 'answer', 'hold true', 'hold false', 'mute true', 'mute false', 'leave']);
  expect(asked(mock)).toEqual([]);
});

test('what both the phone and the phone system can do has one key, and what only the phone system can do is asked of it', async ({ page, mock, openPanel }) => {
  await ready(page, mock, openPanel);
  await talks(page, mock);
  const can: Controls = { answer: false, hold: true, mute: true, transfer: true, ask_first: false, pause_recording: true, muted: false, recording: 'on', asks: null };
  connected(mock, { controls: can });
  const keys = page.getByRole('group', { name: 'Call controls' }).getByRole('button');
  await expect(keys).toHaveText(['Hold', 'Mute', 'Pause recording', 'Transfer', 'Keypad']);
  await key(page, 'Pause recording').click();
  await expect.poll(() => asked(mock)).toEqual([['/me/control', { engagement: 'e1', ask: 'pause_recording' }]]);
});

test('a call at another phone of the agent is asked of the phone system as before', async ({ page, mock, openPanel }) => {
  await ready(page, mock, openPanel);
  const can: Controls = { answer: false, hold: true, mute: false, transfer: false, ask_first: false, pause_recording: false, muted: false, recording: null, asks: null };
  connected(mock, { controls: can });
  await key(page, 'Hold').click();
  await key(page, 'Hang up').click();
  await expect.poll(() => asked(mock)).toEqual([
    ['/me/control', { engagement: 'e1', ask: 'hold' }],
    ['/me/hang-up', { engagement: 'e1' }],
  ]);
  await expect(key(page, 'Keypad')).toHaveCount(0);
});

test('a call that rings here is refused, and a second one finds the phone engaged', async ({ page, mock, openPanel }) => {
  await ready(page, mock, openPanel);
  ringing(mock);
  expect(await rings(page)).toBe(true);
  expect(await rings(page, '+34600999999')).toBe(false);
  await key(page, 'Reject').click();
  await ends(page, 'here');
  await expect(key(page, 'Reject')).toHaveCount(0);
  expect((await told(page)).slice(1)).toEqual(['engaged', 'turn down']);
});

test('digits are pressed by mouse and by keys, and Escape closes the keypad', async ({ page, mock, openPanel }) => {
  await ready(page, mock, openPanel);
  await talks(page, mock);
  await key(page, 'Keypad').click();
  const pad = page.getByRole('group', { name: 'Keypad' });
  await expect(pad.getByRole('button', { name: '1' })).toBeFocused();
  await page.keyboard.press('4');
  await page.keyboard.press('#');
  await pad.getByRole('button', { name: 'Star' }).click();
  await expect(pad.getByRole('status')).toContainText('4#*');
  await page.keyboard.press('Escape');
  await expect(key(page, 'Keypad')).toBeFocused();
  // Elsewhere a digit is a digit.
  await page.keyboard.press('7');
  expect((await told(page)).filter((one) => one.startsWith('press'))).toEqual(['press 4', 'press #', 'press *']);
});

test('a number that is dialled here is picked up by itself, once, and no other call is', async ({ page, mock, openPanel }) => {
  await ready(page, mock, openPanel);
  await page.getByLabel('Number to call').fill('911 22 23 33');
  await key(page, 'Call').click();
  await expect.poll(() => asked(mock).length).toBe(1);
  // Somebody else is faster.
  await rings(page, '+34600123456');
  expect(await told(page)).not.toContain('answer');
  await ends(page, 'there');
  await rings(page, '+34911222333');
  await expect.poll(() => told(page)).toContain('answer');
  const own: Partial<LiveCall> = { via: 'outbound', call: call({ direction: 'outbound', number: '+34911222333', number_display: '+34 911 22 23 33', ended_at: null }) };
  mock.push((now) => {
    now.calls = [liveCall('e-dialled', 'connected', matches.none(), own)];
    now.dial = { engagement: 'e-dialled', number: '+34911222333', number_display: '+34 911 22 23 33', from: { from: 'typed' }, at: now.now, fault: null };
  });
  await expect(page.getByText('Your browser phone picks up')).toBeVisible();
  await connects(page);
  await ends(page, 'there');
  await rings(page, '+34911222333');
  expect((await told(page)).filter((one) => one === 'answer')).toHaveLength(1);
});

test('a call that was not dialled is not picked up by itself', async ({ page, mock, openPanel }) => {
  mock.gate = ({ path }) => {
    if (path === '/me/dial') throw new Refusal(409, 'busy');
  };
  await ready(page, mock, openPanel);
  await page.getByLabel('Number to call').fill('911222333');
  await key(page, 'Call').click();
  await expect(page.locator('.dial .refused')).not.toBeEmpty();
  await rings(page, '911222333');
  await expect(bar(page).getByRole('status')).toHaveText('Browser phone: ringing');
  expect(await told(page)).not.toContain('answer');
});

test('while it is asked whether to call them all the same, nothing is picked up by itself; once it is, the agent is', async ({ page, mock, openPanel }) => {
  mock.gate = ({ path, body }) => {
    if (path === '/me/dial' && (body as Record<string, unknown>)['despite_do_not_call'] !== true) throw new Refusal(409, 'do_not_call');
  };
  await ready(page, mock, openPanel);
  await page.getByLabel('Number to call').fill('911222333');
  await key(page, 'Call').click();
  const sure = page.getByRole('button', { name: 'Call all the same' });
  await expect(sure).toBeVisible();
  await rings(page, '911222333');
  expect(await told(page)).not.toContain('answer');
  await ends(page, 'there');
  // Longer than the phone waits for a number that was dialled.
  await page.clock.setFixedTime(NOW + 60_000);
  await sure.click();
  await expect.poll(() => asked(mock).length).toBe(2);
  await rings(page, '911222333');
  await expect.poll(() => told(page)).toContain('answer');
});

test('a call that the server does not tell of can be answered and ended all the same', async ({ page, mock, openPanel }) => {
  await ready(page, mock, openPanel);
  await rings(page, '1002');
  const card = page.getByRole('group', { name: 'A call at your browser phone: 1002' });
  await card.getByRole('button', { name: 'Answer' }).click();
  await connects(page);
  await card.getByRole('button', { name: 'Hold' }).click();
  await holds(page, true);
  await card.getByRole('button', { name: 'Take back' }).click();
  await card.getByRole('button', { name: 'Hang up' }).click();
  expect((await told(page)).slice(1)).toEqual(['answer', 'hold true', 'hold false', 'leave']);
});

test('one window has the phone, the other says so and takes over when it goes', async ({ page, mock, openPanel, context, url }) => {
  await ready(page, mock, openPanel);
  const other = await context.newPage();
  await scriptPhone(other);
  await other.goto(`${url}/panel.html?lang=en`);
  await expect(bar(other).getByText('The browser phone is in another window.')).toBeVisible();
  expect(await other.evaluate(() => 'line' in window)).toBe(false);
  await page.close();
  await other.waitForFunction(() => 'line' in window);
  await registered(other);
  await expect(bar(other).getByText('Browser phone ready')).toBeVisible();
});

for (const [why, words] of [
  ['no_connection', 'cannot reach the phone system'],
  ['refused', 'does not let the browser phone in'],
] as const) {
  test(`a phone that is not registered says why and is tried again: ${why}`, async ({ page, mock, openPanel }) => {
    await ready(page, mock, openPanel);
    await page.evaluate((said) => window.line.ear.unreachable(said), why);
    await expect(bar(page).getByText(words)).toBeVisible();
    await key(page, 'Try again').click();
    expect(await told(page)).toContain('try again');
    await registered(page);
    await expect(bar(page).getByText('Browser phone ready')).toBeVisible();
  });
}

for (const [name, words] of [
  ['NotAllowedError', 'The microphone is blocked'],
  ['NotFoundError', 'There is no microphone that can be used'],
] as const) {
  test(`without a microphone nothing rings here, and it is said what to do: ${name}`, async ({ page, mock, openPanel }) => {
    await scriptPhone(page);
    await page.addInitScript((why) => void (window.noMicrophone = why), name);
    mock.panel = { ...mock.panel, web_phone: true };
    await openPanel();
    await expect(bar(page).getByText(words)).toBeVisible();
    expect(await page.evaluate(() => 'line' in window)).toBe(false);
    await page.evaluate(() => void (window.noMicrophone = null));
    await key(page, 'Try again').click();
    await page.waitForFunction(() => 'line' in window);
  });
}

test('a microphone that is lost before answering is said, and the call can be answered when it is back', async ({ page, mock, openPanel }) => {
  await ready(page, mock, openPanel);
  ringing(mock);
  await rings(page);
  await page.evaluate(() => void (window.noMicrophone = 'NotFoundError'));
  await key(page, 'Answer').click();
  await expect(page.getByRole('alert').filter({ hasText: 'The call was not answered' })).toBeVisible();
  await page.evaluate(() => void (window.noMicrophone = null));
  await key(page, 'Answer').click();
  await expect.poll(() => told(page)).toContain('answer');
  await expect(page.getByRole('alert').filter({ hasText: 'The call was not answered' })).toHaveCount(0);
});

test('devices are chosen, used and remembered for this agent', async ({ page, mock, openPanel }) => {
  await ready(page, mock, openPanel);
  await key(page, 'Sound devices').click();
  await page.getByLabel('Microphone').selectOption('Headset');
  await page.getByLabel('Ringtone').selectOption('Headset');
  await talks(page, mock);
  expect(await page.evaluate(() => window.asked.at(-1))).toBe('head');
  await page.getByLabel('Microphone').selectOption('Desk microphone');
  await expect.poll(() => told(page)).toContain('speak');
  await page.evaluate(() => window.line.call?.ended('there'));
  await page.reload();
  await page.waitForFunction(() => 'line' in window);
  await registered(page);
  await key(page, 'Sound devices').click();
  await expect(page.getByLabel('Microphone')).toHaveValue('desk');
  await expect(page.getByLabel('Ringtone')).toHaveValue('headset');
  await expect(page.getByLabel('Speaker')).toHaveValue('');
});

test('a connection that breaks in mid-call is said, and the server ends the part that is left', async ({ page, mock, openPanel }) => {
  await ready(page, mock, openPanel);
  await talks(page, mock);
  await ends(page, 'connection');
  await expect(page.getByRole('alert').filter({ hasText: 'your call ended with it' })).toBeVisible();
  await expect.poll(() => asked(mock)).toEqual([['/me/hang-up', { engagement: 'e1' }]]);
});

test('while the phone is cut off a call goes on, is not held, and is ended by the server as well', async ({ page, mock, openPanel }) => {
  await ready(page, mock, openPanel);
  await talks(page, mock);
  await page.evaluate(() => window.line.ear.unreachable('no_connection'));
  await key(page, 'Hold').click();
  await expect(page.getByRole('alert').filter({ hasText: 'cannot be reached right now' })).toBeVisible();
  await key(page, 'Hang up').click();
  await expect.poll(() => asked(mock)).toEqual([['/me/hang-up', { engagement: 'e1' }]]);
  expect((await told(page)).slice(1)).toEqual(['answer', 'leave']);
});

test('a call that the phone system ended while the phone was cut off is ended here too, and no other', async ({ page, mock, openPanel }) => {
  await ready(page, mock, openPanel);
  await talks(page, mock);
  mock.push((now) => void (now.calls = []));
  await expect(page.getByText('A call at your browser phone')).toBeVisible();
  expect(await told(page)).not.toContain('leave');
  await page.evaluate(() => window.line.ear.unreachable('no_connection'));
  await registered(page);
  mock.push(() => {});
  await expect.poll(() => told(page)).toContain('leave');
});

test('reloading in mid-call asks first, ends the call at both ends and says afterwards what was lost', async ({ page, mock, openPanel }) => {
  await ready(page, mock, openPanel);
  await talks(page, mock);
  let warned = '';
  page.on('dialog', (dialog) => {
    warned = dialog.type();
    void dialog.accept();
  });
  await page.reload();
  expect(warned).toBe('beforeunload');
  await expect.poll(() => asked(mock)).toEqual([['/me/hang-up', { engagement: 'e1' }]]);
  mock.push((now) => void (now.calls = []));
  await expect(page.getByText('This page was reloaded or left at 11:30, which ended your call with Ana Ruiz.')).toBeVisible();
  await key(page, 'Call back').click();
  await expect.poll(() => asked(mock).at(-1)).toEqual(['/me/dial', { number: '+34600123456', from: { from: 'person', person: 'p-ana' } }]);
  await expect(page.getByText('which ended your call')).toHaveCount(0);
});

test('without a call on nothing is asked when the page goes, and nothing is said after it', async ({ page, mock, openPanel }) => {
  await ready(page, mock, openPanel);
  ringing(mock);
  await rings(page);
  let warned = false;
  page.on('dialog', (dialog) => {
    warned = true;
    void dialog.accept();
  });
  // The page that goes leaves behind what it told its line.
  await page.evaluate(() => addEventListener('pagehide', () => sessionStorage.setItem('told', window.line.told.join())));
  await page.reload();
  await page.waitForFunction(() => 'line' in window);
  expect(await page.evaluate(() => sessionStorage.getItem('told'))).toContain('leave');
  expect(warned).toBe(false);
  await expect(page.getByText('which ended your call')).toHaveCount(0);
});

test('a session that ends by itself ends no call, and whoever signs in again has it', async ({ page, mock, openPanel }) => {
  await ready(page, mock, openPanel);
  await talks(page, mock);
  const { signedIn } = mock;
  mock.signedIn = null;
  mock.gate = ({ path }) => {
    if (!mock.signedIn && path.startsWith('/me')) throw new Refusal(401, 'unauthenticated');
  };
  // The list of recent calls is asked for anew.
  connected(mock, { state: 'held' });
  await expect(page.getByText(/Your session has ended/)).toBeVisible();
  await page.getByLabel('User name').fill(signedIn?.login ?? '');
  await page.getByLabel('Password').fill(`demo-${signedIn?.login}`);
  await key(page, 'Sign in').click();
  await key(page, 'Mute').click();
  expect((await told(page)).slice(1)).toEqual(['answer', 'mute true']);
});

test('who signs out leaves no phone behind', async ({ page, mock, openPanel }) => {
  await ready(page, mock, openPanel);
  await page.getByRole('button', { name: /Sign out/ }).click();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  expect(await told(page)).toContain('close');
});

test('in the app the panel opens by itself when the phone rings', async ({ page, mock, openApp }) => {
  await scriptPhone(page);
  mock.panel = { ...mock.panel, web_phone: true };
  await openApp('/people');
  await page.waitForFunction(() => 'line' in window);
  await page.locator('.bar button.phone').click();
  await expect(bar(page)).toHaveCount(0);
  ringing(mock);
  await rings(page);
  await expect(key(page, 'Answer')).toBeVisible();
});

for (const lang of LANGUAGES) {
  test(`the phone in the browser can be used by everybody: ${lang}`, async ({ page, mock, openPanel }) => {
    await page.setViewportSize({ width: 400, height: 720 });
    await ready(page, mock, openPanel, lang);
    await page.getByRole('button', { name: /^(Sound devices|Dispositivos de sonido)$/ }).click();
    await inspectWide(page, `web-phone-devices-${lang}`);
    await page.getByRole('button', { name: /^(Sound devices|Dispositivos de sonido)$/ }).click();
    await rings(page, '1002');
    await expect(page.getByRole('group', { name: /1002/ })).toBeVisible();
    await inspectWide(page, `web-phone-unmatched-${lang}`);
    ringing(mock);
    await expect(page.getByRole('button', { name: /^(Reject|Rechazar)$/ })).toBeVisible();
    await inspectWide(page, `web-phone-ringing-${lang}`);
    await page.getByRole('button', { name: /^(Answer|Contestar)$/ }).click();
    await connects(page);
    connected(mock);
    await page.getByRole('button', { name: /^(Keypad|Teclado)$/ }).click();
    await inspectWide(page, `web-phone-keypad-${lang}`);
    await ends(page, 'connection');
    await page.evaluate(() => window.line.ear.unreachable('no_connection'));
    await expect(bar(page).getByRole('alert')).not.toBeEmpty();
    await inspectWide(page, `web-phone-lost-${lang}`);
  });
}

test('what the browser keeps back is heard after a click', async ({ page, mock, openPanel }) => {
  // A browser that nobody touched, as it is with a panel in a frame.
  await page.addInitScript(() => {
    let touched = false;
    Object.defineProperty(AudioContext.prototype, 'state', { get: () => (touched ? 'running' : 'suspended') });
    addEventListener('click', () => (touched = true), { capture: true });
  });
  await ready(page, mock, openPanel);
  ringing(mock);
  await rings(page);
  await expect(bar(page).getByText('keeps the sound back')).toBeVisible();
  await key(page, 'Turn the sound on').click();
  await expect(bar(page).getByText('keeps the sound back')).toHaveCount(0);
});

test('a card that is not of this phone has no Reject', async ({ page, mock, openPanel }) => {
  await ready(page, mock, openPanel);
  mock.panel = panel({ ...mock.panel, calls: [] });
  ringing(mock);
  await expect(page.getByText('Incoming call')).toBeVisible();
  await expect(key(page, 'Reject')).toHaveCount(0);
  await expect(key(page, 'Answer')).toHaveCount(0);
});
