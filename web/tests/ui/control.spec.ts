import type { Controls } from '../../src/lib/api/contract.ts';
import { Refusal } from '../mock/endpoints.ts';
import { call, liveCall, matches, panel, wrapup } from '../mock/world.ts';
import type { Mock } from '../mock/server.ts';
import { expect, inspectWide, LANGUAGES, notesBox, options, test } from './stage.ts';

const CAN: Controls = { answer: false, hold: true, mute: true, transfer: true, ask_first: true, pause_recording: true, muted: false, recording: 'on', asks: null };

const asked = (mock: Mock): unknown[] => mock.of('POST', /^\/me\/control$/).map(({ body }) => body);

/** Ana talks to a customer, and the phone system can be asked this. */
function talks(mock: Mock, controls: Partial<Controls> = {}): void {
  mock.panel = panel({ calls: [liveCall('e1', 'connected', matches.one(), { controls: { ...CAN, ...controls } })] });
}

/** What the phone system makes of what it was asked. */
const becomes = (mock: Mock, change: Partial<Controls>): void => mock.push((now) => void Object.assign(now.calls[0]?.controls ?? {}, change));

test('hold, mute and the recording are asked for, and each key says what it does next', async ({ page, mock, openPanel }) => {
  talks(mock);
  await openPanel();
  const key = (name: string) => page.getByRole('group', { name: 'Call controls' }).getByRole('button', { name, exact: true });
  await key('Hold').click();
  mock.push((now) => void Object.assign(now.calls[0] ?? {}, { state: 'held' }));
  await key('Take back').click();
  mock.push((now) => void Object.assign(now.calls[0] ?? {}, { state: 'connected' }));
  await key('Mute').click();
  becomes(mock, { muted: true });
  await expect(page.getByRole('status').filter({ hasText: 'You are muted' })).toBeVisible();
  await key('Unmute').click();
  becomes(mock, { muted: false });
  await key('Pause recording').click();
  becomes(mock, { recording: 'paused' });
  await expect(page.getByRole('status').filter({ hasText: 'Recording paused' })).toBeVisible();
  await key('Resume recording').click();
  await expect.poll(() => asked(mock)).toEqual(
    ['hold', 'resume', 'mute', 'unmute', 'pause_recording', 'resume_recording'].map((ask) => ({ engagement: 'e1', ask })),
  );
});

test('what the phone system cannot do has no key', async ({ page, mock, openPanel }) => {
  talks(mock, { hold: false, mute: false, transfer: false, ask_first: false, pause_recording: false });
  await openPanel();
  await expect(notesBox(page)).toBeVisible();
  await expect(page.getByRole('group', { name: 'Call controls' })).toHaveCount(0);
  becomes(mock, { transfer: true });
  await page.getByRole('button', { name: 'Transfer', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Transfer now' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Ask first' })).toHaveCount(0);
});

test('a call is handed to a colleague by name, a ring group or a number, by keys alone', async ({ page, mock, openPanel }) => {
  talks(mock, { ask_first: false });
  await openPanel();
  const to = page.getByRole('combobox', { name: 'Transfer to' });
  const open = async () => page.getByRole('button', { name: 'Transfer', exact: true }).click();
  await open();
  await expect(to).toBeFocused();
  await page.keyboard.type('mat');
  await expect(options(page)).toHaveText([/Mateo Ríos.*1002 · Available/]);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Transfer now' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(to).toHaveCount(0);
  await open();
  await page.keyboard.type('vent');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(to).toHaveCount(0);
  await open();
  await page.keyboard.type('600 11 22 33');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(to).toHaveCount(0);
  expect(asked(mock)).toEqual(['1002', '911 00 00 01', '600 11 22 33'].map((number) => ({ engagement: 'e1', ask: 'transfer', to: number })));
  await open();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Transfer', exact: true })).toBeFocused();
});

test('without somebody chosen nothing is transferred, and it is said', async ({ page, mock, openPanel }) => {
  talks(mock);
  await openPanel();
  await page.getByRole('button', { name: 'Transfer', exact: true }).click();
  await page.getByRole('button', { name: 'Transfer now' }).click();
  await expect(page.getByText('Choose whom to transfer the call to.')).toBeVisible();
  expect(asked(mock)).toEqual([]);
});

