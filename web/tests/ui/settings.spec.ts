import type { Page } from '@playwright/test';
import { Refusal } from '../mock/endpoints.ts';
import type { Mock } from '../mock/server.ts';
import { clean, expect, inspectEach, LANGUAGES, notice, test } from './stage.ts';

const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 400, height: 900 } };

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize(SIZES.wide);
  mock.signedIn = mock.users[2] ?? null;
});

const group = (page: Page, name: string | RegExp) => page.getByRole('group', { name, exact: true });
const save = (page: Page) => page.getByRole('main').getByRole('button', { name: /^(Save|Guardar)$/ });
const sent = (mock: Mock): unknown[] => mock.of('PUT', /^\/centre$/).map(({ body }) => body);

test('what is matched is chosen and put in order by keyboard, and what would make a record each time is said first', async ({ page, mock, openApp }) => {
  await openApp('/admin/centre');
  const kinds = group(page, 'Records that are matched').last();
  await kinds.getByRole('button', { name: 'Move Lead up' }).press('Enter');
  await expect(notice(page, 'Lead: place 1 of 4')).toBeAttached();
  // At the top there is only the way down.
  await expect(kinds.getByRole('button', { name: 'Move Lead down' })).toBeFocused();
  await kinds.getByRole('checkbox', { name: 'Contact', exact: true }).press('Space');
  await kinds.getByRole('checkbox', { name: 'Account', exact: true }).press('Space');
  await expect(kinds.getByRole('listitem')).toHaveText([/^\s*Lead/, /^\s*Person Account/, /^\s*Contact/, /^\s*Account/]);
  await save(page).click();
  const make = group(page, 'Inbound').getByRole('combobox', { name: 'Make' });
  await expect(make).toBeFocused();
  await expect(group(page, 'Inbound')).toContainText('Contacts are not matched, so each call would make another one.');
  for (const type of ['Inbound', 'Outbound', 'Outbound, not reached']) await group(page, type).getByRole('combobox', { name: 'Make' }).selectOption('No record');
  const fields = group(page, 'Fields that are looked at').last();
  await fields.getByRole('checkbox', { name: 'Phone', exact: true }).uncheck();
  await save(page).click();
  await expect(fields).toContainText('New records have the number in Phone');
  await expect(fields).toBeFocused();
  await fields.getByRole('checkbox', { name: 'Phone', exact: true }).check();
  await fields.getByRole('checkbox', { name: 'Other phone' }).uncheck();
  await save(page).click();
  await expect(notice(page, 'Saved.')).toBeVisible();
  expect(sent(mock)).toMatchObject([{ matching: { kinds: ['lead', 'person_account'], fields: ['phone', 'mobile', 'home'] } }]);
  for (const kind of ['Lead', 'Person Account']) await kinds.getByRole('checkbox', { name: kind }).uncheck();
  await group(page, 'Voicemail').getByRole('combobox', { name: 'Make' }).selectOption('No record');
  await save(page).click();
  await expect(kinds).toContainText('Match at least one kind of record.');
  expect(sent(mock)).toHaveLength(1);
});

test('what each type of call makes is set with its fields and owner', async ({ page, mock, openApp }) => {
  await openApp('/admin/centre');
  const mail = group(page, 'Voicemail');
  await expect(mail.getByRole('combobox', { name: 'Owner' })).toHaveValue('user:u-sup');
  await expect(group(page, 'Missed').getByRole('textbox')).toHaveCount(0);
  await group(page, 'Missed').getByRole('combobox', { name: 'Make' }).selectOption('A Contact');
  await group(page, 'Missed').getByRole('textbox', { name: 'Name' }).fill(' Perdida {number} ');
  await group(page, 'Missed').getByRole('combobox', { name: 'Owner' }).selectOption('Lucía Herrero');
  await mail.getByRole('textbox', { name: 'Company' }).fill('');
  await mail.getByRole('textbox', { name: 'E-mail' }).fill('nadie@centro.example');
  await group(page, 'Inbound').getByRole('combobox', { name: 'Owner' }).selectOption('The agent who logs');
  // Who is no user any more is not offered, but for where they are chosen.
  await expect(mail.getByRole('option', { name: 'Pedro Núñez' })).toHaveCount(0);
  await save(page).click();
  await expect(notice(page, 'Saved.')).toBeVisible();
  const rule = { name: null, company: null, email: null, owner: { is: 'nobody' } };
  expect(sent(mock)).toMatchObject([
    {
      auto_create: {
        inbound: { ...rule, make: 'contact', owner: { is: 'agent' } },
        voicemail: { make: 'lead', name: 'Buzón {number}', company: null, email: 'nadie@centro.example', owner: { is: 'user', user: 'u-sup' } },
        missed: { ...rule, make: 'contact', name: 'Perdida {number}', owner: { is: 'user', user: 'u-ana' } },
        abandoned: { ...rule, make: 'none' },
      },
    },
  ]);
});

