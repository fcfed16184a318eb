import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BINARY, Printed } from './centre.ts';
import { expect, test } from './stage.ts';

test('a newcomer starts the demo, signs in with one click, and calls come by themselves', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'bitacora-demo-'));
  const env = { ...process.env, BITACORA_SERVER__LISTEN: '127.0.0.1:0' };
  const args = ['demo', '--data', folder, '--past-days', '3', '--calls-per-minute', '60', '--speed', '5'];
  const child = spawn(BINARY, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  process.once('exit', () => child.kill('SIGKILL'));
  const ended = new Promise((done) => child.once('exit', done));
  try {
    const url = await new Printed(child).line(/Bitácora is ready: (\S+)/);
    await page.goto(`${url}/panel.html?lang=en`);
    await page.getByRole('button', { name: /Lucía Romero/ }).click();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Recent calls' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Log', exact: true })).toBeVisible({ timeout: 90_000 });
    await page.getByRole('combobox', { name: 'Disposition code' }).press('1');
    await expect(page.getByText('Draft saved')).toBeVisible();
  } finally {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
});
