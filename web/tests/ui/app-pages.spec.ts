import type { Page } from '@playwright/test';
import type { Mock } from '../mock/server.ts';
import { invoice, matches, panel, related, wrapup } from '../mock/world.ts';
import { expect, inspect, inspectEach, inspectWide, LANGUAGES, test } from './stage.ts';

const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 400, height: 800 } };

type State = { path: string; prepare?: (mock: Mock) => void; act?: (page: Page, mock: Mock) => Promise<void>; shows: RegExp };

const asAdmin = (mock: Mock): void => void (mock.signedIn = mock.users[2] ?? null);

const edit = async (page: Page): Promise<void> => page.getByRole('button', { name: /^(Edit|Editar)$/ }).click();

const STATES: Record<string, State> = {
  people: { path: '/people', shows: /Talleres Prieto S\. L\./ },
  'people-none': { path: '/people?q=zzz', shows: /Nobody found|No se ha encontrado/ },
  'people-empty': { path: '/people', prepare: (mock) => void (mock.people = []), shows: /Search by name or number, or|Busque por nombre o número, o/ },
  person: { path: '/people/p-ana', shows: /ana@ruiz/ },
  'person-no-calls': { path: '/people/p-bru', prepare: (mock) => void (mock.history = []), shows: /No calls with this|Aún no hay llamadas/ },
  'person-gone': { path: '/people/nobody', shows: /does not exist|ya no existe/ },
  'person-new': {
    path: '/people/new?kind=contact',
    act: async (page) => page.getByRole('button', { name: /^(Create|Crear)$/ }).click(),
    shows: /Fill in this field|Rellene este campo/,
  },
  account: { path: '/people/p-acc', shows: /Ana Ruiz/ },
  'person-edit': { path: '/people/p-ana', act: edit, shows: /Add a number|Añadir un número/ },
  'person-stale': {
    path: '/people/p-ana',
    act: async (page, mock) => {
      await edit(page);
      await page.getByRole('textbox', { name: /^(Company|Empresa)$/ }).fill('Ruiz e Hijas');
      Object.assign(mock.people[0] ?? {}, { company: 'Hermanos Ruiz', email: 'hola@ruiz.example', version: 2 });
      await page.getByRole('button', { name: /^(Save|Guardar)$/ }).click();
    },
    shows: /Keep mine|Conservar lo mío/,
  },
  cases: { path: '/cases', shows: /Factura duplicada/ },
  'cases-none': { path: '/cases?q=zzz', shows: /No Case found|ningún caso con/ },
  case: { path: '/cases/k-inv', shows: /not related|sin relacionar/ },
  'case-closed': { path: '/cases/k-old', shows: /Cambio de titular/ },
  'case-gone': { path: '/cases/nothing', shows: /does not exist|ya no existe/ },
  'case-edit': { path: '/cases/k-inv', act: edit, shows: /Clear Contact|Vaciar Contacto/ },
  'case-new': { path: '/cases/new?contact=p-ana', shows: /Clear Contact|Vaciar Contacto/ },
  'case-new-refused': {
    path: '/cases/new',
    act: async (page) => {
      await page.getByRole('textbox', { name: /Subject|Asunto/ }).fill('Algo');
      await page.getByRole('button', { name: /^(Save|Guardar)$/ }).click();
    },
    shows: /Choose a Contact or|Elija un contacto o/,
  },
  'close-dirty': {
    path: '/cases/new?contact=p-ana',
    act: async (page) => {
      await page.getByRole('textbox', { name: /Subject|Asunto/ }).fill('Algo');
      await page.getByRole('button', { name: /^(Cancel|Cancelar)$/ }).click();
    },
    shows: /Keep editing|Seguir editando/,
  },
  activity: { path: '/activities/a-1', shows: /type\.from_the_future/ },
  'activity-possible': { path: '/activities/a-2', shows: /nobody has settled|nadie ha aclarado/ },
  recent: { path: '/recent', shows: /Voicemail|Buzón de voz/ },
  codes: { path: '/admin/codes', prepare: asAdmin, shows: /used 412 times|usado 412 veces/ },
  'codes-edit': {
    path: '/admin/codes',
    prepare: asAdmin,
    act: async (page) => page.getByRole('button', { name: /(Edit|Editar) (Call back|Devolver)/ }).click(),
    shows: /Label in Spanish|Texto en español/,
  },
  users: { path: '/admin/users', prepare: asAdmin, shows: /Pedro Núñez/ },
  'users-new': {
    path: '/admin/users',
    prepare: asAdmin,
    act: async (page) => page.getByRole('button', { name: /New user|Usuario nuevo/ }).click(),
    shows: /Empty: takes no calls|Vacía: no atiende/,
  },
  'not-allowed': { path: '/admin/users', shows: /not allowed|No tiene permiso/ },
  'not-found': { path: '/nowhere', shows: /no such page|No existe esa página/ },
  about: { path: '/about', shows: /CC BY-ND 4\.0/ },
};

