import { ago, ana, bruno, call, candidate, codes, delivery, emptyDraft, history, invoice, liveCall, matches, notRelated, panel, related, taller, wrapup } from '../mock/world.ts';
import { Refusal } from '../mock/endpoints.ts';
import type { Mock } from '../mock/server.ts';
import { caseLine, codeBox, expect, inspectEach, inspectWide, LANGUAGES, options, partyBox, test } from './stage.ts';

const working = { key: '1001', name: 'Lucía Herrero', since: ago(24), mode: 'available' as const, away_reason: null };
const afterCall = { agent: { ...working, state: 'after_call_work' as const } };

const outbound = call({ direction: 'outbound', type: null, ended_at: null, ring_group: null });

/** A record of which only the kind is told. */
const hiddenAna = (hidden: 'not_shared' | 'asking') => ({ ...ana, name: '', company: null, phone: null, hidden });

/** Every state of the panel by name, as the server would send it. */
const STATES: Record<string, (mock: Mock) => void> = {
  idle: () => {},
  'idle-empty': (mock) => void (mock.recent = []),
  'ringing-one': (mock) =>
    void (mock.panel = panel({
      agent: { ...working, state: 'ringing' },
      calls: [liveCall('e1', 'ringing', matches.one(), { last_calls: history.slice(0, 3) })],
    })),
  'ringing-many': (mock) => void (mock.panel = panel({ agent: { ...working, state: 'ringing' }, calls: [liveCall('e1', 'ringing', matches.many())] })),
  'ringing-hidden': (mock) =>
    void (mock.panel = panel({
      agent: { ...working, state: 'ringing' },
      calls: [liveCall('e1', 'ringing', { ...matches.one(), candidates: [candidate(hiddenAna('not_shared'), { preselected: true })] })],
    })),
  'wrapup-hidden': (mock) =>
    void (mock.panel = panel({
      ...afterCall,
      wrapups: [wrapup('e1', { ...matches.many(), candidates: [candidate(hiddenAna('asking')), candidate(taller, { field: 'phone' })] })],
    })),
  'ringing-unknown': (mock) => void (mock.panel = panel({ agent: { ...working, state: 'ringing' }, calls: [liveCall('e1', 'ringing', matches.none())] })),
  connected: (mock) =>
    void (mock.panel = panel({
      agent: { ...working, state: 'on_call' },
      calls: [liveCall('e1', 'connected', matches.one(), { last_calls: history.slice(0, 3) })],
    })),
  held: (mock) =>
    void (mock.panel = panel({ agent: { ...working, state: 'on_call' }, calls: [liveCall('e1', 'held', matches.many(), { via: 'transfer' })] })),
  'wrapup-uncertain': (mock) =>
    void (mock.panel = panel({
      ...afterCall,
      wrapups: [wrapup('e1', { ...matches.one(), candidates: [candidate(ana, { tier: 'L' })] })],
    })),
  'wrapup-one': (mock) => void (mock.panel = panel({ ...afterCall, wrapups: [wrapup('e1', matches.one(), { last_calls: history.slice(0, 3) })] })),
  'wrapup-many': (mock) => void (mock.panel = panel({ ...afterCall, wrapups: [wrapup('e1', matches.many())] })),
  'wrapup-none': (mock) => void (mock.panel = panel({ ...afterCall, wrapups: [wrapup('e1', matches.none())] })),
  'wrapup-withheld': (mock) => {
    const one = wrapup('e1', matches.withheld());
    one.call = { ...one.call, number: null, number_display: null, number_kind: 'withheld' };
    mock.panel = panel({ ...afterCall, wrapups: [one] });
  },
  'wrapup-codes-off': (mock) => void (mock.panel = panel({ ...afterCall, codes_enabled: false, wrapups: [wrapup('e1', matches.one())] })),
  'wrapup-several': (mock) =>
    void (mock.panel = panel({
      ...afterCall,
      wrapups: [
        wrapup('e1', matches.one(), { relate: related('in_view_inbound'), cases: [invoice, delivery], draft: { ...emptyDraft(), revision: 2, code: 'c-esc', notes: 'Pide que le llame el responsable.' } }),
        wrapup('e2', matches.many(), { opened_at: ago(11) }),
        wrapup('e3', { ...matches.one(), candidates: [{ ...matches.one().candidates[0]!, person: bruno }] }, { opened_at: ago(2) }),
      ],
    })),
  'wrapup-case': (mock) =>
    void (mock.panel = panel({ ...afterCall, wrapups: [wrapup('e1', matches.one(), { relate: related('in_view_inbound'), cases: [invoice, delivery] })] })),
  'wrapup-case-offered': (mock) =>
    void (mock.panel = panel({
      ...afterCall,
      instances: 2,
      wrapups: [wrapup('e1', matches.one(), { relate: notRelated('several_panels', invoice), cases: [invoice, delivery] })],
    })),
  'wrapup-case-picked': (mock) =>
    void (mock.panel = panel({
      ...afterCall,
      wrapups: [
        wrapup('e1', matches.one(), {
          relate: related('picked', delivery),
          cases: [invoice, delivery],
          draft: { ...emptyDraft(), revision: 1, case: { choice: 'picked', case: delivery.id } },
        }),
      ],
    })),
  'connected-case': (mock) =>
    void (mock.panel = panel({
      agent: { ...working, state: 'on_call' },
      can_dial: false,
      calls: [liveCall('e1', 'connected', { ...matches.many(), clicked: ana }, { relate: related('dialled_from_case'), cases: [invoice], call: outbound })],
    })),
  'wrapup-deadline': (mock) =>
    void (mock.panel = panel({ ...afterCall, wrapups: [wrapup('e1', matches.one(), { relate: notRelated('none_in_view'), deadline: ago(-83), can_extend: true })] })),
  'wrapup-late': (mock) =>
    void (mock.panel = panel({
      ...afterCall,
      wrapups: [wrapup('e1', matches.one(), { relate: notRelated('somebody_elses', invoice), deadline: ago(42), late: true, released: true })],
    })),
  'ringing-out': (mock) =>
    void (mock.panel = panel({ agent: { ...working, state: 'on_call' }, calls: [liveCall('e1', 'ringing', { ...matches.one(), clicked: ana }, { via: 'outbound', call: outbound })] })),
  away: (mock) => void (mock.panel = panel({ agent: { ...working, state: 'away', mode: 'away', away_reason: 'Formación' } })),
  holding: (mock) => void (mock.panel = panel({ agent: { ...working, state: 'away', mode: 'holding' } })),
  'no-dialling': (mock) => void (mock.panel = panel({ can_dial: false })),
};

