import type { NotRelatedWhy, Relate, RelateRule } from '../../src/lib/api/contract.ts';
import { en } from '../../src/lib/i18n/en.ts';
import { es } from '../../src/lib/i18n/es.ts';
import type { Mock } from '../mock/server.ts';
import { ana, bruno, call, delivery, emptyDraft, invoice, liveCall, matches, notRelated, panel, related, wrapup } from '../mock/world.ts';
import { caseLine, clean, codeBox, expect, LANGUAGES, logButton, notice, options, partyBox, test } from './stage.ts';

const WORDS = { en, es };
const RULES: RelateRule[] = ['dialled_from_case', 'in_view_outbound', 'in_view_inbound', 'picked'];
const REASONS: NotRelatedWhy[] = ['said_none', 'host_silent', 'no_console', 'several_panels', 'not_saved', 'none_in_view', 'gone', 'somebody_elses'];

const owe = (mock: Mock, relate: Relate | null, more: Parameters<typeof wrapup>[2] = {}): void =>
  void (mock.panel = panel({
    agent: { ...mock.panel.agent, state: 'after_call_work' },
    wrapups: [wrapup('e1', matches.one(), { relate, cases: [invoice, delivery], ...more })],
  }));
const logged = (mock: Mock): unknown => mock.of('POST', /\/log$/).at(-1)?.body;

for (const lang of LANGUAGES) {
  const t = WORDS[lang].relate;

  test(`every rule is said with its Case before it is related, ${lang}`, async ({ page, mock, openPanel }) => {
    owe(mock, related('picked'));
    await openPanel(lang);
    for (const rule of RULES) {
      mock.push((now) => Object.assign(now.wrapups[0] ?? {}, { relate: related(rule) }));
      await expect(caseLine(page)).toContainText(t.rules[rule]);
      await expect(caseLine(page)).toContainText(`${t.related}`);
      await expect(caseLine(page)).toContainText('00001042 · Factura duplicada');
    }
    await clean(page);
  });

  test(`every reason for no Case is said in words, ${lang}`, async ({ page, mock, openPanel }) => {
    owe(mock, null);
    await openPanel(lang);
    for (const why of REASONS) {
      mock.push((now) => Object.assign(now.wrapups[0] ?? {}, { relate: notRelated(why) }));
      await expect(caseLine(page)).toContainText(t.why[why]);
      await expect(caseLine(page)).toContainText(t.none);
      await expect(caseLine(page)).not.toContainText('00001042');
    }
    await clean(page);
  });
}

test('an Opportunity that Log relates besides is said, by its name once that is known, and after Log', async ({ page, mock, openPanel }) => {
  const opportunity = { id: '006000000000001AAA', name: null, rule: 'in_view' as const };
  owe(mock, notRelated('none_in_view'), { opportunity });
  await openPanel();
  await expect(caseLine(page)).toContainText('And to the Opportunity 006000000000001AAA');
  mock.push((now) => Object.assign(now.wrapups[0] ?? {}, { opportunity: { ...opportunity, name: 'Fifty chairs' } }));
  await expect(caseLine(page)).toContainText('And to the Opportunity Fifty chairs');
  await expect(caseLine(page)).toContainText('It is on your screen.');
  await clean(page);
  mock.push((now) => Object.assign(now.wrapups[0] ?? {}, { opportunity: { ...opportunity, name: 'Fifty chairs', rule: 'dialled' } }));
  await expect(caseLine(page)).toContainText('You dialled from it.');
  mock.push((now) => Object.assign(now.wrapups[0] ?? {}, { opportunity: null }));
  await expect(caseLine(page)).not.toContainText('Opportunity');
});

test('p13 with codes off no Case is spoken of but the reason, and none can be picked', async ({ page, mock, openPanel }) => {
  owe(mock, notRelated('codes_off'));
  mock.panel.codes_enabled = false;
  await openPanel();
  await expect(caseLine(page)).toContainText('Disposition codes are switched off');
  await expect(caseLine(page).getByRole('button')).toHaveCount(0);
});

test('while it is open whose call it was, the record has to be settled first', async ({ page, mock, openPanel }) => {
  owe(mock, null, { match: matches.many(), cases: [] });
  await openPanel();
  await expect(caseLine(page)).toContainText('Choose a record first: the Case follows from it.');
  await expect(caseLine(page).getByRole('button')).toHaveCount(0);
  await partyBox(page).press('ArrowDown');
  await options(page, { name: /Talleres Prieto S/ }).click();
  await expect.poll(() => mock.owner('e1').draft.party).toEqual({ choice: 'existing', person: 'p-acc' });
  mock.push((now) => Object.assign(now.wrapups[0] ?? {}, { relate: related('in_view_inbound'), cases: [invoice] }));
  await expect(caseLine(page)).toContainText('00001042');
});

