/** The panel framed by a page like a Lightning console, on another site, with its storage blocked, against the real server. */
import type { Page } from '@playwright/test';
import { panelIn, test } from './framed.ts';
import { caseLine, codeBox, doNotLogButton, expect, logButton, notesBox, notice, options, partyBox } from './stage.ts';

async function signIn(window: Page, login: string, password: string): Promise<void> {
  await window.getByRole('textbox', { name: 'User name' }).fill(login);
  await window.getByRole('textbox', { name: 'Password' }).fill(password);
  await window.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('a_window_signs_the_framed_panel_in_and_a_cookie_of_its_own_keeps_it_so', async ({ page, context, frameCentre }) => {
  const framed = await frameCentre();
  const agent = await framed.centre.agent();
  const frame = await framed.show(page);
  const opened = page.waitForEvent('popup');
  await frame.getByRole('button', { name: 'Sign in in a window' }).click();
  await signIn(await opened, agent.login, agent.password);
  await expect(frame.getByRole('heading', { name: 'No call right now' })).toBeVisible();
  const kept = (await context.cookies()).find(({ name }) => name === '__Host-bitacora-frame');
  expect(kept).toMatchObject({ httpOnly: true, secure: true, sameSite: 'None', partitionKey: 'http://127.0.0.1' });
  await page.reload();
  const again = await panelIn(page);
  await expect(again.getByRole('heading', { name: 'No call right now' })).toBeVisible();
  const stored = await again.evaluate(() => {
    try {
      return String(localStorage.length);
    } catch (thrown) {
      return (thrown as Error).name;
    }
  });
  expect(stored).toBe('SecurityError');
});

test('p01_p02_framed_a_call_is_summed_up_and_archived_on_the_one_who_has_the_number', async ({ frameCentre, afterFramedCall }) => {
  const framed = await frameCentre();
  const { centre } = framed;
  const number = centre.number();
  const person = await centre.person('contact', 'Ana Ruiz', number);
  const { frame } = await afterFramedCall(framed, number);
  await logButton(frame).click();
  await expect(frame.getByText('Pick a disposition code.')).toBeVisible();
  await codeBox(frame).press('1');
  await notesBox(frame).fill('Wants an invoice.');
  await logButton(frame).click();
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([
    { archived: 1, outcome: 'logged', code_en: 'Resolved', notes: 'Wants an invoice.', party: person.id, party_by: 'one_match' },
  ]);
});

test('p01_framed_notes_begun_during_the_call_outlast_the_page', async ({ page, frameCentre }) => {
  const framed = await frameCentre();
  const { centre } = framed;
  const number = centre.number();
  const agent = await centre.agent();
  framed.user = agent.login;
  const frame = await framed.show(page);
  await expect(frame.getByRole('heading', { name: 'No call right now' })).toBeVisible();
  const call = centre.inbound(number, agent);
  await call.answer();
  await notesBox(frame).fill('Begun early.');
  await expect.poll(() => centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'early', draft_notes: 'Begun early.' }]);
  await page.reload();
  await call.end();
  const again = await panelIn(page);
  await expect(logButton(again)).toBeVisible();
  await expect(notesBox(again)).toHaveValue('Begun early.');
});

test('p03_framed_do_not_log_leaves_an_activity_with_code_and_notes_empty', async ({ frameCentre, afterFramedCall }) => {
  const framed = await frameCentre();
  const { centre } = framed;
  const number = centre.number();
  const { frame } = await afterFramedCall(framed, number);
  await notesBox(frame).fill('Private.');
  await doNotLogButton(frame).click();
  await frame.getByRole('alertdialog').getByRole('button', { name: 'Do not log' }).click();
  await expect(notice(frame, 'Closed without code and notes.')).toBeVisible();
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ archived: 1, outcome: 'not_logged', code: null, notes: null, party: null }]);
  expect(centre.rows.people(number)).toEqual([]);
});

