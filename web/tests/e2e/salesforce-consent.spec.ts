/** An admin lets the server log in to an org, in a window of that org, in a browser with cookies of its own. */
import { expect, test } from './stage.ts';
import { SalesforceOrg } from './salesforce-org.ts';

test('an admin connects an org in its own window, which goes away, and its records come', async ({ openCentre, open }) => {
  const org = await SalesforceOrg.start();
  const { organisation } = org;
  const settings = ['[tenants.salesforce]', `organisation = "${organisation}"`, `login_url = "${org.url}"`, 'flow = "refresh"', 'client_id = "bitacora"', 'language = "en"', 'poll_s = 1'];
  const centre = await openCentre({ crm: { organisation, settings } });
  if (!centre.admin) throw new Error('nobody signed up');
  await org.create('Contact', { FirstName: 'Ana', LastName: 'Ruiz', MobilePhone: '600 98 76 54' });
  const page = await open(centre, centre.admin, '?lang=en#/admin/salesforce');
  await expect(page.getByText('Nobody has connected the org yet.')).toBeVisible();
  expect(centre.rows.all('SELECT 1 FROM person')).toHaveLength(0);
  const opens = page.waitForEvent('popup');
  await page.getByRole('button', { name: 'Connect to Salesforce' }).click();
  const opened = await opens;
  if (!opened.isClosed()) await opened.waitForEvent('close');
  await expect(page.getByText('Connected. What waits is carried out now.')).toBeVisible();
  await expect(page.getByText(/Connected since .* as the user 005/)).toBeVisible();
  await expect.poll(() => centre.rows.all('SELECT name FROM person')).toEqual([{ name: 'Ana Ruiz' }]);
  await expect(page.getByRole('group', { name: 'Contact' }).getByRole('checkbox', { name: 'Mobile' })).toBeChecked();
  await page.getByRole('button', { name: 'Disconnect' }).click();
  await expect(page.getByText('Disconnected: our token is forgotten here')).toBeVisible();
  await org.stop();
});
