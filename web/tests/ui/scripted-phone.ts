import type { Page } from '@playwright/test';

/** What the line was told since the page was opened. */
export type Told = string[];

declare global {
  interface Window {
    /** How the line is made to say something; see `LINE`. */
    line: {
      told: Told;
      ear: { registered(): void; unreachable(why: string): void };
      rings(from: string): boolean;
      call: { connected(): void; held(on: boolean): void; ended(by: string): void } | null;
    };
    /** Why the browser gives no microphone, by the name of its refusal; null: it gives one. */
    noMicrophone: string | null;
    /** Which microphones were asked for. */
    asked: string[];
  }
}

/** In place of the part of the pages that speaks SIP: it keeps what it is told, and says what a test says. */
const LINE = `
export function plugIn(account, ear) {
  const told = ['registers ' + account.username + ' at ' + account.url];
  const line = { told, ear, call: null };
  line.rings = (from) => {
    const tell = (what) => (...given) => void told.push([what, ...given.filter((one) => typeof one !== 'object')].join(' '));
    const call = { from, answer: tell('answer'), turnDown: tell('turn down'), leave: tell('leave'), hold: tell('hold'), mute: tell('mute'), press: tell('press') };
    call.speak = async (microphone) => void told.push('speak');
    const hears = ear.called(call);
    if (hears) line.call = hears;
    else told.push('engaged');
    return hears !== null;
  };
  window.line = line;
  return { tryAgain: () => void told.push('try again'), close: () => void told.push('close') };
}
`;

/** A browser with two microphones and a speaker. */
function media(): void {
  window.noMicrophone = null;
  window.asked = [];
  const device = (kind: MediaDeviceKind, deviceId: string, label: string): MediaDeviceInfo =>
    ({ kind, deviceId, label, groupId: '', toJSON: () => ({}) }) as MediaDeviceInfo;
  const devices = [device('audioinput', 'default', 'Default'), device('audioinput', 'desk', 'Desk microphone'), device('audioinput', 'head', 'Headset'), device('audiooutput', 'headset', 'Headset')];
  Object.assign(navigator.mediaDevices, {
    enumerateDevices: () => Promise.resolve(devices),
    getUserMedia: ({ audio }: { audio: { deviceId?: { ideal: string } } }) => {
      window.asked.push(audio.deviceId?.ideal ?? 'any');
      if (window.noMicrophone !== null) return Promise.reject(new DOMException('', window.noMicrophone));
      return Promise.resolve(new AudioContext().createMediaStreamDestination().stream);
    },
  });
}

/** Has the page speak to a scripted line from now on; answers how often the part that speaks SIP was asked for. */
export async function scriptPhone(page: Page): Promise<() => number> {
  let loaded = 0;
  await page.route(/\/assets\/sip-[^/]*\.js$/, (route) => {
    loaded += 1;
    return route.fulfill({ contentType: 'text/javascript', body: LINE });
  });
  await page.addInitScript(media);
  return () => loaded;
}

export const told = (page: Page): Promise<Told> => page.evaluate(() => window.line.told);
export const registered = (page: Page): Promise<void> => page.evaluate(() => window.line.ear.registered());
export const rings = (page: Page, from = '+34600123456'): Promise<boolean> => page.evaluate((number) => window.line.rings(number), from);
export const connects = (page: Page): Promise<void> => page.evaluate(() => window.line.call?.connected());
export const holds = (page: Page, on: boolean): Promise<void> => page.evaluate((held) => window.line.call?.held(held), on);
export const ends = (page: Page, by: string): Promise<void> => page.evaluate((who) => window.line.call?.ended(who), by);
