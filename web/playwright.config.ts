import { defineConfig } from '@playwright/test';

/**
 * Chromium draws a list of suggestions for the address bar of each window that nobody sees, in a process that takes as
 * much of the processor as the page under test. A second list of features replaces Playwright's own, which comes first.
 */
const WITHOUT = [
  'WebUIOmniboxPopup,WebUIOmniboxFullPopup,WebUIOmniboxAimPopup',
  'AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable',
  'LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,OptimizationHints,NetworkTimeServiceQuerying',
  'AvoidCorsURLLoaderRestartOnRedirect,AimEnabled,PreconnectToSearch',
].join(',');

const browser = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** A page that is gone in two seconds is not worth being compiled for speed: a tenth less of the processor. */
const BRIEF = ['--js-flags=--no-opt'];

const chromium = (executablePath: string, ...more: string[]) => ({
  browserName: 'chromium' as const,
  launchOptions: {
    executablePath,
    // Pages are drawn by the processor either way; a process of its own for that takes a quarter of the time.
    args: ['--no-sandbox', '--disable-gpu', `--disable-features=${WITHOUT}`, ...more],
  },
});

/** Panels in a frame of another site: what a browser lets such a frame keep is for the browser itself to say. */
const FRAMED = /(opencti|lwc|scv|frame-session)\.spec\.ts$/;

export default defineConfig({
  testDir: 'tests',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  reporter: [['list']],
  // A failure comes with a picture and the page's tree; `--trace on` records all, and takes half as long again.
  use: { ...chromium(browser), screenshot: 'only-on-failure', actionTimeout: 60_000, timezoneId: 'Europe/Madrid', locale: 'en-GB', reducedMotion: 'reduce' },
  // Each with a folder of its own: a run empties it first, and both may run at once.
  projects: [
    /**
     * The pages in every state, against the API in memory; needs `npm run build` before. A browser without windows of its
     * own (CHROMIUM_SHELL) draws them alike, and takes a fifth less of the processor. They run beside the tests of the
     * server and give way to them: their times are limits for what hangs.
     */
    {
      name: 'ui',
      testDir: 'tests/ui',
      testIgnore: FRAMED,
      outputDir: 'test-results/ui',
      timeout: 180_000,
      expect: { timeout: 30_000 },
      use: chromium(process.env['CHROMIUM_SHELL'] ?? browser, ...BRIEF),
    },
    {
      name: 'framed',
      testDir: 'tests/ui',
      testMatch: FRAMED,
      outputDir: 'test-results/framed',
      timeout: 180_000,
      expect: { timeout: 30_000 },
    },
    /**
     * The whole of it: the server on SQLite and an Asterisk that plays recorded calls. Needs `npm run build` and
     * `cargo build -p bitacora-server` (or BITACORA_BIN) before. A call that ends is held open for a second.
     */
    { name: 'e2e', testDir: 'tests/e2e', outputDir: 'test-results/e2e', timeout: 180_000, expect: { timeout: 20_000 } },
  ],
});
