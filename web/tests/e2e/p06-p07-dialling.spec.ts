import type { APIRequestContext, Page } from '@playwright/test';
import type { CaseLine } from '../../src/lib/api/contract.ts';
import { DEMO_PASSWORD, withDemo } from './demo.ts';
import { caseLine, codeBox, expect, logButton, notice, test } from './stage.ts';

/** A centre in which nobody calls: its phone system dials when it is told to, and talks fast. */
const NOBODY_CALLS = ['--past-days', '3', '--calls-per-minute', '0.0001', '--speed', '20'];

/** Open Cases whose Contact has a number. Asked beside the page: its cookies are the agent's. */
async function casesFrom(request: APIRequestContext, url: string): Promise<CaseLine[]> {
  const login = await request.post(`${url}/api/v1/session`, { data: { login: 'admin', password: DEMO_PASSWORD } });
  const { access_token: token } = (await login.json()) as { access_token: string };
  const found = await request.get(`${url}/api/v1/cases?q=factura&limit=50`, { headers: { authorization: `Bearer ${token}` } });
  const { cases } = (await found.json()) as { cases: CaseLine[] };
  return cases.filter((one) => one.contact?.phone?.startsWith('+') && one.status !== 'closed');
}

/** The agent clicks the first number on the page until somebody answers or the line is engaged; either way a wrap-up is owed. */
async function dialFirst(page: Page): Promise<void> {
  await page.getByRole('main').getByRole('button', { name: /^Call / }).first().click();
  await expect(logButton(page)).toBeVisible({ timeout: 60_000 });
}

async function logWithFirstCode(page: Page): Promise<void> {
  await codeBox(page).press('1');
  await logButton(page).click();
  const anyway = page.getByRole('button', { name: 'Log anyway' });
  await expect(notice(page, 'Logged on').or(anyway)).toBeVisible();
}

test('p06_p07_a_clicked_number_is_filed_where_it_was_clicked_or_what_is_on_screen_says', async ({ page, request }) => {
  await withDemo(NOBODY_CALLS, async (url, rows) => {
    const [dialled, viewed] = await casesFrom(request, url);
    if (!dialled || !viewed) throw new Error('the sample has no such Cases');
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.goto(`${url}/?lang=en#/cases/${dialled.id}`);
    await page.getByRole('button', { name: /Lucía Romero/ }).click();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: dialled.subject })).toBeVisible();

    // P6: another Case is on screen when the code is submitted.
    await dialFirst(page);
    await page.goto(`${url}/?lang=en#/cases/${viewed.id}`);
    await expect(caseLine(page)).toContainText('You dialled from its Contact Phone.');
    await logWithFirstCode(page);
    await expect.poll(() => rows.relatedTo(dialled.id)).toHaveLength(1);
    expect(rows.relatedTo(viewed.id)).toEqual([]);

    // P6, the other way round: the agent says that it was about no Case.
    await page.goto(`${url}/?lang=en#/cases/${dialled.id}`);
    await dialFirst(page);
    await expect(caseLine(page)).toContainText('You dialled from its Contact Phone.');
    await caseLine(page).getByRole('button', { name: 'No Case' }).click();
    await expect(caseLine(page)).toContainText('No Case will be related');
    await logWithFirstCode(page);
    await expect.poll(() => rows.all(`SELECT 1 FROM wrapup JOIN dial ON dial.engagement = wrapup.key WHERE state = 'logged'`)).toHaveLength(2);
    expect(rows.relatedTo(dialled.id)).toHaveLength(1);

    // P7: dialled from the Contact's own page, the Case on screen at submit counts.
    await page.goto(`${url}/?lang=en#/people/${viewed.contact?.id ?? ''}`);
    await dialFirst(page);
    await page.goto(`${url}/?lang=en#/cases/${viewed.id}`);
    await expect(caseLine(page)).toContainText('It is the Case on your screen.');
    await logWithFirstCode(page);
    await expect.poll(() => rows.relatedTo(viewed.id)).toHaveLength(1);

    // P7, the other way round: no Case on screen, none related.
    await page.goto(`${url}/?lang=en#/people/${viewed.contact?.id ?? ''}`);
    await dialFirst(page);
    await expect(caseLine(page)).toContainText('No Case will be related');
    await logWithFirstCode(page);
    expect(rows.relatedTo(viewed.id)).toHaveLength(1);
  });
});
