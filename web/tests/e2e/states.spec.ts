import type { Page } from '@playwright/test';
import type { Centre } from './centre.ts';
import { adminOf, APP as size, codeBox, doNotLogButton, expect, inspect, logButton, notesBox, options, PANEL, partyBox, test } from './stage.ts';

const LANGUAGES = ['en', 'es'] as const;
const LONG_NAME = 'María de las Mercedes Fernández de Córdoba y Álvarez de Toledo';
const LONG_COMPANY = 'Sociedad Cooperativa Andaluza de Transformación Agroalimentaria del Guadalquivir';


for (const lang of LANGUAGES) {
  const panel = `panel.html?lang=${lang}`;

  test(`axe finds nothing in the panel through a call with one match, ${lang}`, async ({ centre, open }) => {
    const agent = await centre.agent();
    const number = centre.number();
    await centre.person('contact', 'Ana Ruiz', number, 'Talleres Prieto S. L.');
    const page = await open(centre, agent, panel);
    await expect(page.getByText(/No call right now|Ninguna llamada/)).toBeVisible();
    await inspect(page, `server-idle-empty-${lang}`);
    await centre.play('s05_abandoned_ringing', number, agent).end();
    await expect(page.getByRole('button', { name: /Ana Ruiz/ })).toBeVisible();

    const call = centre.play('s10_hold_reinvite', number, agent);
    await call.ring();
    await expect(page.getByText(/Incoming call|Llamada entrante/).first()).toBeVisible();
    await inspect(page, `server-ringing-${lang}`);
    await call.upTo('Hold');
    await expect(notesBox(page)).toBeVisible();
    await inspect(page, `server-connected-${lang}`);
    await call.upTo('Unhold');
    await expect(page.getByText(/On hold|En espera/)).toBeVisible();
    await inspect(page, `server-held-${lang}`);
    await call.end();
    await expect(logButton(page)).toBeVisible();
    await inspect(page, `server-wrapup-${lang}`);
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText(/Pick a disposition code|Elija un código/)).toBeVisible();
    await inspect(page, `server-code-required-${lang}`);
    await codeBox(page).click();
    await expect(options(page).first()).toBeVisible();
    await inspect(page, `server-codes-open-${lang}`);
    await codeBox(page).press('Escape');
    await codeBox(page).press('1');
    await notesBox(page).fill('Llamó por la factura de octubre; pide duplicado.');
    await expect(page.getByText(/Draft saved|Borrador guardado/)).toBeVisible();
    await doNotLogButton(page).click();
    await expect(page.getByRole('alertdialog')).toBeVisible();
    await inspect(page, `server-discard-${lang}`);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /with a reason|indicando el motivo/ }).click();
    await inspect(page, `server-reasons-${lang}`);
    await page.keyboard.press('Escape');
    await logButton(page).click();
    await expect(page.getByRole('status').filter({ hasText: /Logged on Ana|Registrada en Ana/ })).toBeVisible();
    await inspect(page, `server-logged-${lang}`);
    await page.getByRole('button', { name: /Ana Ruiz/ }).first().click();
    await inspect(page, `server-recent-open-${lang}`);
  });

  test(`axe finds nothing in the panel where several match, ${lang}`, async ({ centre, open }) => {
    const agent = await centre.agent();
    const number = centre.number();
    await centre.person('contact', LONG_NAME, number, LONG_COMPANY);
    await centre.person('account', LONG_COMPANY, number);
    await centre.person('lead', 'Ana Ruiz', number.slice(3));
    const page = await open(centre, agent, panel);
    const call = centre.inbound(number, agent);
    await call.ring();
    await expect(page.getByText(/3 records match|3 registros coinciden/)).toBeVisible();
    await inspect(page, `server-ringing-several-${lang}`);
    await call.answer();
    await expect(partyBox(page)).toBeVisible();
    await inspect(page, `server-connected-several-${lang}`);
    await call.end();
    await expect(logButton(page)).toBeVisible();
    await inspect(page, `server-several-${lang}`);
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText(/Choose a record first: several|Elija antes un registro: varios/)).toBeVisible();
    await inspect(page, `server-record-required-${lang}`);
    await partyBox(page).click();
    await expect(options(page).first()).toBeVisible();
    await inspect(page, `server-records-open-${lang}`);
    await partyBox(page).fill('nobody of that name');
    await expect(page.getByRole('status').filter({ hasText: /Nobody found|No se ha encontrado/ })).toBeAttached();
    await inspect(page, `server-records-none-found-${lang}`);
    await partyBox(page).press('Escape');
    await partyBox(page).click();
    await options(page).first().click();
    await page.bringToFront();
    await expect(page.getByText(/^(Will be logged on|Se registrará en)/)).toBeVisible();
    await inspect(page, `server-several-chosen-${lang}`);
  });

  test(`axe finds nothing in the panel with unknown and withheld numbers and two wrap-ups, ${lang}`, async ({ centre, open }) => {
    const agent = await centre.agent();
    const page = await open(centre, agent, panel);
    const unknown = centre.inbound(centre.number(), agent);
    await unknown.ring();
    await expect(page.getByText(/Incoming call|Llamada entrante/).first()).toBeVisible();
    await inspect(page, `server-ringing-unknown-${lang}`);
    await unknown.end();
    await expect(logButton(page)).toBeVisible();
    await inspect(page, `server-unknown-${lang}`);
    const withheld = centre.inbound('anonymous', agent);
    await withheld.ring();
    await expect(page.getByRole('heading', { name: /Number withheld|Número oculto/ })).toBeVisible();
    await inspect(page, `server-wrapup-and-ringing-${lang}`);
    await withheld.end();
    const list = page.getByRole('navigation');
    await expect(list.getByRole('button')).toHaveCount(2);
    await inspect(page, `server-two-wrapups-${lang}`);
    await list.getByRole('button').nth(1).click();
    await expect(page.getByText(/caller withheld|ocultó su número/)).toBeVisible();
    await inspect(page, `server-withheld-${lang}`);
  });

  test(`axe finds nothing in the panel outside calls, ${lang}`, async ({ openCentre, open, browser }) => {
    const centre = await openCentre({ codesEnabled: false });
    const stranger = await browser.newContext({ viewport: PANEL });
    const page = await stranger.newPage();
    await page.goto(`${centre.url}/${panel}`);
    await expect(page.getByRole('heading', { name: /Sign in|Iniciar sesión/ })).toBeVisible();
    await inspect(page, `server-sign-in-${lang}`);
    await page.getByRole('textbox').first().fill('nobody');
    await page.getByLabel(/Password|Contraseña/).fill('at all of it');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toContainText(/wrong|no son correctos/);
    await inspect(page, `server-sign-in-refused-${lang}`);
    await stranger.close();

    const admin = await open(centre, adminOf(centre), panel);
    await expect(admin.getByText(/No phone yet|Aún sin teléfono/)).toBeVisible();
    await inspect(admin, `server-no-agent-${lang}`);

    const agent = await centre.agent(LONG_NAME);
    const desk = await open(centre, agent, panel);
    await centre.inbound(centre.number(), agent).end();
    await expect(logButton(desk)).toBeVisible();
    await inspect(desk, `server-codes-off-${lang}`);
    await centre.stop('SIGKILL');
    await expect(desk.getByText(/^(Reconnecting|Reconectando)…/)).toBeVisible();
    await inspect(desk, `server-reconnecting-${lang}`);
    await centre.start();
    await expect(desk.getByText(/^(Reconnecting|Reconectando)…/)).toHaveCount(0);
  });

  const at = (path: string): string => `?lang=${lang}#${path}`;

  test(`axe finds nothing in the app of an agent, ${lang}`, async ({ centre, open }) => {
    const agent = await centre.agent();
    const number = centre.number();
    const person = await centre.person('contact', LONG_NAME, number, LONG_COMPANY);
    await centre.person('lead', 'Ana Ruiz', number);
    const lonely = await centre.person('account', LONG_COMPANY, centre.number());
    for (const scenario of ['s05_abandoned_ringing', 's07_voicemail', 's18_direct_missed'] as const) await centre.play(scenario, number, agent).end();
    await expect.poll(() => centre.rows.activities(number).filter(({ archived }) => archived)).toHaveLength(3);
    const page = await open(centre, agent, at('/people'), size);
    const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
    await expect(heading(/People|Personas/)).toBeVisible();
    await inspect(page, `server-people-${lang}`);

    await centre.inbound(number, agent).end();
    await expect(logButton(page)).toBeVisible();
    await inspect(page, `server-people-with-wrapup-${lang}`);
    await partyBox(page).click();
    await options(page, { name: new RegExp(LONG_NAME) }).click();
    await expect(heading(LONG_NAME)).toBeVisible();
    await codeBox(page).press('2');
    await notesBox(page).fill('Enviar presupuesto antes del viernes.');
    await logButton(page).click();
    await expect(page.getByRole('table')).toContainText('Enviar presupuesto');
    await inspect(page, `server-person-${lang}`);

    await page.getByRole('table').getByRole('link').first().click();
    await expect(page.getByRole('heading', { name: /Why it is filed|Por qué está archivada/ })).toBeVisible();
    await inspect(page, `server-activity-${lang}`);
    await page.goto(`${centre.url}/${at(`/activities/${centre.rows.activities(number)[0]?.id}`)}`);
    await expect(page.getByText(/Say which one it was|Indique cuál fue/)).toBeVisible();
    await inspect(page, `server-activity-possible-${lang}`);
    await page.goto(`${centre.url}/${at(`/people/${lonely.id}`)}`);
    await expect(page.getByText(/No calls with this|Aún no hay llamadas/)).toBeVisible();
    await inspect(page, `server-person-no-calls-${lang}`);

    for (const [path, shows] of [
      ['/people?q=zzzz', /Nobody found|No se ha encontrado/],
      ['/people/new?kind=contact', /E-?mail|Correo electrónico/],
      ['/people/00000000-0000-7000-8000-000000000000', /does not exist|ya no existe/],
      ['/recent', /Recent calls|Llamadas recientes/],
      ['/about', /CC BY-ND 4\.0/],
      ['/admin/codes', /not allowed|No tiene permiso/],
      ['/nowhere', /no such page|No existe esa página/],
    ] as const) {
      await page.goto(`${centre.url}/${at(path)}`);
      await expect(page.getByRole('main').getByText(shows).first()).toBeVisible();
      await inspect(page, `server${path.replace(/\W+/g, '-')}-${lang}`);
    }
    expect(person.name).toBe(LONG_NAME);
  });

  test(`axe finds nothing in the pages of an admin, ${lang}`, async ({ openCentre, open }) => {
    const centre = await openCentre();
    const page = await open(centre, adminOf(centre), at('/people'), size);
    await expect(page.getByText(/Search by name or number, or create|Busque por nombre o número, o/)).toBeVisible();
    await inspect(page, `server-people-empty-${lang}`);
    await page.goto(`${centre.url}/${at('/admin/codes')}`);
    await page.getByRole('button', { name: /(Edit|Editar) (Resolved|Resuelto)/ }).click();
    await expect(page.getByRole('textbox', { name: /Label in Spanish|Texto en español/ })).toBeVisible();
    await inspect(page, `server-codes-edit-${lang}`);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /(Retire|Retirar) (Resolved|Resuelto)/ }).click();
    await page.getByText(/1 retired code|1 código retirado/).click();
    await expect(page.getByRole('button', { name: /(Bring back|Recuperar) (Resolved|Resuelto)/ })).toBeVisible();
    await inspect(page, `server-codes-retired-${lang}`);
    await page.goto(`${centre.url}/${at('/admin/users')}`);
    await page.getByRole('button', { name: /New user|Usuario nuevo/ }).click();
    await inspect(page, `server-users-new-${lang}`);
    await page.getByRole('textbox', { name: /Full name|Nombre completo/ }).fill(LONG_NAME);
    await page.getByRole('textbox', { name: /User name|Usuario/ }).fill('mercedes');
    await page.getByRole('button', { name: /Create user|Crear usuario/ }).click();
    await expect(page.getByRole('textbox', { name: /^(Link|Enlace)$/ })).toBeVisible();
    await inspect(page, `server-users-link-${lang}`);
  });
}
