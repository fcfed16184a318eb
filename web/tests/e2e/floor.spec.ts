import type { Browser, BrowserContext, Locator, Page } from '@playwright/test';
import { DEMO_PASSWORD, withDemo } from './demo.ts';
import type { Rows } from './rows.ts';
import { codeBox, expect, logButton, notesBox, notice, options, partyBox, test } from './stage.ts';

const FULL = process.env['BITACORA_TIER'] === 'full';
/** Browsers on the floor, each with two tabs of its agent; two browsers share an agent once there are more than ten. */
const BROWSERS = FULL ? 20 : 2;
const WORK_MS = FULL ? 600_000 : 120_000;
/** After so many wrap-ups an agent has done enough. */
const ENOUGH = FULL ? Infinity : 2;
/** How many times faster than life callers call and agents talk. */
const SPEED = FULL ? 10 : 60;
const CENTRE = ['--past-days', '3', '--calls-per-minute', FULL ? '6' : '2', '--speed', `${SPEED}`];
/** How long one move of the hand may take before it is seen what is in front now. */
const PATIENCE_MS = 10_000;
/** Most wrap-ups an agent still owes when the floor closes: the last ones, and calls to their own number. */
const MOST_OWED = 5;

type Desk = { login: string; context: BrowserContext; works: Page; looks: Page; typed: string[]; logged: string[] };

async function sitDown(browser: Browser, url: string, login: string, complaints: string[]): Promise<Desk> {
  const context = await browser.newContext({ viewport: { width: 400, height: 720 } });
  const answer = await context.request.post(`${url}/api/v1/session`, { data: { login, password: DEMO_PASSWORD } });
  expect(answer.ok()).toBe(true);
  const open = async (path: string): Promise<Page> => {
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(`${login}: ${String(error)}`));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`${login}: ${message.text()} ${message.location().url}`);
    });
    await page.goto(`${url}/${path}`);
    return page;
  };
  return { login, context, works: await open('panel.html?lang=en'), looks: await open('panel.html?lang=es'), typed: [], logged: [] };
}

/**
 * Sums up whatever is owed, for as long as there is time. A call may come to the front while a wrap-up is in hand, as
 * it may for an agent: then the hand is moved to what is in front now, and what was typed must be kept.
 */
async function work(desk: Desk, until: number): Promise<void> {
  const { works } = desk;
  const left = (): number => Math.max(1, until - Date.now());
  for (let nth = 0; Date.now() < until && desk.logged.length < ENOUGH; nth += 1) {
    const owed = works.getByRole('navigation', { name: 'Open wrap-ups' }).getByRole('button').filter({ hasNotText: 'On the call' }).first();
    if (!(await seen(logButton(works).or(owed).first(), left()))) return;
    if (!(await logButton(works).isVisible())) await owed.click({ timeout: PATIENCE_MS }).catch(() => undefined);
    const notes = `${desk.login} ${nth}`;
    try {
      await notesBox(works).fill(notes, { timeout: PATIENCE_MS });
      if (await seen(works.getByText('Draft saved'), PATIENCE_MS)) desk.typed.push(notes);
      await codeBox(works).press('1', { timeout: PATIENCE_MS });
      if (await partyBox(works).isVisible()) {
        await partyBox(works).click({ timeout: PATIENCE_MS });
        await options(works).first().click({ timeout: PATIENCE_MS });
      }
      await logButton(works).click({ timeout: PATIENCE_MS });
      if (await seen(notice(works, 'Logged').first(), PATIENCE_MS)) desk.logged.push(notes);
    } catch (error) {
      // What is in front changed under the hand; anything else is told by what is stored.
      if (!String(error).includes('Timeout')) throw error;
    }
  }
}

async function seen(what: Locator, within: number): Promise<boolean> {
  return what.waitFor({ state: 'visible', timeout: within }).then(
    () => true,
    () => false,
  );
}

/**
 * A call that rang came to the front under the hand and was over, with nobody to sum it up, before what was typed on it was sent: the
 * server has no place for that and says so. Of a part that owes a wrap-up it must have one.
 */
function isOverUnderTheHand(complaint: string, rows: Rows): boolean {
  const id = /404 \(Not Found\) \S+\/wrapups\/([0-9a-f-]{36})\/draft$/.exec(complaint)?.[1]?.replaceAll('-', '').toUpperCase();
  return id !== undefined && rows.all(`SELECT 1 FROM engagement e WHERE hex(e.key) = '${id}' AND NOT EXISTS (SELECT 1 FROM wrapup w WHERE w.key = e.key)`).length === 1;
}

test('a floor of browsers with two tabs each works without an error, and every call is accounted for', async ({ browser }) => {
  test.setTimeout(WORK_MS + 300_000);
  await withDemo(CENTRE, async (url, rows, stop) => {
    const logins = ['lucia', 'mateo', 'carmen', 'hugo', 'elena', 'diego', 'nuria', 'pablo', 'rocio', 'samuel'];
    const complaints: string[] = [];
    const desks: Desk[] = [];
    for (let nth = 0; nth < BROWSERS; nth += 1) desks.push(await sitDown(browser, url, logins[nth % logins.length]!, complaints));
    // Of two browsers of one agent one works, the other looks on.
    const until = Date.now() + WORK_MS;
    await Promise.all(desks.slice(0, logins.length).map((desk) => work(desk, until)));
    const logged = desks.flatMap((desk) => desk.logged);
    console.log(`${logged.length} wrap-ups by ${desks.length} browsers with two tabs each`);
    expect(logged.length).toBeGreaterThan(0);
    for (const desk of desks) await desk.context.close();
    await stop();
    expect(complaints.filter((complaint) => !isOverUnderTheHand(complaint, rows))).toEqual([]);
    for (const notes of logged) {
      expect(rows.all(`SELECT 1 FROM wrapup WHERE state = 'logged' AND notes = '${notes}'`), notes).toHaveLength(1);
    }
    for (const notes of desks.flatMap((desk) => desk.typed)) {
      expect(rows.all(`SELECT 1 FROM wrapup WHERE '${notes}' IN (notes, draft_notes)`), notes).toHaveLength(1);
    }
    const stuck = `SELECT agent, count(*) AS owed FROM wrapup WHERE state = 'open' GROUP BY agent HAVING owed > ${MOST_OWED}`;
    expect(rows.all(stuck), 'wrap-ups that cannot be closed').toEqual([]);
    const [ledger] = rows.all<{ ended: number; activities: number; reasons: number; counted: number }>(
      `SELECT ended, activities, reasons, (SELECT count(*) FROM call WHERE state = 'ended') AS counted FROM census`,
    );
    expect(ledger?.activities).toBe((ledger?.ended ?? 0) - (ledger?.reasons ?? 0));
    expect(ledger?.counted).toBe(ledger?.ended);
    expect(
      rows.all(`SELECT c.id FROM call c WHERE state = 'ended' AND (no_activity IS NULL) <> EXISTS (SELECT 1 FROM activity a WHERE a.call_id = c.id AND archived = 1)`),
      'each call has an Activity or a reason, never both',
    ).toEqual([]);
  });
});