test('a colleague is asked first, then the call is handed over or taken back', async ({ page, mock, openPanel }) => {
  talks(mock);
  await openPanel();
  await page.getByRole('button', { name: 'Transfer', exact: true }).click();
  await page.keyboard.type('hugo');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Ask first' }).click();
  becomes(mock, { asks: '1004', transfer: false, ask_first: false, hold: false });
  await expect(page.getByText('Asking Hugo Sanz. The other party waits.')).toBeVisible();
  await page.getByRole('button', { name: 'Back to the call' }).click();
  await expect.poll(() => asked(mock)).toEqual([
    { engagement: 'e1', ask: 'ask_first', to: '1004' },
    { engagement: 'e1', ask: 'take_back' },
  ]);
  await page.getByRole('button', { name: 'Hand over' }).click();
  await expect.poll(() => mock.of('POST', /^\/me\/hang-up$/).map(({ body }) => body)).toEqual([{ engagement: 'e1' }]);
});

for (const [code, status, words] of [
  ['phone_refused', 409, 'The phone system refused.'],
  ['phone_unanswered', 503, 'The phone system did not answer.'],
  ['not_possible', 409, 'That cannot be asked of this call right now.'],
] as const) {
  test(`what the phone system does not do is said where it was asked: ${code}`, async ({ page, mock, openPanel }) => {
    mock.gate = ({ path }) => {
      if (path === '/me/control') throw new Refusal(status, code);
    };
    talks(mock);
    await openPanel();
    await page.getByRole('button', { name: 'Mute' }).click();
    await expect(page.getByRole('alert').filter({ hasText: words })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Mute' })).toBeEnabled();
  });
}

test('a call that rings is answered from the panel where the phone can', async ({ page, mock, openPanel }) => {
  mock.panel = panel({ calls: [liveCall('e1', 'ringing', matches.one(), { controls: { ...CAN, answer: true } })] });
  await openPanel();
  await page.getByRole('button', { name: 'Answer' }).click();
  await expect.poll(() => asked(mock)).toEqual([{ engagement: 'e1', ask: 'answer' }]);
});

test('p12 a direct call during After Call Work says why it came, and its wrap-up waits behind the open one', async ({ page, mock, openPanel }) => {
  const direct = { via: 'direct', call: call({ ring_group: null, type: null }) };
  mock.panel = panel({ wrapups: [wrapup('e0', matches.one())], calls: [liveCall('e1', 'ringing', matches.one(), direct)] });
  await openPanel();
  await expect(page.getByText('keeps ring groups from calling you, not who dials your own number')).toBeVisible();
  mock.push((now) => {
    now.calls = [];
    now.wrapups = [...now.wrapups, wrapup('e1', matches.one())];
  });
  const owed = page.getByRole('navigation', { name: 'Open wrap-ups' }).getByRole('button');
  await expect(owed).toHaveCount(2);
  await expect(owed.first()).toHaveAttribute('aria-current', 'true');
});

test('a direct call to somebody who takes calls needs no explanation', async ({ page, mock, openPanel }) => {
  mock.panel = panel({ calls: [liveCall('e1', 'ringing', matches.one(), { via: 'direct' })] });
  await openPanel();
  await expect(page.getByText('Incoming call')).toBeVisible();
  await expect(page.getByText('Direct to your phone')).toHaveCount(0);
});

for (const lang of LANGUAGES) {
  test(`the controls of a call, and whom it is handed to, can be used by everybody: ${lang}`, async ({ page, mock, openPanel }) => {
    await page.setViewportSize({ width: 400, height: 720 });
    talks(mock, { muted: true, recording: 'paused' });
    await openPanel(lang);
    await expect(page.getByRole('button', { name: /^(Unmute|Activar micrófono)$/ })).toBeVisible();
    await inspectWide(page, `control-keys-${lang}`);
    await page.getByRole('button', { name: /^Transfer(ir)?$/ }).click();
    await page.keyboard.press('ArrowDown');
    await expect(options(page)).toHaveCount(4);
    await inspectWide(page, `control-transfer-${lang}`);
    becomes(mock, { asks: '1004', muted: false, recording: 'on' });
    await expect(page.getByRole('button', { name: /^(Hand over|Pasar la llamada)$/ })).toBeVisible();
    await inspectWide(page, `control-asking-${lang}`);
    const direct = { via: 'direct', call: call({ ring_group: null, type: null }), controls: { ...CAN, answer: true } };
    mock.push((now) => Object.assign(now, panel({ wrapups: [wrapup('e0', matches.one())], calls: [liveCall('e9', 'ringing', matches.one(), direct)] })));
    await expect(page.getByRole('button', { name: /^(Answer|Contestar)$/ })).toBeVisible();
    await inspectWide(page, `control-ringing-${lang}`);
  });
}
