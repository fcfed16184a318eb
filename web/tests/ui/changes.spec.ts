import { Refusal } from '../mock/endpoints.ts';
import { ago } from '../mock/world.ts';
import { expect, inspectEach, test } from './stage.ts';

const SIZES = { wide: { width: 1280, height: 1000 }, narrow: { width: 400, height: 1000 } };

test.beforeEach(async ({ page, mock }) => {
  await page.setViewportSize(SIZES.wide);
  mock.signedIn = mock.users[2] ?? null;
});

test('who changed what is in words, also what the server says by id or in JSON', async ({ page, openApp }) => {
  await openApp('/admin/changes');
  const rows = page.getByRole('table', { name: 'Change log' }).getByRole('row');
  const settings = rows.filter({ hasText: 'Settings' });
  await expect(settings).toContainText('2 minutes ago');
  await expect(settings).toContainText('Admin Demo');
  await expect(settings).toContainText(/Time for a wrap-up\s*from Off\s*→\s*to 90 seconds/);
  await expect(settings).toContainText(/When the time is up\s*from Free the agent\s*→\s*to Wait for the agent/);
  await expect(settings).toContainText(/By the agent\s*from 24 hours\s*→\s*to Off/);
  await expect(settings).toContainText(/added \+34 910 00 00 02/);
  await expect(settings).toContainText(/removed \+34 955 00 00 00/);
  await expect(settings).not.toContainText('+34 910 00 00 01');
  const record = rows.filter({ hasText: 'Factura duplicada' });
  await expect(record).toContainText(/Status\s*from New\s*→\s*to Working/);
  await expect(record).toContainText(/Contact\s*from empty\s*→\s*to Ana Ruiz/);
  await expect(record.getByRole('link')).toHaveAttribute('href', '#/cases/k-inv');
  await expect(rows.filter({ hasText: '+34 600 12 34 56' }).getByRole('link', { name: 'Ana Ruiz' })).toHaveAttribute('href', '#/people/p-ana');
  await expect(rows.filter({ hasText: 'released' })).toContainText('By itself');
  await expect(rows.filter({ hasText: 'Taller Prieto' })).toContainText('Somebody who is no user any more');
  // What has no words here yet is shown as it is.
  await expect(rows.filter({ hasText: 'comet' })).toContainText(/sighted.*tail\s*from short\s*→\s*to long/);
});

test('the change log words owners, sets and the new settings, and names what was changed', async ({ page, mock, openApp }) => {
  const by = { id: 'u-adm', name: 'Admin Demo' };
  const { matching, auto_create, do_not_log_reasons, ring_groups } = mock.centre;
  const change = (field: string, before: unknown, after: unknown) => ({ field, before: JSON.stringify(before), after: JSON.stringify(after) });
  mock.changes = [
    { id: 'x-1', at: ago(60), by, subject: { kind: 'person', id: 'p-ana', name: 'Ana Ruiz' }, action: 'changed', fields: [{ field: 'owner', before: 'u-sup', after: 'u-ana' }] },
    {
      id: 'x-2',
      at: ago(90),
      by,
      subject: { kind: 'set', id: 's-out', name: 'Salientes' },
      action: 'changed',
      fields: [
        { field: 'ring_groups', before: null, after: 'Ventas, Soporte' },
        { field: 'retired', before: 'false', after: 'true' },
      ],
    },
    { id: 'x-3', at: ago(120), by, subject: { kind: 'code', id: 'c-ven', name: { es: 'Venta', en: 'Sale' } }, action: 'changed', fields: [{ field: 'favourite', before: 'false', after: 'true' }] },
    {
      id: 'x-4',
      at: ago(150),
      by,
      subject: { kind: 'centre', id: null, name: null },
      action: 'changed',
      fields: [
        change('matching', matching, { kinds: ['lead', 'contact', 'account', 'person_account'], fields: ['phone', 'mobile'] }),
        change('auto_create', auto_create, { ...auto_create, voicemail: { ...auto_create.voicemail, owner: { is: 'agent' } }, missed: { ...auto_create.missed, make: 'contact' } }),
        change('do_not_log_reasons', do_not_log_reasons, do_not_log_reasons.map((reason) => ({ ...reason, retired: reason.id !== 'personal' }))),
        change('ring_groups', ring_groups, ring_groups.map((group) => (group.key === '810' ? { ...group, numbers: ['+34 910 00 00 03'] } : group))),
      ],
    },
  ];
  await openApp('/admin/changes');
  const rows = page.getByRole('table', { name: 'Change log' }).getByRole('row');
  await expect(rows.filter({ hasText: 'Ana Ruiz' })).toContainText(/Owner\s*from Marta Vidal\s*→\s*to Lucía Herrero/);
  const set = rows.filter({ hasText: 'Salientes' });
  await expect(set).toContainText(/Ring groups\s*from empty\s*→\s*to Ventas y altas, Soporte/);
  await expect(set).toContainText(/Retired\s*from Off\s*→\s*to On/);
  await expect(rows.filter({ hasText: 'Sale' }).getByRole('link', { name: 'Sale', exact: true })).toHaveAttribute('href', '#/admin/codes');
  const settings = rows.filter({ hasText: 'Settings' });
  await expect(settings).toContainText(/Records that are matched\s*from Contact, Lead, Account, Person Account\s*→\s*to Lead, Contact/);
  await expect(settings).toContainText(/Fields that are looked at\s*−\s*removed Home phone\s*−\s*removed Other phone/);
  await expect(settings).toContainText(/New record: Voicemail\s*from A Lead; Name: Buzón \{number\}; Company: Por identificar; Owner: Marta Vidal\s*→\s*to A Lead; .*Owner: The agent who logs/);
  await expect(settings).toContainText(/New record: Missed\s*from No record\s*→\s*to A Contact/);
  await expect(settings).toContainText('Prueba / Test (retired)');
  await expect(settings).toContainText('Facturación (Key 810; +34 910 00 00 03)');
  await expect(settings).not.toContainText('{"');
});

