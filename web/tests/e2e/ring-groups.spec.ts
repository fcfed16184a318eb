import type { Person, PersonLine, RingGroup } from '../../src/lib/api/contract.ts';
import { adminOf, codeBox, expect, logButton, notice, options, test } from './stage.ts';

test('p14_calls_of_a_ring_group_get_the_codes_of_the_set_that_an_admin_made_for_it', async ({ openCentre, open, afterCall }) => {
  const centre = await openCentre();
  const number = centre.number();
  await centre.person('contact', 'Ana Ruiz', number);
  const { agent, page } = await afterCall(centre, number);
  await codeBox(page).press('1');
  await logButton(page).click();
  await expect(notice(page, 'Logged on Ana Ruiz (Contact).')).toBeVisible();

  // The call has named its ring group; the admin says how it is called.
  const { ring_groups: named } = await centre.api<{ ring_groups: RingGroup[] }>('GET', '/ring-groups');
  const key = named.find((group) => group.key === 'Soporte' || group.key === 'support')?.key ?? '';
  const settings = await open(centre, adminOf(centre), '?lang=en#/admin/centre');
  await settings.getByRole('button', { name: `Set up ${key}`, exact: true }).click();
  await settings.keyboard.type('Help desk');
  await settings.getByRole('main').getByRole('button', { name: 'Save', exact: true }).click();
  await expect(notice(settings, 'Saved.')).toBeVisible();

  await settings.goto(`${centre.url}/?lang=en#/admin/codes`);
  await settings.getByRole('button', { name: 'New set' }).click();
  await settings.getByRole('textbox', { name: 'Name' }).fill('Help');
  await settings.getByRole('button', { name: /^Ring groups/ }).click();
  await settings.getByRole('checkbox', { name: 'Help desk' }).check();
  await settings.keyboard.press('Escape');
  await settings.getByRole('button', { name: 'Create set' }).click();
  const card = settings.getByRole('region', { name: 'Help', exact: true });
  await expect(card).toContainText('Inbound calls of Help desk');
  await card.getByRole('button', { name: 'Add a code' }).click();
  await card.getByRole('textbox', { name: 'Label in Spanish' }).fill('Arreglado');
  await card.getByRole('textbox', { name: 'Label in English' }).fill('Mended');
  await card.getByRole('button', { name: 'Save' }).click();
  await expect(card.getByText('Mended', { exact: true })).toBeVisible();

  await page.reload();
  await centre.inbound(number, agent).end();
  await expect(logButton(page)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Ana Ruiz' }).locator('..')).toContainText('Help desk');
  await codeBox(page).press('ArrowDown');
  await expect(options(page)).toHaveText([/Mended/]);
  await page.keyboard.press('Enter');
  await logButton(page).click();
  await expect.poll(() => centre.rows.wrapups(agent.key)[1]).toMatchObject({ state: 'logged', code_en: 'Mended' });
});

test('p14_a_call_of_another_ring_group_keeps_the_codes_of_its_direction', async ({ openCentre, open }) => {
  const centre = await openCentre();
  const agent = await centre.agent();
  const number = centre.number();
  const page = await open(centre, agent, 'panel.html?lang=en');
  await centre.api('PUT', '/centre', {
    ...(await centre.api<{ centre: object }>('GET', '/centre')).centre,
    ring_groups: [{ key: 'Ventas', name: 'Ventas y altas', numbers: [], agents: [] }],
  });
  const { set } = await centre.api<{ set: { id: string } }>('POST', '/dispositions', { name: 'Ventas', direction: 'inbound', ring_groups: ['Ventas'], copy_of: null });
  await centre.api('POST', `/dispositions/${set.id}/codes`, { label: { es: 'Venta', en: 'Sale' }, favourite: true, requires_notes: false });
  const [sale] = await centre.rows.codes('inbound').filter(({ label_en }) => label_en === 'Sale');
  await centre.inbound(number, agent).end();
  await expect(logButton(page)).toBeVisible();
  await codeBox(page).click();
  await expect(options(page, { name: /Resolved/ })).toBeVisible();
  await expect(options(page, { name: /Sale/ })).toHaveCount(0);
  const [{ id = '' } = {}] = centre.rows.wrapups(agent.key);
  const token = await centre.tokenOf(agent);
  const refused = await centre.request(token, 'POST', `/wrapups/${id}/log`, { revision: 0, code: sale?.id, notes: '', party: null });
  expect(refused).toMatchObject({ status: 422, body: { error: { code: 'code_other_set' } } });
  expect(centre.rows.wrapups(agent.key)).toMatchObject([{ state: 'open', code: null }]);
});

test('p05_a_call_that_nobody_answered_makes_the_record_that_the_settings_say', async ({ openCentre, open }) => {
  const centre = await openCentre();
  const page = await open(centre, adminOf(centre), '?lang=en#/admin/centre');
  const abandoned = page.getByRole('group', { name: 'Abandoned', exact: true });
  await abandoned.getByRole('combobox', { name: 'Make' }).selectOption('A Lead');
  await abandoned.getByRole('textbox', { name: 'Name' }).fill('Perdida {number}');
  await abandoned.getByRole('textbox', { name: 'Company' }).fill('Por identificar');
  const owner = abandoned.getByRole('combobox', { name: 'Owner' });
  const chosen = (await owner.getByRole('option').nth(2).textContent()) ?? '';
  await owner.selectOption({ index: 2 });
  await page.getByRole('main').getByRole('button', { name: 'Save', exact: true }).click();
  await expect(notice(page, 'Saved.')).toBeVisible();

  const number = centre.number();
  await centre.play('s05_abandoned_ringing', number, await centre.agent()).end();
  const find = async (): Promise<PersonLine[]> => (await centre.api<{ people: PersonLine[] }>('GET', `/people?q=${encodeURIComponent(number)}`)).people;
  await expect.poll(find).toMatchObject([{ kind: 'lead', company: 'Por identificar' }]);
  const [made] = await find();
  const { person } = await centre.api<{ person: Person }>('GET', `/people/${made?.id ?? ''}`);
  expect(person.name).toMatch(/^Perdida .*\d/);
  expect(person.owner?.name).toBe(chosen);
  await page.goto(`${centre.url}/?lang=en#/people/${person.id}`);
  await expect(page.getByRole('definition').filter({ hasText: chosen })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Calls' }).getByRole('table')).toContainText('Abandoned');
});