test('reasons for Do not log are added, ordered, retired and brought back; only what was never saved is removed', async ({ page, mock, openApp }) => {
  await openApp('/admin/centre');
  const reasons = group(page, 'Reasons for Do not log');
  await expect(reasons.getByRole('button', { name: /^Remove/ })).toHaveCount(0);
  await reasons.getByRole('button', { name: 'Add a reason for Do not log' }).press('Enter');
  await expect(page.getByRole('textbox', { name: 'Do not log 5 in Spanish' })).toBeFocused();
  await page.keyboard.type('Encuesta de satisfacción');
  await page.keyboard.press('Tab');
  await page.keyboard.type('¡Survey: other!');
  await reasons.getByRole('button', { name: 'Add a reason for Do not log' }).press('Enter');
  await page.keyboard.type('De más');
  await reasons.getByRole('button', { name: 'Remove De más' }).press('Enter');
  await reasons.getByRole('button', { name: 'Move ¡Survey: other! up' }).press('Enter');
  await reasons.getByRole('button', { name: 'Retire Wrong number' }).press('Enter');
  await expect(notice(page, 'Wrong number retired.')).toBeAttached();
  await expect(reasons.getByRole('button', { name: 'Retire Test' })).toBeFocused();
  await reasons.getByText('2 retired reasons').click();
  await reasons.getByRole('button', { name: 'Bring back Fax' }).press('Enter');
  await expect(page.getByRole('textbox', { name: 'Do not log 5 in Spanish' })).toBeFocused();
  await save(page).click();
  await expect(notice(page, 'Saved.')).toBeVisible();
  const ids = (sent(mock)[0] as { do_not_log_reasons: { id: string; retired: boolean }[] }).do_not_log_reasons;
  expect(ids.map(({ id, retired }) => `${id}${retired ? '!' : ''}`)).toEqual(['personal', 'test', 'survey_other', 'other', 'fax', 'wrong_number!']);
  // What is saved now is retired from now on.
  await expect(reasons.getByRole('button', { name: 'Retire ¡Survey: other!' })).toBeVisible();
});

test('a reason that somebody else saved meanwhile stays, also where one’s own list is kept', async ({ page, mock, openApp }) => {
  await openApp('/admin/centre');
  const reasons = group(page, 'Reasons for Do not log');
  await reasons.getByRole('button', { name: 'Add a reason for Do not log' }).click();
  await page.keyboard.type('Encuesta');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Survey');
  mock.centre = { ...mock.centre, version: 8, do_not_log_reasons: [{ id: 'survey', es: 'Sondeo', en: 'Survey', retired: false }, ...mock.centre.do_not_log_reasons] };
  await save(page).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Changed by someone else' })).toContainText('6 entries; only here: Sondeo / Survey');
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await save(page).click();
  await expect(notice(page, 'Saved.')).toBeVisible();
  expect((sent(mock)[1] as { do_not_log_reasons: { id: string; es: string }[] }).do_not_log_reasons.map(({ id, es }) => `${id} ${es}`)).toEqual([
    'personal Llamada personal',
    'wrong_number Número equivocado',
    'test Prueba',
    'other Otro motivo',
    'survey_2 Encuesta',
    'fax Fax',
    'survey Sondeo',
  ]);
});

