import type { APIRequestContext, Page } from '@playwright/test';
import type { Centre, Panel } from '../../src/lib/api/contract.ts';
import { DEMO_PASSWORD, withDemo, type DemoUser } from './demo.ts';
import type { Rows } from './rows.ts';
import { expect, logButton, test } from './stage.ts';

/** Callers are always waiting: ten agents cannot take as many. */
const BUSY = ['--past-days', '1', '--calls-per-minute', '20', '--speed', '15'];
/** Lucía's agent. */
const AGENT = '1001';
/** So many calls are offered to others before it is said that none was to her. */
const ENOUGH_OFFERS = 10;
const PATIENCE = { timeout: 120_000 };

/** Calls that ring groups offered to her, and to others. */
function offers(rows: Rows): { hers: number; others: number } {
  const sum = (whose: string): string => `coalesce(sum(agent ${whose} '${AGENT}'), 0)`;
  const [counted] = rows.all<{ hers: number; others: number }>(
    `SELECT ${sum('=')} AS hers, ${sum('<>')} AS others FROM engagement WHERE via = 'queue'`,
  );
  return counted ?? { hers: 0, others: 0 };
}

/** What she owes, as it is stored. */
const owed = (rows: Rows): { released_at: number | null }[] =>
  rows.all(`SELECT released_at FROM wrapup WHERE agent = '${AGENT}' AND state = 'open'`);

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/panel.html?lang=en`);
  await page.getByRole('button', { name: /Lucía Romero/ }).click();
  await page.keyboard.press('Enter');
}

/** Waits until ring groups have offered others so many more calls; answers how many were offered to her meanwhile. */
async function meanwhile(rows: Rows): Promise<number> {
  const before = offers(rows);
  await expect.poll(() => offers(rows).others, PATIENCE).toBeGreaterThanOrEqual(before.others + ENOUGH_OFFERS);
  return offers(rows).hers - before.hers;
}

async function ask<T>(request: APIRequestContext, url: string, as: DemoUser): Promise<(method: string, path: string, data?: unknown) => Promise<T>> {
  const login = await request.post(`${url}/api/v1/session`, { data: { login: as, password: DEMO_PASSWORD } });
  const { access_token: token } = (await login.json()) as { access_token: string };
  return async (method, path, data) => {
    const answer = await request.fetch(`${url}/api/v1${path}`, { method, headers: { authorization: `Bearer ${token}` }, data });
    expect(answer.ok(), await answer.text()).toBe(true);
    return (await answer.json()) as T;
  };
}

test('p12_no_ring_group_call_is_offered_during_after_call_work_and_submitting_ends_it', async ({ page, request }) => {
  test.slow();
  await withDemo(BUSY, async (url, rows) => {
    await signIn(page, url);
    await expect(logButton(page)).toBeVisible(PATIENCE);
    expect(owed(rows)).toHaveLength(1);
    expect(await meanwhile(rows)).toBe(0);
    expect(owed(rows), 'she still owes it').toHaveLength(1);
    const { hers } = offers(rows);
    const lucia = await ask<Panel>(request, url, 'lucia');
    // Customers who have her own number call her all the while: that leaves more to submit, and no queue is to blame.
    const submitAll = async (): Promise<number> => {
      const { wrapups } = await lucia('GET', '/me/panel');
      for (const { id, draft, codes } of wrapups) {
        const code = codes.find((one) => !one.requires_notes)?.id;
        await lucia('POST', `/wrapups/${id}/log`, { revision: draft.revision, code, notes: '', party: { choice: 'none' } });
      }
      return offers(rows).hers;
    };
    await expect.poll(submitAll, PATIENCE).toBeGreaterThan(hers);
  });
});

test('p12_calls_are_offered_again_while_a_wrapup_is_owed_only_where_its_time_is_up_and_the_settings_say_so', async ({ page, request }) => {
  test.slow();
  await withDemo(BUSY, async (url, rows) => {
    const admin = await ask<{ centre: Centre }>(request, url, 'admin');
    const { centre } = await admin('GET', '/centre');
    await admin('PUT', '/centre', { ...centre, acw: { ...centre.acw, seconds: 5, on_expiry: 'release' } });
    await signIn(page, url);
    await expect(logButton(page)).toBeVisible(PATIENCE);
    await expect.poll(() => owed(rows).filter((one) => one.released_at !== null).length, PATIENCE).toBeGreaterThan(0);
    const { hers } = offers(rows);
    await expect.poll(() => offers(rows).hers, PATIENCE).toBeGreaterThan(hers);
    expect(owed(rows).length, 'released, it is owed all the same').toBeGreaterThan(0);
  });
});