for (const [name, { path, prepare, act, shows }] of Object.entries(STATES)) {
  test(`app ${name}`, async ({ page, mock, openApp }) => {
    await page.setViewportSize(SIZES.wide);
    prepare?.(mock);
    await openApp(path);
    await act?.(page, mock);
    await inspectEach(page, `app-${name}`, () => expect(page.getByText(shows).first()).toBeVisible());
  });
}

for (const lang of LANGUAGES) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    test(`app with a wrap-up, ${size}, ${lang}`, async ({ page, mock, openApp }) => {
      await page.setViewportSize(viewport);
      mock.panel = panel({ agent: { ...mock.panel.agent, state: 'after_call_work' }, wrapups: [wrapup('e1', matches.many())] });
      await openApp('/people', lang);
      if (size === 'narrow') await page.getByRole('button', { name: /Phone|Teléfono/ }).click();
      await expect(page.getByText(/3 (records match|registros coinciden)/)).toBeVisible();
      await inspect(page, `app-wrapup-${size}-${lang}`);
    });
  }

  for (const [size, viewport] of Object.entries(SIZES)) {
    test(`app with many tabs and unsaved work at Log, ${size}, ${lang}`, async ({ page, mock, openApp }) => {
      await page.setViewportSize(viewport);
      await openApp('/people/p-ana', lang);
      for (const id of ['people/p-lead', 'people/p-acc', 'people/p-bru', 'cases/k-inv', 'cases/k-del', 'cases/new?contact=p-ana']) {
        await page.evaluate((path) => void (location.hash = `/${path}`), id);
        await expect(page.getByRole('tab', { selected: true })).not.toHaveText(/Loading|Cargando/);
      }
      await page.getByRole('textbox', { name: /Subject|Asunto/ }).fill('Pide otra copia');
      if (size === 'narrow') await page.getByRole('button', { name: /Phone|Teléfono/ }).click();
      mock.push((now) => void (now.wrapups = [wrapup('e1', matches.one(), { relate: related('in_view_inbound'), cases: [invoice] })]));
      await page.getByRole('combobox', { name: /Disposition|disposición/ }).press('1');
      await page.keyboard.press('Control+Enter');
      await expect(page.getByRole('alertdialog')).toBeVisible();
      await inspect(page, `app-unsaved-${size}-${lang}`);
    });
  }

  test(`app user menu and new menu, ${lang}`, async ({ page, openApp }) => {
    await page.setViewportSize(SIZES.wide);
    await openApp('/people', lang);
    await page.getByRole('button', { name: /User menu|Menú de usuario/ }).click();
    await expect(page.getByRole('menuitem', { name: /Sign out|Cerrar sesión/ })).toBeVisible();
    await inspectWide(page, `app-user-menu-${lang}`);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^(New|Crear)$/ }).click();
    await inspectWide(page, `app-new-menu-${lang}`);
  });

  test(`first administrator, ${lang}`, async ({ page, mock, openApp }) => {
    await page.setViewportSize(SIZES.narrow);
    mock.signedIn = null;
    await openApp('/first-admin?token=abc', lang);
    await expect(page).not.toHaveURL(/token/);
    await page.getByRole('button', { name: /Create and sign in|Crear e iniciar/ }).click();
    await expect(page.getByText(/too short|demasiado corto/)).toBeVisible();
    await inspectWide(page, `first-admin-${lang}`);
    await page.getByRole('textbox', { name: /Full name|Nombre completo/ }).fill('Rosa Gil');
    await page.getByRole('textbox', { name: /User name|Usuario/ }).fill('rosa');
    await page.getByLabel(/Password|Contraseña/).fill('una frase larga');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: /People|Personas/ })).toBeVisible();
    expect(mock.of('POST', /^\/first-admin$/)[0]?.body).toEqual({ token: 'abc', login: 'rosa', name: 'Rosa Gil', password: 'una frase larga' });
  });

  test(`set password, ${lang}`, async ({ page, mock, openApp }) => {
    await page.setViewportSize(SIZES.narrow);
    mock.signedIn = null;
    await openApp('/password?token=spent', lang);
    await expect(page).not.toHaveURL(/token/);
    const [first, again] = [page.getByLabel(/^\*?(Password|Contraseña)$/), page.getByLabel(/Password again|Repita/)];
    await first.fill('una frase larga');
    await again.fill('otra frase larga');
    await page.keyboard.press('Enter');
    // What it complains of follows the reader's language.
    const different = { en: /passwords are different/, es: /contraseñas son distintas/ };
    await expect(page.getByText(different[lang])).toBeVisible();
    const other = lang === 'en' ? 'es' : 'en';
    await page.locator('select.picker').first().selectOption(other);
    await expect(page.getByText(different[other])).toBeVisible();
    await page.locator('select.picker').first().selectOption(lang);
    await again.fill('una frase larga');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toContainText(/already used|ya se ha usado/);
    await inspectWide(page, `set-password-${lang}`);
  });
}