test('p09 with several panels nothing is related by itself, the offer is one click away, and can be undone', async ({ page, mock, openPanel }) => {
  owe(mock, notRelated('several_panels', invoice));
  mock.panel.instances = 2;
  await openPanel();
  await expect(caseLine(page)).toContainText('You have Bitácora open in more than one window, so no Case is related by itself.');
  expect(mock.owner('e1').draft.case).toEqual({ choice: 'by_itself' });
  await page.getByRole('button', { name: 'Relate to 00001042 · Factura duplicada' }).click();
  await expect(caseLine(page)).toContainText('You chose it.');
  await expect.poll(() => mock.owner('e1').draft.case).toEqual({ choice: 'picked', case: invoice.id });
  await caseLine(page).getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => mock.owner('e1').draft.case).toEqual({ choice: 'by_itself' });
});

test('p09 what is offered is never taken: Log says that nothing was chosen', async ({ page, mock, openPanel }) => {
  owe(mock, notRelated('no_console', invoice));
  await openPanel();
  await codeBox(page).press('1');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(logged(mock)).toMatchObject({ case: { choice: 'by_itself' }, view: { kind: 'no_console' } });
});

test('p09 a panel whose connection does not stand yet does not claim other windows', async ({ page, mock, openPanel }) => {
  owe(mock, notRelated('several_panels'));
  mock.panel.instances = 0;
  await openPanel();
  await expect(caseLine(page)).toContainText('not connected right now');
  await expect(caseLine(page)).not.toContainText('more than one window');
});

test('No Case is said with one click and goes with the submit', async ({ page, mock, openPanel }) => {
  owe(mock, related('in_view_inbound'));
  await openPanel();
  await caseLine(page).getByRole('button', { name: 'No Case' }).click();
  await expect(caseLine(page)).toContainText('You said so.');
  await codeBox(page).press('1');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(logged(mock)).toMatchObject({ case: { choice: 'none' } });
});

test('one of the open Cases is picked by keyboard, found by its number', async ({ page, mock, openPanel }) => {
  owe(mock, related('in_view_inbound'));
  await openPanel();
  await page.getByRole('button', { name: 'Choose a Case' }).press('Enter');
  await expect(options(page)).toHaveText([/00001042/, /00001043/, /No Case/, /Let it follow/]);
  await page.keyboard.type('1043');
  await expect(options(page)).toHaveText([/00001043/, /No Case/, /Let it follow/]);
  await page.keyboard.press('Enter');
  await expect(caseLine(page)).toContainText('00001043 · Entrega retrasada');
  await expect(page.getByRole('button', { name: 'Choose a Case' })).toBeFocused();
  await expect.poll(() => mock.owner('e1').draft.case).toEqual({ choice: 'picked', case: delivery.id });
  await page.reload();
  await expect(caseLine(page)).toContainText('00001043 · Entrega retrasada');
  await codeBox(page).press('1');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toContainText('Related to 00001043 · Entrega retrasada');
  await clean(page);
});

test('a Case that was picked is not taken along to somebody else', async ({ page, mock, openPanel }) => {
  owe(mock, related('picked'), { draft: { ...emptyDraft(), revision: 1, case: { choice: 'picked', case: invoice.id } } });
  await openPanel();
  await page.getByRole('button', { name: 'Someone else' }).click();
  await page.keyboard.type('bruno');
  await options(page, { name: /Bruno Salas/ }).click();
  await expect.poll(() => mock.owner('e1').draft).toMatchObject({ party: { person: bruno.id }, case: { choice: 'by_itself' } });
});

test('two windows said otherwise about the Case: the agent is shown both', async ({ page, mock, openPanel }) => {
  owe(mock, related('in_view_inbound'));
  await openPanel();
  let release = (): void => {};
  const held = new Promise<void>((done) => (release = done));
  mock.gate = async ({ method }) => (method === 'PUT' ? held : undefined);
  await caseLine(page).getByRole('button', { name: 'No Case' }).click();
  await expect.poll(() => mock.of('PUT', /draft$/).length).toBe(1);
  mock.writeElsewhere('e1', { case: { choice: 'picked', case: delivery.id } });
  release();
  await expect(page.getByRole('alert').filter({ hasText: 'Case there:' })).toContainText('00001043');
  await page.getByRole('button', { name: 'Use theirs' }).click();
  await expect.poll(() => mock.owner('e1').draft.case).toEqual({ choice: 'picked', case: delivery.id });
});

test('during the call it is said already which Case it would be', async ({ page, mock, openPanel }) => {
  mock.panel = panel({
    agent: { ...mock.panel.agent, state: 'on_call' },
    calls: [liveCall('e1', 'connected', matches.one(), { relate: related('in_view_inbound'), cases: [invoice] })],
  });
  await openPanel();
  await expect(caseLine(page)).toContainText('00001042 · Factura duplicada');
  await expect(logButton(page)).toHaveCount(0);
});

test('p06 dialled from a Case, the clicked Contact is the party although others have the number', async ({ page, mock, openPanel }) => {
  const outbound = call({ direction: 'outbound', type: 'outbound' });
  owe(mock, related('dialled_from_case'), { match: { ...matches.many(), clicked: ana }, call: outbound });
  await openPanel();
  await expect(page.getByText('Contact · Ruiz & Hijos · dialled from')).toBeVisible();
  await expect(partyBox(page)).toHaveCount(0);
  await expect(caseLine(page)).toContainText('You dialled from its Contact Phone.');
  await codeBox(page).press('1');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();
  expect(logged(mock)).toMatchObject({ party: null, shown: { kind: 'person', person: ana.id } });
});