for (const [name, prepare] of Object.entries(STATES)) {
  test(`panel ${name}`, async ({ page, mock, openPanel }) => {
    await page.setViewportSize({ width: 400, height: 720 });
    prepare(mock);
    await openPanel();
    await expect(page.getByText(/Loading|Cargando/)).toHaveCount(0);
    await inspectEach(page, `panel-${name}`, () => expect(page.getByRole('timer').first()).toBeVisible());
  });
}

test('a record that Salesforce does not show is named by its kind, in the language that is shown, and opens by itself nowhere', async ({ page, mock, openApp }) => {
  await openApp('/people');
  mock.push((now) => {
    now.calls = [liveCall('e1', 'connected', { ...matches.one(), candidates: [candidate(hiddenAna('not_shared'), { preselected: true })] })];
  });
  await expect(page.getByRole('button', { name: 'Contact not visible to you' })).toBeVisible();
  await expect(page.getByRole('tab', { name: /Contact/ })).toHaveCount(0);
  await page.getByRole('combobox', { name: 'Language' }).first().selectOption('es');
  await expect(page.getByRole('button', { name: 'Contacto no visible para usted' })).toBeVisible();
});

for (const lang of LANGUAGES) {
  test(`panel code list open, ${lang}`, async ({ page, mock, openPanel }) => {
    await page.setViewportSize({ width: 400, height: 720 });
    STATES['wrapup-one']?.(mock);
    await openPanel(lang);
    await codeBox(page).press('ArrowDown');
    await expect(page.getByRole('listbox')).toBeVisible();
    await inspectWide(page, `panel-code-list-${lang}`);
    await codeBox(page).fill('zzz');
    await inspectWide(page, `panel-code-none-${lang}`);
  });

  test(`panel party list and errors, ${lang}`, async ({ page, mock, openPanel }) => {
    await page.setViewportSize({ width: 400, height: 720 });
    STATES['wrapup-many']?.(mock);
    await openPanel(lang);
    await partyBox(page).press('ArrowDown');
    await inspectWide(page, `panel-party-list-${lang}`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Enter');
    await expect(partyBox(page)).toHaveAttribute('aria-invalid', 'true');
    await inspectWide(page, `panel-errors-${lang}`);
    await partyBox(page).fill('bruno');
    await expect(options(page, { name: /Bruno Salas/ })).toBeVisible();
    await inspectWide(page, `panel-party-search-${lang}`);
  });

  test(`panel logged and not logged, ${lang}`, async ({ page, mock, openPanel }) => {
    await page.setViewportSize({ width: 400, height: 720 });
    STATES['wrapup-several']?.(mock);
    await openPanel(lang);
    await expect(page.getByRole('textbox', { name: /Notes|Notas/ })).toHaveValue(/responsable/);
    await page.getByRole('button', { name: /with a reason|indicando el motivo/ }).click();
    await inspectWide(page, `panel-reasons-${lang}`);
    await page.keyboard.press('Enter');
    await inspectWide(page, `panel-discard-${lang}`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('status').getByText(ana.name)).toBeVisible();
    await inspectWide(page, `panel-logged-${lang}`);
  });

  test(`panel Case list and mode menu open, ${lang}`, async ({ page, mock, openPanel }) => {
    await page.setViewportSize({ width: 400, height: 720 });
    STATES['wrapup-case']?.(mock);
    await openPanel(lang);
    await page.getByRole('button', { name: /^(Choose a Case|Elegir un caso)$/ }).click();
    await expect(options(page)).toHaveCount(4);
    await inspectWide(page, `panel-case-list-${lang}`);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^(Change your status|Cambiar su estado)$/ }).click();
    await expect(page.getByRole('menuitemradio')).toHaveCount(3);
    await inspectWide(page, `panel-mode-menu-${lang}`);
  });

  test(`panel codes of several sets, and why these, ${lang}`, async ({ page, mock, openPanel }) => {
    await page.setViewportSize({ width: 400, height: 720 });
    const set = { id: 's-ven', name: 'Ventas y altas' };
    const own = codes.map((code) => ({ ...code, id: `v-${code.id}`, set }));
    mock.panel = panel({ ...afterCall, wrapups: [wrapup('e1', matches.one(), { codes: [...codes, ...own], codes_from: 'agent' })] });
    await openPanel(lang);
    await codeBox(page).press('ArrowDown');
    await expect(page.getByRole('group', { name: set.name }).getByRole('option').first()).toBeVisible();
    await inspectWide(page, `panel-codes-by-set-${lang}`);
    await page.keyboard.press('Escape');
    await codeBox(page).press('Shift+Tab');
    await expect(page.getByRole('tooltip')).toBeVisible();
    await inspectWide(page, `panel-codes-why-${lang}`);
  });

  test(`panel mode and more time refused, ${lang}`, async ({ page, mock, openPanel }) => {
    await page.setViewportSize({ width: 400, height: 720 });
    mock.panel = panel({ ...afterCall, wrapups: [wrapup('e1', matches.one(), { deadline: ago(-5), can_extend: true })] });
    mock.gate = ({ path }) => {
      if (path === '/me/mode') throw new Refusal(503, 'unavailable');
      if (path.endsWith('/extend')) throw new Refusal(409, 'no_more_time');
    };
    await openPanel(lang);
    await page.getByRole('button', { name: /^(More time|Más tiempo)$/ }).click();
    await expect(page.getByRole('alert').filter({ hasText: /given more time|más tiempo/ })).toBeVisible();
    await inspectWide(page, `panel-no-more-time-${lang}`);
    await page.getByRole('button', { name: /^(Change your status|Cambiar su estado)$/ }).click();
    await page.getByRole('menuitemradio').last().click();
    await expect(page.getByRole('alert').filter({ hasText: /stored right now|guardar/ })).toBeVisible();
    await inspectWide(page, `panel-mode-refused-${lang}`);
  });

  test(`panel two windows said otherwise, ${lang}`, async ({ page, mock, openPanel }) => {
    await page.setViewportSize({ width: 400, height: 720 });
    mock.panel = panel({ ...afterCall, wrapups: [wrapup('e1', matches.one(), { relate: related('in_view_inbound'), cases: [invoice, delivery] })] });
    await openPanel(lang);
    let release = (): void => {};
    const held = new Promise<void>((done) => (release = done));
    mock.gate = async ({ method }) => (method === 'PUT' ? held : undefined);
    await caseLine(page).getByRole('button', { name: /^(No Case|Ningún caso)$/ }).click();
    await expect.poll(() => mock.of('PUT', /draft$/).length).toBe(1);
    mock.writeElsewhere('e1', { case: { choice: 'picked', case: delivery.id } });
    release();
    await expect(page.getByRole('alert').filter({ hasText: '00001043' })).toBeVisible();
    await inspectWide(page, `panel-two-windows-${lang}`);
  });

  test(`panel dial field refused, ${lang}`, async ({ page, mock, openPanel }) => {
    await page.setViewportSize({ width: 320, height: 600 });
    mock.gate = ({ path }) => {
      if (path === '/me/dial') throw new Refusal(503, 'phone_unreachable');
    };
    await openPanel(lang);
    await page.getByRole('textbox', { name: /Number to call|Número al que llamar/ }).fill('600 11 22 33');
    await page.keyboard.press('Enter');
    await expect(page.getByText(/Nothing was dialled|No se ha marcado nada/)).toBeVisible();
    await inspectWide(page, `panel-dial-refused-${lang}`);
  });

  test(`panel of a user without a phone, ${lang}`, async ({ page, mock, openPanel }) => {
    await page.setViewportSize({ width: 400, height: 720 });
    mock.gate = ({ path }) => {
      if (path.startsWith('/me/')) throw new Refusal(403, 'forbidden');
    };
    await openPanel(lang);
    await expect(page.getByText(/not tied to an agent|no está ligado/)).toBeVisible();
    await inspectWide(page, `panel-no-phone-${lang}`);
  });

  test(`panel recent call opened, ${lang}`, async ({ page, openPanel }) => {
    await page.setViewportSize({ width: 400, height: 720 });
    await openPanel(lang);
    await page.getByRole('button', { name: /Ana Ruiz/ }).first().click();
    await expect(page.getByText('Cambio de domicilio hecho.')).toBeVisible();
    await inspectWide(page, `panel-recent-open-${lang}`);
  });

  test(`panel sign-in, ${lang}`, async ({ page, mock, openPanel }) => {
    await page.setViewportSize({ width: 400, height: 720 });
    mock.signedIn = null;
    await openPanel(lang);
    await expect(page.getByRole('button', { name: 'Lucía Herrero' })).toBeVisible();
    await inspectWide(page, `panel-sign-in-${lang}`);
    await page.getByRole('textbox', { name: /^(User name|Usuario)$/ }).fill('lucia');
    await page.getByLabel(/Password|Contraseña/).fill('wrong');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toContainText(/wrong|no son correctos/);
    await inspectWide(page, `panel-sign-in-refused-${lang}`);
    await page.getByRole('button', { name: 'Lucía Herrero' }).click();
    await page.keyboard.press('Enter');
    await expect(page.getByText(/No call right now|Ninguna llamada/)).toBeVisible();
  });
}
