// Opens the panel and says when a ringing card is in the page, and when the frame with it is drawn: a line of JSON each,
// in milliseconds of the wall clock. The session comes on stdin; when that ends, so does this. `bitacora-bench card`.
import { chromium } from '@playwright/test';
import { createInterface } from 'node:readline';

const url = process.argv[2];
const input = createInterface({ input: process.stdin });
const session = await new Promise((done) => input.once('line', done));

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
input.once('close', () => void browser.close().then(() => process.exit(0)));
const context = await browser.newContext({ viewport: { width: 400, height: 720 } });
await context.route('**/api/v1/session/refresh', (route) => route.fulfill({ contentType: 'application/json', body: session }));
await context.exposeFunction('say', (card) => console.log(JSON.stringify(card)));
await context.addInitScript(() => {
  const now = () => performance.timeOrigin + performance.now();
  const seen = new WeakSet();
  const look = () => {
    for (const card of document.querySelectorAll('section.ringing')) {
      if (seen.has(card)) continue;
      seen.add(card);
      const shown_ms = now();
      requestAnimationFrame(() => window.say({ shown_ms, drawn_ms: now() }));
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
});
const page = await context.newPage();
const heard = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'));
await page.goto(url);
await heard;
console.log('open');