test('ring groups that calls named are set up with a press, others added, and what they have is said', async ({ page, mock, openApp }) => {
  mock.sets.push({ id: 's-ven', name: 'Altas', direction: 'inbound', ring_groups: ['Ventas'], retired: false, version: 1, runs_out: null, codes: [] });
  await openApp('/admin/centre');
  const groups = group(page, 'Ring groups');
  await groups.getByRole('button', { name: 'Set up Soporte' }).press('Enter');
  const form = page.getByRole('group', { name: 'Edit ring group Soporte', exact: true });
  await expect(form.getByRole('textbox', { name: 'Name' })).toBeFocused();
  await page.keyboard.type('Atención');
  const opened = page.getByRole('group', { name: 'Edit ring group Atención', exact: true });
  await opened.getByRole('textbox', { name: 'Numbers' }).fill('+34 910 00 00 03\nsin número');
  await opened.getByRole('button', { name: /^Agents/ }).press('Enter');
  await page.getByRole('checkbox', { name: 'Lucía Herrero (1001)' }).press('Space');
  await page.keyboard.press('Escape');
  await expect(groups.getByRole('button', { name: 'Set up Soporte' })).toHaveCount(0);
  await groups.getByRole('button', { name: 'Add a ring group' }).press('Enter');
  await expect(page.getByRole('textbox', { name: 'Key' }).last()).toBeFocused();
  await page.keyboard.type('Ventas');
  await save(page).click();
  // The first that is wrong is opened and has the focus.
  await expect(opened.getByRole('textbox', { name: 'Numbers' })).toBeFocused();
  await expect(opened).toContainText('Line 2 (“sin número”) has no digits');
  await expect(groups).toContainText('Another ring group has this key.');
  await opened.getByRole('textbox', { name: 'Numbers' }).fill('+34 910 00 00 03');
  await groups.getByRole('button', { name: 'Remove ring group Ventas', exact: true }).press('Enter');
  await expect(groups.getByRole('button', { name: 'Remove ring group Atención' })).toBeFocused();
  await groups.getByRole('button', { name: 'Edit ring group Ventas y altas' }).press('Enter');
  const sales = page.getByRole('group', { name: 'Edit ring group Ventas y altas', exact: true });
  await expect(sales).toContainText('The phone system says: Lucía Herrero.');
  await expect(sales).toContainText('Sets of codes: Altas.');
  await expect(sales.getByRole('textbox', { name: 'Key' })).toHaveCount(0);
  await sales.getByRole('button', { name: 'Done' }).press('Enter');
  await expect(groups.getByRole('button', { name: 'Edit ring group Ventas y altas' })).toBeFocused();
  await save(page).click();
  await expect(notice(page, 'Saved.')).toBeVisible();
  expect(sent(mock)).toMatchObject([{ ring_groups: [{ key: 'Ventas' }, { key: '810' }, { key: 'Soporte', name: 'Atención', numbers: ['+34 910 00 00 03'], agents: ['1001'] }] }]);
});

