import type { Page } from '@playwright/test';
import { oneCall } from '../mock/one-call.ts';
import { ago, call } from '../mock/world.ts';
import { clean, expect, inspectEach, test } from './stage.ts';

const card = (page: Page, name: string | RegExp) => page.getByRole('region', { name });
const moments = (page: Page) => card(page, /^(How it went|Cómo transcurrió)$/).getByRole('listitem');

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize({ width: 1280, height: 1400 });
  mock.signedIn = mock.users[1] ?? null;
});

test('how a call went is told moment by moment, and drawn', async ({ page, mock, openApp }) => {
  mock.activities.set('a-1', oneCall());
  await openApp('/activities/a-1');
  await expect(moments(page)).toHaveText([
    /10:30:00\s*The call comes in\s*Ring group Soporte · to \+34 910 00 00 01/,
    // A ring group rings many phones at once, and the phone system tells of each a little later.
    /10:30:06\s*Rings at Mateo Gil, Rosa Gil,? and Lucía Herrero/,
    /10:30:19\s*Stops ringing at Mateo Gil and Rosa Gil\s*Answered by someone else/,
    /10:30:19\s*Lucía Herrero answers/,
    /10:32:20\s*Transferred to Marta Vidal/,
    /10:32:30\s*Marta Vidal answers/,
    /10:32:30\s*Lucía Herrero leaves the call/,
    /10:32:51\s*Lucía Herrero logs it\s*Escalated/,
    /10:36:40\s*The call ends\s*talked 6:21 · 0:42 of it on hold/,
    /10:37:10\s*Marta Vidal logs it\s*Billing · 0:30 after the end/,
    /10:55:00\s*Somebody corrects it\s*Code, Case · Era de la otra lista\./,
    /11:03:20\s*Marta Vidal corrects it\s*Notes/,
  ]);
  const chart = card(page, 'How it went').getByRole('img', { name: /4 agents, 6:40/ });
  await expect(chart).toContainText('Caller');
  await expect(chart.getByTitle(/^Talking/)).toHaveCount(3);
  await expect(chart.getByTitle('Ringing 0:10')).toHaveCount(1);
  await inspectEach(page, 'app-one-call');
});

test('a call that goes on, one that an agent made, and one from another day, narrow in Spanish', async ({ page, mock, openApp }) => {
  await page.setViewportSize({ width: 400, height: 1400 });
  const [, , mine] = oneCall().engagements;
  const facts = call({ direction: 'outbound', type: null, started_at: ago(90), answered_at: ago(60), ended_at: null });
  const dialled = { ...mine!, via: 'outbound', offered_at: ago(89), answered_at: ago(60), ended_at: null, wrapup: null };
  mock.activities.set('a-1', oneCall({ type: null, direction: 'outbound', outcome: 'open', call: facts, engagements: [dialled], corrections: [] }));
  await openApp('/activities/a-1', 'es');
  await expect(moments(page)).toHaveText([/Se hace la llamada/, /Suena en el teléfono de Lucía Herrero/, /11:29:00\s*Contesta el cliente/, /La llamada sigue en curso\./]);
  await clean(page);
  mock.activities.set('a-1', oneCall({ corrections: [{ ...oneCall().corrections[0]!, at: ago(-86_400 * 3), undoes: 'x-1' }] }));
  await page.reload();
  await expect(moments(page).last()).toContainText(/15 mar 2026, 11:30:00\s*Marta Vidal deshace una corrección/);
});
