import type { PanelDial } from '../../src/lib/api/contract.ts';
import { Refusal } from '../mock/endpoints.ts';
import type { Mock } from '../mock/server.ts';
import { ago, call, liveCall, matches, NOW, wrapup } from '../mock/world.ts';
import { clean, codeBox, expect, inspect, LANGUAGES, test } from './stage.ts';

const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 400, height: 720 } };

const dial = (more: Partial<PanelDial> = {}): PanelDial => ({
  engagement: 'e-dialled',
  number: '+34600123456',
  number_display: '+34 600 12 34 56',
  from: { from: 'case', case: 'k-inv' },
  at: ago(20),
  fault: 'no_answer',
  ...more,
});

/** The agent's own phone rings for a click-to-dial: the phone system has a call, and nobody on it yet. */
const rings = (mock: Mock): void =>
  mock.push((now) => void (now.calls = [liveCall('e-dialled', 'connected', matches.one(), { via: 'outbound', answered_at: null, call: call({ direction: 'outbound', type: null, answered_at: null }) })]));
const passes = (mock: Mock, seconds: number): void => mock.push((now) => void (now.now = new Date(Date.parse(now.now) + seconds * 1000).toISOString()));

const FAULTS = [
  ['no_answer', 'Your phone did not answer', 'Pick up when it rings, then we dial +34 600 12 34 56.'],
  ['busy', 'Your phone was busy', 'End the other call on your phone'],
  ['rejected', 'Your phone rejected the call', 'Switch off “do not disturb”'],
  ['unreachable', 'Your phone could not be rung', 'See that your phone is on and connected'],
] as const;

for (const [fault, title, advice] of FAULTS) {
  test(`a click-to-dial that fails at the agent’s own phone is said with what to do: ${fault}`, async ({ page, mock, openPanel }) => {
    mock.panel.dial = dial({ fault });
    await openPanel();
    const card = page.getByRole('alert').filter({ hasText: title });
    await expect(card).toContainText(advice);
    await expect(card).toContainText('Nobody was called.');
    await clean(page);
  });
}

test('p06 Dial again dials the same number from the same place, once, and puts the card away', async ({ page, mock, openApp }) => {
  await page.setViewportSize(SIZES.wide);
  mock.panel.dial = dial();
  await openApp('/people');
  let refuse = true;
  mock.gate = ({ path }) => {
    if (path === '/me/dial' && refuse) throw new Refusal(503, 'phone_unreachable');
  };
  const card = page.getByRole('alert').filter({ hasText: 'Your phone did not answer' });
  await card.getByRole('button', { name: 'Dial again' }).press('Enter');
  await expect(card).toContainText('Nothing was dialled: try again in a moment.');
  // The clock goes on, and what was said stays.
  passes(mock, 2);
  await expect(page.getByRole('timer')).toHaveText('1:07');
  await expect(card).toContainText('Nothing was dialled: try again in a moment.');
  refuse = false;
  await card.getByRole('button', { name: 'Dial again' }).click();
  await expect(card).toHaveCount(0);
  await expect(page.getByRole('textbox', { name: 'Number to call' })).toBeFocused();
  expect(mock.of('POST', /^\/me\/dial$/).map(({ body }) => body)).toEqual(Array(2).fill({ number: '+34 600 12 34 56', from: { from: 'case', case: 'k-inv' } }));
  // The new one fails in its turn.
  mock.push((now) => void (now.dial = dial({ engagement: 'e-again', at: new Date(NOW + 1000).toISOString(), fault: 'busy' })));
  await expect(page.getByRole('alert').filter({ hasText: 'Your phone was busy' })).toBeVisible();
});

test('it can be put away, and does not come back with the next snapshot', async ({ page, mock, openPanel }) => {
  mock.panel.dial = dial();
  await openPanel();
  const card = page.getByRole('alert').filter({ hasText: 'Your phone did not answer' });
  await card.getByRole('button', { name: 'Close' }).click();
  await expect(card).toHaveCount(0);
  mock.push((now) => void (now.wrapups = [wrapup('e1', matches.one())]));
  await expect(codeBox(page)).toBeVisible();
  await expect(card).toHaveCount(0);
});

