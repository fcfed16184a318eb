// A browser that nobody sees, for the live tests of the phone in it: a line of JSON in is something to do, a line out what
// came of it. Its microphone is Chromium's own, which beeps once a second. When the input ends, so does this.
import { chromium } from '@playwright/test';
import { createInterface } from 'node:readline';

/** How long anything may take to show. */
const WITHIN_MS = 30_000;

const server = await chromium.launchServer({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    '--allow-loopback-in-peer-connection',
  ],
});
const browser = await chromium.connect(server.wsEndpoint());
const context = await browser.newContext({ viewport: { width: 400, height: 900 }, locale: 'en-GB' });
await context.addInitScript(() => {
  window.connections = [];
  const Plain = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Plain {
    constructor(...given) {
      super(...given);
      window.connections.push(this);
    }
  };
});
const page = await context.newPage();
page.setDefaultTimeout(WITHIN_MS);
const complaints = [];
page.on('pageerror', (error) => complaints.push(String(error)));
page.on('console', (message) => {
  if (message.type() === 'error') complaints.push(message.text());
});
let warned = false;
page.on('dialog', (dialog) => {
  warned ||= dialog.type() === 'beforeunload';
  void dialog.accept();
});

/** What the newest connection has carried so far, in packets and in loudness. */
async function sound() {
  const stats = await page.evaluate(async () => {
    const report = await window.connections.at(-1)?.getStats();
    return report ? [...report.values()] : [];
  });
  const of = (type, what) => stats.filter((one) => one.type === type && one.kind === 'audio').reduce((sum, one) => sum + (one[what] ?? 0), 0);
  return {
    sent: of('outbound-rtp', 'packetsSent'),
    received: of('inbound-rtp', 'packetsReceived'),
    said: of('media-source', 'totalAudioEnergy'),
    heard: of('inbound-rtp', 'totalAudioEnergy'),
  };
}

const DEEDS = {
  open: ({ url }) => page.goto(url),
  fill: ({ name, text }) => page.getByLabel(name).first().fill(text),
  click: ({ name }) => page.getByRole('button', { name, exact: true }).first().click(),
  see: ({ text }) => page.getByText(text).first().waitFor(),
  press: ({ key }) => page.keyboard.press(key),
  sound,
  reload: async () => {
    warned = false;
    await page.reload();
    return warned;
  },
  die: () => server.kill(),
};

console.log('{"done":true}');
for await (const line of createInterface({ input: process.stdin })) {
  const { deed, ...given } = JSON.parse(line);
  try {
    const value = (await DEEDS[deed](given)) ?? null;
    console.log(JSON.stringify({ done: true, value: ['sound', 'reload'].includes(deed) ? value : null, complaints }));
  } catch (error) {
    const shown = await page.locator('body').innerText({ timeout: 1000 }).catch(() => '');
    console.log(JSON.stringify({ done: false, error: String(error), shown, complaints }));
  }
}
await server.close().catch(() => {});
process.exit(0);