test('what the server refuses of the new settings is said at the very field, by its path', async ({ page, mock, openApp }) => {
  let refusal = new Refusal(422, 'invalid', { reason: 'unknown' }, 'auto_create.voicemail.owner');
  mock.gate = ({ method }) => {
    if (method === 'PUT') throw refusal;
  };
  const refuse = async (reason: string, field: string): Promise<void> => {
    refusal = new Refusal(422, 'invalid', { reason }, field);
    await save(page).click();
  };
  await openApp('/admin/centre');
  await save(page).click();
  await expect(group(page, 'Voicemail')).toContainText('This value is not known.');
  await expect(group(page, 'Voicemail').getByRole('combobox', { name: 'Owner' })).toBeFocused();
  await expect(page.getByRole('navigation', { name: 'Sections of the settings' }).getByRole('button', { name: /When nobody has the number.*1 correction needed/ })).toBeVisible();
  await refuse('taken', 'ring_groups.0.numbers.0');
  await expect(page.getByText('+34 910 00 00 02: This is already in use.')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Numbers', exact: true })).toBeFocused();
  await refuse('not_a_number', 'own_numbers.2');
  await expect(page.getByText('800 100 200: This is not a phone number.')).toBeVisible();
  await refuse('would_repeat', 'matching.kinds');
  await expect(group(page, 'Records that are matched').last()).toContainText('Each call would make another record');
  await refuse('too_long', 'do_not_log_reasons.1.en');
  await expect(page.getByRole('textbox', { name: 'Do not log 2 in English' })).toBeFocused();
  await refuse('retire_instead', 'do_not_log_reasons');
  await expect(page.getByText('Reasons that were saved cannot be taken out.')).toBeFocused();
  // What has no place on this page is said all the same.
  await refuse('unknown', 'comets');
  await expect(page.getByRole('main').getByRole('alert').filter({ hasText: 'This value is not known.' })).toBeVisible();
});

for (const [at, [size, viewport]] of Object.entries(SIZES).entries()) {
  test(`the new settings with many ring groups, wrong, and changed by two, ${size}`, async ({ page, mock, openApp }) => {
    // The longest page there is, looked through a dozen times.
    await page.setViewportSize(viewport);
    const long = 'Atención telefónica a particulares y pequeñas empresas de la zona norte';
    mock.centre.ring_groups = Array.from({ length: at === 0 ? 60 : 9 }, (_, n) => ({ key: `cola-norte-${n}`, name: `${long} ${n}`, numbers: [], agents: [] }));
    await openApp('/admin/centre', LANGUAGES[1 - at]);
    await page.getByRole('button', { name: /^(Set up|Preparar) Soporte/ }).click();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.press('Delete');
    await page.getByRole('checkbox', { name: /^(Contact|Contacto)$/ }).uncheck();
    await page.getByRole('button', { name: /^(Add a reason for Do not log|Añadir un motivo para no registrar)$/ }).click();
    await save(page).click();
    await expect(page.getByRole('main').getByRole('alert')).toContainText([/(7|6) settings need|corregir (7|6) ajustes/]);
    // So many of them take their time to be looked through.
    if (size === 'narrow') await inspectEach(page, 'app-settings-wrong', () => expect(page.getByRole('main').getByRole('alert')).toContainText([/settings need|corregir/]));
    await page.getByRole('button', { name: /^(Reset|Restablecer)$/ }).click();
    await page.getByRole('checkbox', { name: /^(Lead|Cliente potencial)$/ }).uncheck();
    await page.getByRole('group', { name: /^(Voicemail|Buzón de voz)$/ }).getByRole('combobox').first().selectOption('none');
    const { matching, auto_create } = mock.centre;
    mock.centre = {
      ...mock.centre,
      version: 8,
      matching: { ...matching, kinds: ['person_account', 'contact', 'lead'] },
      auto_create: { ...auto_create, voicemail: { make: 'contact', name: 'Voz {number}', company: null, email: null, owner: { is: 'user', user: 'u-ana' } } },
      do_not_log_reasons: mock.centre.do_not_log_reasons.map((reason) => ({ ...reason, retired: reason.id === 'test' || reason.retired })),
      ring_groups: mock.centre.ring_groups.slice(1),
    };
    await save(page).click();
    const conflict = page.getByRole('alert').filter({ hasText: /Changed by someone else|Otra persona lo ha cambiado/ });
    await expect(conflict).toContainText(/Person Account, Contact, Lead|Cuenta personal, Contacto, Cliente potencial/);
    await expect(conflict).toContainText(/A Contact; Name: Voz \{number\}; Owner: Lucía Herrero|Un contacto; Nombre: Voz \{number\}; Propietario: Lucía Herrero/);
    await expect(conflict).toContainText(/Prueba \/ Test \((retired|retirado)\)/);
    if (size === 'narrow') await inspectEach(page, 'app-settings-conflict', () => expect(conflict).toBeVisible());
    else await clean(page);
  });
}

test('the sections lead through the long page, and mark what was changed', async ({ page, openApp }) => {
  await openApp('/admin/centre');
  const nav = page.getByRole('navigation', { name: 'Sections of the settings' });
  await nav.getByRole('button', { name: 'Do not log' }).press('Enter');
  await expect(page.getByRole('heading', { name: 'Do not log', exact: true })).toBeFocused();
  await expect(page.getByRole('heading', { name: 'Do not log', exact: true })).toBeInViewport();
  await expect(nav.getByRole('button', { name: 'Do not log' })).toHaveAttribute('aria-current', 'true');
  await expect(nav).toBeInViewport({ ratio: 1 });
  await page.getByRole('checkbox', { name: 'Ask for a wrap-up' }).uncheck();
  await expect(nav.getByRole('button', { name: 'Calls has unsaved changes' })).toBeVisible();
});
