import { defineConfig } from '@playwright/test';

const chromium = {
  browserName: 'chromium' as const,
  launchOptions: {
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  },
};

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 30_000,
  reporter: [['list']],
  use: { ...chromium, trace: 'retain-on-failure', timezoneId: 'Europe/Madrid', locale: 'en-GB', reducedMotion: 'reduce' },
  projects: [
    /** The pages in every state, against the API in memory; needs `npm run build` before. */
    { name: 'ui', testDir: 'tests/ui' },
    /** End to end on a running server: BITACORA_URL=http://127.0.0.1:8080 npm run test:e2e */
    { name: 'e2e', testDir: 'tests/e2e', use: { baseURL: process.env['BITACORA_URL'] ?? 'http://127.0.0.1:8080' } },
  ],
});
