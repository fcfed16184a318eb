import { expect, test } from './stage.ts';

test('the first admin signs up by the printed link, once', async ({ openCentre, browser }) => {
  const centre = await openCentre({ signUp: false });
  const link = await centre.firstAdminLink();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(link.replace('/#', '/?lang=en#'));
  await expect(page).not.toHaveURL(/token/);
  await page.getByRole('textbox', { name: 'Full name' }).fill('Rosa Gil');
  await page.getByRole('textbox', { name: 'User name' }).fill('rosa');
  await page.getByLabel('Password').fill('una frase bastante larga');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'People' })).toBeVisible();
  expect(centre.rows.all('SELECT login, role, active FROM app_user')).toEqual([{ login: 'rosa', role: 'admin', active: 1 }]);

  const late = await browser.newPage();
  await late.goto(link.replace('/#', '/?lang=en#'));
  await late.getByRole('textbox', { name: 'Full name' }).fill('Eve');
  await late.getByRole('textbox', { name: 'User name' }).fill('eve');
  await late.getByLabel('Password').fill('una frase bastante larga');
  await late.keyboard.press('Enter');
  await expect(late.getByRole('alert')).toContainText('already used or is too old');
  expect(centre.rows.all('SELECT login FROM app_user')).toEqual([{ login: 'rosa' }]);
  await page.close();
  await late.close();
});

test('an admin makes an agent, who sets a password by the link and signs in', async ({ openCentre, open, browser }) => {
  const centre = await openCentre();
  if (!centre.admin) throw new Error('a centre has its admin from the start');
  const page = await open(centre, centre.admin, '?lang=en#/admin/users');
  await page.getByRole('button', { name: 'New user' }).click();
  await page.getByRole('textbox', { name: 'Full name' }).fill('Lucía Herrero');
  await page.getByRole('textbox', { name: 'User name' }).fill('lucia');
  await page.getByRole('textbox', { name: 'Agent key' }).fill('2001');
  await page.getByRole('button', { name: 'Create user' }).click();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  expect(centre.rows.all(`SELECT name, role, agent FROM app_user WHERE login = 'lucia'`)).toEqual([{ name: 'Lucía Herrero', role: 'agent', agent: '2001' }]);

  const theirs = await browser.newPage();
  await theirs.goto(link.replace('/#', '/?lang=es#'));
  await theirs.getByLabel(/^\*?Contraseña$/).fill('otra frase bastante larga');
  await theirs.getByLabel('Repita la contraseña').fill('otra frase bastante larga');
  await theirs.keyboard.press('Enter');
  await expect(theirs.getByText('Su contraseña está establecida')).toBeVisible();
  await theirs.goto(`${centre.url}/panel.html?lang=es`);
  await theirs.getByRole('textbox', { name: 'Usuario' }).fill('lucia');
  await theirs.getByLabel('Contraseña').fill('otra frase bastante larga');
  await theirs.keyboard.press('Enter');
  await expect(theirs.getByText('Ninguna llamada ahora mismo')).toBeVisible();
  await theirs.getByRole('button', { name: 'Cerrar sesión' }).click();
  await expect(theirs.getByRole('heading', { name: 'Iniciar sesión' })).toBeVisible();
  expect(centre.rows.all(`SELECT 1 FROM session JOIN app_user ON app_user.id = user_id WHERE login = 'lucia'`)).toEqual([]);
  await theirs.close();
});

test('a wrong password is refused in words, and nobody is signed in', async ({ centre, browser }) => {
  const agent = await centre.agent();
  const page = await browser.newPage();
  await page.goto(`${centre.url}/panel.html?lang=en`);
  await page.getByRole('textbox', { name: 'User name' }).fill(agent.login);
  await page.getByLabel('Password').fill('not the password');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('wrong');
  expect(centre.rows.all(`SELECT 1 FROM session JOIN app_user ON app_user.id = user_id WHERE login = '${agent.login}'`)).toEqual([]);
  await page.close();
});

test('a session outlives a reload and a restart of the server', async ({ openCentre, open }) => {
  const centre = await openCentre();
  const agent = await centre.agent();
  const page = await open(centre, agent);
  await expect(page.getByText('No call right now')).toBeVisible();
  await centre.stop('SIGTERM');
  await centre.start();
  await page.reload();
  await expect(page.getByText('No call right now')).toBeVisible();
});

test('the language is switched where one is, and a reload keeps it', async ({ centre, afterCall }) => {
  const number = centre.number();
  await centre.person('contact', 'Ana Ruiz', number);
  const { page } = await afterCall(centre, number);
  await page.getByRole('textbox', { name: 'Notes' }).fill('Not to be lost');
  await page.getByRole('combobox', { name: 'Language' }).selectOption('es');
  await expect(page.getByRole('button', { name: 'Registrar', exact: true })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Notas' })).toHaveValue('Not to be lost');
  await expect(page.locator('html')).toHaveAttribute('lang', 'es');
  await page.getByRole('combobox', { name: 'Código de disposición' }).press('1');
  await expect(page.getByRole('combobox', { name: 'Código de disposición' })).toHaveValue('Resuelto');
  await page.reload();
  await expect(page.getByRole('combobox', { name: 'Código de disposición' })).toHaveValue('Resuelto');
  await expect(page.getByText('Se registrará en Ana Ruiz (Contacto).')).toBeVisible();
});
