import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import type { AgentAccount, Centre } from './centre.ts';
import { clean, codeBox, expect, logButton, notesBox, notice, options, partyBox, test } from './stage.ts';

const README = fileURLToPath(new URL('../../../docs/pictures/', import.meta.url));

/** Twice the pixels: README pictures are looked at on good screens. */
test.use({ deviceScaleFactor: 2 });

/** With BITACORA_PICTURES=1 it becomes a picture of the READMEs; else it only has to look as it should to axe. */
async function take(page: Page, name: string): Promise<void> {
  // The mouse must point at nothing.
  await page.mouse.move(0, 0);
  await clean(page);
  await page.screenshot({ path: process.env['BITACORA_PICTURES'] === '1' ? `${README}${name}.png` : test.info().outputPath(`${name}.png`) });
}

/** A caller whose number a Contact, a Lead and the Account they belong to share, and who has called before. */
async function known(centre: Centre, agent: AgentAccount, page: Page, number: string): Promise<void> {
  const notes = ['Pide duplicado de la factura 2231.', 'Quiere cambiar la cita al jueves por la tarde.'];
  await centre.person('contact', 'Elena Muñoz Rubio', number, 'Gestoría Gil y Puig S. L.');
  for (const [index, text] of notes.entries()) {
    await centre.inbound(number, agent).end();
    await expect(logButton(page)).toBeVisible();
    await codeBox(page).press(String(index + 2));
    await notesBox(page).fill(text);
    await logButton(page).click();
    await expect(notice(page, 'Elena Muñoz Rubio')).toBeVisible();
  }
  await centre.person('lead', 'Iván Rubio Salas', number, 'Gestoría Gil y Puig S. L.');
  await centre.person('account', 'Gestoría Gil y Puig S. L.', number.replace(/^\+34(\d{3})(\d{3})(\d{3})$/, '$1 $2 $3'));
}

for (const [lang, name] of [
  ['es', 'panel-wrapup'],
  ['en', 'panel-wrapup-en'],
] as const) {
  test(`the picture of the panel where several records match, ${lang}`, async ({ openCentre, open }) => {
    const centre = await openCentre();
    const agent = await centre.agent('Lucía Herrero');
    const page = await open(centre, agent, `panel.html?lang=${lang}`, { width: 400, height: 640 });
    const number = centre.number();
    await known(centre, agent, page, number);
    await centre.inbound(number, agent).end();
    await expect(partyBox(page)).toBeFocused();
    await partyBox(page).press('ArrowDown');
    await expect(options(page).first()).toBeVisible();
    await take(page, name);
  });
}

test('the picture of a record with its calls', async ({ openCentre, open }) => {
  const centre = await openCentre();
  const agent = await centre.agent('Lucía Herrero');
  const page = await open(centre, agent, '?lang=es#/people', { width: 1280, height: 800 });
  const number = centre.number();
  const elena = await centre.person('contact', 'Elena Muñoz Rubio', number, 'Gestoría Gil y Puig S. L.');
  await centre.play('s05_abandoned_ringing', number, agent).end();
  await centre.play('s07_voicemail', number, agent).end();
  for (const [digit, text] of [
    ['2', 'Pide duplicado de la factura 2231.'],
    ['1', ''],
  ] as const) {
    await centre.inbound(number, agent).end();
    await expect(logButton(page)).toBeVisible();
    await codeBox(page).press(digit);
    await notesBox(page).fill(text);
    await logButton(page).click();
    await expect(notice(page, 'Elena Muñoz Rubio')).toBeVisible();
  }
  await page.goto(`${centre.url}/?lang=es#/people/${elena.id}`);
  await centre.inbound(number, agent).end();
  await expect(logButton(page)).toBeVisible();
  await codeBox(page).press('3');
  await notesBox(page).fill('Se le explica el recargo; queda conforme.');
  await expect(page.getByText('Borrador guardado')).toBeVisible();
  await expect.poll(() => centre.rows.activities(number).filter(({ archived }) => archived)).toHaveLength(5);
  await expect(page.getByRole('table', { name: 'Llamadas' }).getByRole('row')).toHaveCount(6);
  await take(page, 'app-person');
});
