import { Refusal } from '../mock/endpoints.ts';
import { call, liveCall, matches, panel, wrapup } from '../mock/world.ts';
import type { Mock } from '../mock/server.ts';
import { clean, codeBox, expect, notesBox, test } from './stage.ts';

const dialled = (mock: Mock): unknown[] => mock.of('POST', /^\/me\/dial$/).map(({ body }) => body);

test.beforeEach(async ({ page }) => page.setViewportSize({ width: 1280, height: 900 }));

test('p06 the Contact Phone of a Case is dialled from the Case', async ({ page, mock, openApp }) => {
  await openApp('/cases/k-inv');
  await page.getByRole('definition').getByRole('button', { name: /\+34 600 12 34 56/ }).click();
  await expect(page.getByText('Your phone will ring; pick up and the number is called.')).toBeVisible();
  expect(dialled(mock)).toEqual([{ number: '+34 600 12 34 56', from: { from: 'case', case: 'k-inv' } }]);
  mock.push((now) => void (now.calls = [liveCall('e-dialled', 'ringing', matches.one(), { via: 'outbound', call: call({ direction: 'outbound', type: null }) })]));
  await expect(page.getByText('Your phone will ring')).toHaveCount(0);
});

test('p07 a number of a person is dialled from the person, also in the lists of calls', async ({ page, mock, openApp }) => {
  await openApp('/people/p-ana');
  await page.getByRole('definition').getByRole('button', { name: /\+34 600 12 34 56/ }).click();
  await expect.poll(() => dialled(mock)).toEqual([{ number: '+34 600 12 34 56', from: { from: 'person', person: 'p-ana' } }]);
  await page.getByRole('table').getByRole('button', { name: /\+34 600 12 34 56/ }).first().click();
  await expect.poll(() => dialled(mock).at(-1)).toEqual({ number: '+34 600 12 34 56', from: { from: 'person', person: 'p-ana' } });
  // Whose call it was is not settled: then it is a number and no more.
  await page.getByRole('row', { name: /Possible/ }).getByRole('button', { name: /\+34 600 12 34 56/ }).click();
  await expect.poll(() => dialled(mock).at(-1)).toEqual({ number: '+34 600 12 34 56', from: { from: 'typed' } });
});

for (const [code, words] of [
  ['busy', 'You are on a call, or a wrap-up is still owed.'],
  ['no_phone', 'No phone system knows you as an agent.'],
  ['phone_unreachable', 'Nothing was dialled: try again in a moment.'],
] as const) {
  test(`a refusal of the phone is said beside the number: ${code}`, async ({ page, mock, openApp }) => {
    mock.gate = ({ path }) => {
      if (path === '/me/dial') throw new Refusal(code === 'phone_unreachable' ? 503 : 409, code);
    };
    await openApp('/people/p-ana');
    await page.getByRole('definition').getByRole('button', { name: /\+34 600 12 34 56/ }).click();
    await expect(page.getByRole('definition').getByRole('alert')).toContainText(words);
    await clean(page);
  });
}

test('where the phone system cannot be told, numbers are text', async ({ page, mock, openApp }) => {
  mock.panel.can_dial = false;
  await openApp('/people/p-ana');
  await expect(page.getByRole('definition').filter({ hasText: '+34 600 12 34 56' })).toBeVisible();
  await expect(page.getByRole('main').getByRole('button', { name: /\+34 600/ })).toHaveCount(0);
  await expect(page.getByRole('textbox', { name: 'Number to call' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Dial a number' })).toHaveCount(0);
});

test('a typed number is dialled from the panel, and an empty one is not', async ({ page, mock, openPanel }) => {
  await openPanel();
  const field = page.getByRole('textbox', { name: 'Number to call' });
  await field.press('Enter');
  await expect(page.getByText('Fill in this field.')).toBeVisible();
  expect(dialled(mock)).toEqual([]);
  await field.fill(' 910 00 11 22 ');
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  await expect(page.getByText('Your phone will ring; pick up and the number is called.')).toBeVisible();
  await expect(field).toHaveValue('');
  expect(dialled(mock)).toEqual([{ number: '910 00 11 22', from: { from: 'typed' } }]);
});

test('beside a wrap-up the field opens on demand; a number that is being typed stays when a call comes', async ({ page, mock, openPanel }) => {
  await openPanel();
  const field = page.getByRole('textbox', { name: 'Number to call' });
  await field.fill('910');
  mock.push((now) => void (now.wrapups = [wrapup('e1', matches.one())]));
  await expect(codeBox(page)).toBeVisible();
  await expect(field).toBeFocused();
  await page.getByRole('button', { name: 'Dial a number' }).click();
  await expect(field).toHaveCount(0);
  await page.getByRole('button', { name: 'Dial a number' }).click();
  await expect(field).toBeFocused();
});

test('the agent hangs up on the card of the call, and a refusal is said there', async ({ page, mock, openPanel }) => {
  mock.panel = panel({ agent: { ...mock.panel.agent, state: 'on_call' }, calls: [liveCall('e1', 'connected', matches.one())] });
  let refuse = true;
  mock.gate = ({ path }) => {
    if (path === '/me/hang-up' && refuse) throw new Refusal(503, 'phone_unreachable');
  };
  await openPanel();
  await page.getByRole('button', { name: 'Hang up' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'cannot be reached right now' })).toBeVisible();
  refuse = false;
  await page.getByRole('button', { name: 'Hang up' }).click();
  await expect(page.getByText('cannot be reached right now')).toHaveCount(0);
  expect(mock.of('POST', /^\/me\/hang-up$/).at(-1)?.body).toEqual({ engagement: 'e1' });
  await expect(notesBox(page)).toBeVisible();
});

test('there is nothing to hang up in a wrap-up, nor in a call that only rings here', async ({ page, mock, openPanel }) => {
  mock.panel = panel({ calls: [liveCall('e1', 'ringing', matches.one())], wrapups: [wrapup('e2', matches.one())] });
  await openPanel();
  await expect(codeBox(page)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Hang up' })).toHaveCount(0);
});