test('while the phone rings that is said, and neither then nor once somebody was reached has anything failed', async ({ page, mock, openPanel }) => {
  await openPanel();
  rings(mock);
  mock.push((now) => void (now.dial = dial({ fault: null })));
  await expect(page.getByText('Your phone rings')).toBeVisible();
  await expect(page.getByText('Your phone did not answer')).toHaveCount(0);
  mock.push((now) => void (now.dial = null));
  await expect(page.getByText('On the call', { exact: true })).toBeVisible();
  mock.push((now) => Object.assign(now, { calls: [], wrapups: [wrapup('e-dialled', matches.one())] }));
  await expect(codeBox(page)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Dial again' })).toHaveCount(0);
});

test('with the panel closed the bar says that the call was not made', async ({ page, mock, openApp }) => {
  await page.setViewportSize(SIZES.wide);
  mock.panel.dial = dial();
  await openApp('/people');
  const phone = page.getByRole('button', { name: /^Phone/ });
  await expect(page.getByText('Your phone did not answer')).toBeVisible();
  await expect(page.getByText('Call not made')).toHaveCount(0);
  await phone.click();
  await expect(phone).toContainText('Call not made');
  await clean(page);
});

test.describe('where the server does not say it', () => {
  test('a call that this window asked for and that went without anything to sum up is said to be not made', async ({ page, mock, openPanel }) => {
    await openPanel();
    await page.getByRole('textbox', { name: 'Number to call' }).fill('910 00 11 22');
    await page.keyboard.press('Enter');
    await expect(page.getByText('Your phone will ring; pick up and the number is called.')).toBeVisible();
    rings(mock);
    await expect(page.getByRole('button', { name: 'Hang up' })).toBeVisible();
    mock.push((now) => void (now.calls = []));
    await expect(page.getByRole('button', { name: 'Hang up' })).toHaveCount(0);
    await expect(page.getByText('The call was not made')).toHaveCount(0);
    passes(mock, 5);
    const card = page.getByRole('alert').filter({ hasText: 'The call was not made' });
    await expect(card).toContainText('Nobody was reached at 910 00 11 22.');
    await expect(card.getByRole('button', { name: 'Dial again' })).toBeVisible();
    await clean(page);
  });

  test('one that is given up, is owed, or is still awaited is not', async ({ page, mock, openPanel }) => {
    await openPanel();
    const field = page.getByRole('textbox', { name: 'Number to call' });
    await field.fill('910 00 11 22');
    await field.press('Enter');
    rings(mock);
    await page.getByRole('button', { name: 'Hang up' }).click();
    mock.push((now) => void (now.calls = []));
    passes(mock, 60);
    await expect(field).toBeVisible();
    await expect(page.getByText('The call was not made')).toHaveCount(0);
    await field.fill('910 00 11 22');
    await field.press('Enter');
    await expect(page.getByText('Your phone will ring')).toBeVisible();
    passes(mock, 20);
    await expect(page.getByText('The call was not made')).toHaveCount(0);
    rings(mock);
    mock.push((now) => Object.assign(now, { calls: [], wrapups: [wrapup('e-dialled', matches.one())] }));
    passes(mock, 60);
    await expect(codeBox(page)).toBeVisible();
    await expect(page.getByText('The call was not made')).toHaveCount(0);
  });

  test('a phone that is never heard to ring is not awaited for ever', async ({ page, mock, openPanel }) => {
    await openPanel();
    await page.getByRole('textbox', { name: 'Number to call' }).fill('910 00 11 22');
    await page.keyboard.press('Enter');
    await expect(page.getByText('Your phone will ring')).toBeVisible();
    passes(mock, 31);
    await expect(page.getByRole('alert').filter({ hasText: 'The call was not made' })).toBeVisible();
    await expect(page.getByText('Your phone will ring;')).toHaveCount(0);
  });
});

for (const lang of LANGUAGES) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    test(`a call that was not made, ${size}, ${lang}`, async ({ page, mock, openApp, openPanel }) => {
      await page.setViewportSize(viewport);
      mock.panel.dial = dial({ from: { from: 'person', person: 'p-ana' }, fault: lang === 'es' ? 'unreachable' : 'no_answer' });
      await (size === 'wide' ? openApp('/people', lang) : openPanel(lang));
      await expect(page.getByRole('button', { name: /^(Dial again|Marcar de nuevo)$/ })).toBeVisible();
      await expect(page.getByRole('alert').filter({ hasText: 'Ana Ruiz' })).toBeVisible();
      await inspect(page, `dial-failed-${size}-${lang}`);
    });
  }
}