test('imports, shared views and shared reports are in words as well', async ({ page, mock, openApp }) => {
  const by = { id: 'u-adm', name: 'Admin Demo' };
  const now = (field: string, after: string) => ({ field, before: null, after });
  mock.changes = [
    { id: 'x-1', at: ago(60), by: null, subject: { kind: 'import', id: 'i-1', name: 'julio.csv' }, action: 'finished', fields: [now('new', '812'), now('there', '3'), now('refused', '0')] },
    { id: 'x-2', at: ago(90), by, subject: { kind: 'import', id: 'i-1', name: 'julio.csv' }, action: 'started', fields: [now('file', 'julio.csv'), now('source', 'talkdesk')] },
    { id: 'x-3', at: ago(120), by, subject: { kind: 'view', id: 'v-1', name: 'Perdidas' }, action: 'shared', fields: [now('name', 'Perdidas'), now('filters', 'when=7d&type=missed'), now('columns', 'when, who, acw')] },
    { id: 'x-4', at: ago(150), by, subject: { kind: 'view', id: 'v-2', name: null }, action: 'unshared', fields: [{ field: 'name', before: 'De Marta', after: null }] },
    {
      id: 'x-5',
      at: ago(180),
      by,
      subject: { kind: 'report', id: 'r-1', name: 'Lunes' },
      action: 'changed',
      fields: [
        { field: 'mailed', before: 'day 7', after: 'week 0 8' },
        { field: 'recipients', before: 'u-sup', after: 'u-sup, u-ana' },
      ],
    },
  ];
  await openApp('/admin/changes');
  const rows = page.getByRole('table', { name: 'Change log' }).getByRole('row');
  const finished = rows.filter({ hasText: 'finished' });
  await expect(finished).toContainText('By itself');
  await expect(finished).toContainText(/New calls\s*from empty\s*→\s*to 812/);
  await expect(rows.filter({ hasText: 'started' }).getByRole('link', { name: 'julio.csv' })).toHaveAttribute('href', '#/admin/imports');
  const shared = rows.filter({ hasText: 'Perdidas' });
  await expect(shared).toContainText(/Filters\s*from empty\s*→\s*to When: 7 days · Type: Missed/);
  await expect(shared).toContainText(/Columns\s*from empty\s*→\s*to When, With, After Call Work/);
  await expect(shared.getByRole('link')).toHaveAttribute('href', '#/activities?view=v-1');
  await expect(rows.filter({ hasText: 'De Marta' })).toContainText('shared no more');
  const report = rows.filter({ hasText: 'Lunes' });
  await expect(report).toContainText(/Mailed\s*from Every day at 07:00\s*→\s*to Every Monday at 08:00/);
  await expect(report).toContainText(/To\s*from Marta Vidal\s*→\s*to Marta Vidal, Lucía Herrero/);
  await inspectEach(page, 'app-changes-shared');
});