test('p04_framed_several_match_and_nothing_is_picked', async ({ context, frameCentre, afterFramedCall }) => {
  const framed = await frameCentre();
  const { centre } = framed;
  const number = centre.number();
  await centre.person('contact', 'Ana Ruiz', number);
  const lead = await centre.person('lead', 'Ana Prieto', number);
  const { frame } = await afterFramedCall(framed, number);
  await codeBox(frame).press('1');
  await logButton(frame).click();
  await expect(frame.getByText('Choose a record first: several match this number.')).toBeVisible();
  const popped = context.waitForEvent('page');
  await partyBox(frame).press('ArrowDown');
  await options(frame, { name: /Ana Prieto/ }).click();
  expect((await popped).url()).toContain(`#/people/${lead.id}`);
  await logButton(frame).click();
  await expect(notice(frame, 'Logged on Ana Prieto (Lead).')).toBeVisible();
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ party: lead.id, party_by: 'chosen' }]);
});

test('p05_framed_a_contact_is_made_for_a_number_that_nobody_has', async ({ frameCentre, afterFramedCall }) => {
  const framed = await frameCentre();
  const { centre } = framed;
  const number = centre.number();
  const { frame } = await afterFramedCall(framed, number);
  await codeBox(frame).press('1');
  await logButton(frame).click();
  await expect(notice(frame, 'Logged on')).toBeVisible();
  await expect.poll(() => centre.rows.people(number)).toMatchObject([{ kind: 'contact' }]);
  expect(centre.rows.activities(number)).toMatchObject([{ party: centre.rows.people(number)[0]?.id }]);
});

test('p09_framed_two_consoles_relate_nothing_by_themselves_and_say_why', async ({ context, frameCentre, afterFramedCall }) => {
  const framed = await frameCentre();
  const { centre } = framed;
  const number = centre.number();
  const person = await centre.person('contact', 'Ana Ruiz', number);
  const invoice = await centre.case('Invoice', person.id);
  const { frame } = await afterFramedCall(framed, number);
  await framed.show(await context.newPage());
  await expect(caseLine(frame)).toContainText('You have Bitácora open in more than one window');
  await codeBox(frame).press('1');
  await logButton(frame).click();
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(centre.rows.relatedTo(invoice.id)).toEqual([]);
});

test('p10_framed_a_case_that_is_being_made_is_warned_about_and_not_related', async ({ page, frameCentre, afterFramedCall }) => {
  const framed = await frameCentre();
  const { centre } = framed;
  const number = centre.number();
  const person = await centre.person('contact', 'Ana Ruiz', number);
  const invoice = await centre.case('Invoice', person.id);
  const { frame } = await afterFramedCall(framed, number);
  await page.getByRole('button', { name: 'New Case record' }).click();
  await codeBox(frame).press('1');
  await logButton(frame).click();
  await expect(frame.getByRole('alertdialog')).toContainText('New Case');
  await frame.getByRole('button', { name: 'Log anyway' }).click();
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(centre.rows.relatedTo(invoice.id)).toEqual([]);
});

test('p12_framed_after_call_work_lasts_until_the_call_is_summed_up', async ({ frameCentre, afterFramedCall }) => {
  const framed = await frameCentre();
  const { frame } = await afterFramedCall(framed, framed.centre.number());
  await expect(frame.getByText('After Call Work', { exact: true })).toBeVisible();
  await codeBox(frame).press('1');
  await logButton(frame).click();
  await expect(notice(frame, 'Logged on')).toBeVisible();
  await expect(frame.getByText('Available', { exact: true })).toBeVisible();
});

test('p13_framed_with_codes_off_only_notes_are_asked', async ({ frameCentre, afterFramedCall }) => {
  const framed = await frameCentre([], { codesEnabled: false });
  const { centre } = framed;
  const number = centre.number();
  await centre.person('contact', 'Ana Ruiz', number);
  const { frame } = await afterFramedCall(framed, number);
  await expect(notesBox(frame)).toBeVisible();
  await expect(codeBox(frame)).toHaveCount(0);
  await notesBox(frame).fill('Asked for the address.');
  await logButton(frame).click();
  await expect(notice(frame, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  await expect.poll(() => centre.rows.activities(number)).toMatchObject([{ outcome: 'logged', code: null, notes: 'Asked for the address.' }]);
});

test('a_user_of_the_org_who_is_none_here_is_told_so', async ({ page, frameCentre }) => {
  const framed = await frameCentre();
  framed.user = 'stranger@acme.example';
  const frame = await framed.show(page);
  await expect(frame.getByText('No user here has the name of your Salesforce user.')).toBeVisible();
});
