import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BINARY, Printed } from './centre.ts';
import { Rows } from './rows.ts';

/** The users that the sign-in page of the demo names; they share one password. */
export type DemoUser = 'lucia' | 'supervisor' | 'admin';
export const DEMO_PASSWORD = 'not-a-secret-demo';

/**
 * `bitacora demo` as a newcomer starts it, in a folder of its own, until the work with it is done. Its rows can be read
 * as long; `stop` ends it before that. What else it prints can be waited for.
 */
export async function withDemo(args: string[], work: (url: string, rows: Rows, stop: () => Promise<void>, printed: Printed) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bitacora-demo-'));
  const env = { ...process.env, BITACORA_SERVER__LISTEN: '127.0.0.1:0' };
  const child = spawn(BINARY, ['demo', '--data', folder, ...args], { stdio: ['ignore', 'pipe', 'inherit'], env });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  try {
    const printed = new Printed(child);
    await work(await printed.line(/Bitácora is ready: (\S+)/), new Rows(join(folder, 'bitacora.db')), stop, printed);
  } finally {
    await stop();
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  }
}