test('what a shared view asks for is in the words of the list, and no ids stand there', async ({ page, mock, openApp }) => {
  const by = { id: 'u-adm', name: 'Admin Demo' };
  const filters = 'from=2026-03-01&until=2026-03-07&crm=waiting,refused&settled_by=late&direction=inbound&hung_up_by=agent&code=d-1,d-2&reason=r-7&party=p-unknown&case=c-unknown&talk_min_s=90&matched=false';
  mock.changes = [{ id: 'x-1', at: ago(60), by, subject: { kind: 'view', id: 'v-1', name: 'Perdidas' }, action: 'shared', fields: [{ field: 'filters', before: null, after: filters }] }];
  await openApp('/admin/changes');
  const shared = page.getByRole('table', { name: 'Change log' }).getByRole('row').filter({ hasText: 'Perdidas' });
  await shared.getByRole('button', { name: 'Show all of it' }).click();
  const worded = ['When: 1 Mar 2026 – 7 Mar 2026 · ', 'In the CRM: Still to be sent, Refused', 'Why this record: It appeared later with the number', 'Direction: Inbound', 'Ended by: The agent', 'Code: 2 codes', 'Why not logged: a reason', 'Record: a record', 'Case: a Case', 'Talk time, at least: 1:30', 'On a record: No'];
  for (const said of worded) await expect(shared).toContainText(said);
  for (const raw of ['settled_by', 'hung_up_by', ': late', 'd-1', 'r-7', 'p-unknown', 'c-unknown', 'from=', 'false']) await expect(shared).not.toContainText(raw);
  await inspectEach(page, 'app-changes-filters');
});

test('a long text is cut off until all of it is wanted', async ({ page, openApp }) => {
  await openApp('/admin/changes');
  const record = page.getByRole('row').filter({ hasText: 'Factura duplicada' });
  await expect(record).toContainText('…');
  await record.getByRole('button', { name: 'Show all of it' }).press('Enter');
  await expect(record).not.toContainText('…');
  await expect(record.getByRole('button', { name: 'Show less' })).toBeFocused();
});

test('older changes are added, and only those of one kind are shown where that is wanted', async ({ page, mock, openApp }) => {
  await openApp('/admin/centre');
  await page.getByRole('link', { name: 'Who changed what' }).click();
  const rows = page.getByRole('table').getByRole('row');
  await expect(page.getByRole('button', { name: 'Settings 1', pressed: true })).toBeVisible();
  await expect(rows).toHaveCount(2);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(page.getByRole('button', { name: 'Settings 2', pressed: true })).toBeVisible();
  await expect(rows).toHaveCount(3);
  await expect(rows.last()).toContainText(/Use codes\s*from Off\s*→\s*to On/);
  await expect(page.getByRole('heading', { name: 'All 7 changes' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Show more' })).toHaveCount(0);
  expect(mock.of('GET', /^\/audit/).map(({ path }) => path)).toEqual(['/audit', '/audit?after=6']);
  await page.getByRole('button', { name: 'All 7' }).click();
  await expect(rows).toHaveCount(8);
  await expect(page).toHaveURL(/#\/admin\/changes$/);
  await openApp('/admin/changes?kind=code');
  await expect(page.getByText('None of this kind among the changes shown so far.')).toBeVisible();
});

test('what fails is said, and what is there already stays', async ({ page, mock, openApp }) => {
  let refuse = true;
  mock.gate = ({ path }) => {
    if (path.startsWith('/audit') && refuse) throw new Refusal(503, 'unavailable');
  };
  await openApp('/admin/changes');
  await expect(page.getByRole('main').getByRole('alert')).toContainText('try again in a moment');
  refuse = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  const more = page.getByRole('button', { name: 'Show more' });
  await expect(more).toBeVisible();
  refuse = true;
  await more.click();
  await expect(page.getByRole('main').getByRole('alert').filter({ hasText: 'try again in a moment' })).toBeVisible();
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(7);
  refuse = false;
  await more.click();
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(8);
});

test('the change log with changes and without, in every language and size', async ({ page, mock, openApp }) => {
  await openApp('/admin/changes');
  await expect(page.getByRole('row').filter({ hasText: 'ana@ruiz.example' })).toContainText('Ana Ruiz');
  await inspectEach(page, 'app-changes');
  mock.changes = [];
  await page.reload();
  await expect(page.getByText('Nothing has been changed yet')).toBeVisible();
  await inspectEach(page, 'app-changes-none', () => expect(page.getByText(/Nothing has been changed yet|Aún no se ha cambiado nada/)).toBeVisible());
});

test('the change log is for admins only', async ({ page, mock, openApp }) => {
  mock.signedIn = mock.users[1] ?? null;
  await openApp('/admin/changes');
  await expect(page.getByRole('heading', { name: 'Not for your role' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Change log' })).toHaveCount(0);
  expect(mock.of('GET', /^\/audit/)).toEqual([]);
});
