/** The panel within the component of our Salesforce package, on any Lightning page that the component is put on. */
import type { View } from '../api/contract';
import type { Host } from './host';
import { LwcMessages, type LwcView } from './lwc-messages';
import { activityPath, casePath, MESSAGES_PATH, openTab, personPath, WRAPUPS_PATH } from './standalone';

/** Room for a wrap-up without scrolling, in pixels. */
const HEIGHT_PX = 640;

/** What the component says, in the panel's words; outside a console nothing is in view (P9). */
export function viewOf({ console, record }: LwcView): View {
  if (!console) return { kind: 'no_console' };
  return record?.object ? { kind: 'crm_record', object: record.object, id: record.id } : { kind: 'other' };
}

const anyhow = (asked: Promise<unknown>): void => void asked.catch(() => {});

/** The host, once the component has said hello; null where nobody answers. */
export async function lwcHost(origin: string, key: string): Promise<Host | null> {
  const page = new LwcMessages(origin, key);
  const said = await page.hello().then(() => page.view(), () => null).catch(() => null);
  if (said === null) return null;
  anyhow(page.height(HEIGHT_PX));
  const open = (crmId: string | null | undefined, path: string, asked: boolean, behind = false): void => {
    if (crmId) anyhow(page.open({ id: crmId }, behind));
    else if (asked) openTab(path);
  };
  return {
    console: said.console,
    crm: {
      // A component has no numbers of the page around it to offer for a click, and no bar to say anything in.
      clicks: () => () => {},
      offerDialling: () => {},
      cue: () => {},
      refresh: () => anyhow(page.callsChanged()),
      look: () => Promise.resolve(),
      assertion: () => page.assertion().catch(() => null),
    },
    screenPop: (person, cause) => open(person.crm_id, personPath(person.id), cause === 'agent', cause === 'match'),
    showCase: (one) => open(one.crm_id, casePath(one.id), true),
    showActivity: (activity) => openTab(activityPath(activity)),
    showWrapups: () => openTab(WRAPUPS_PATH),
    showMessages: () => openTab(MESSAGES_PATH),
    view: async () => viewOf(await page.view()),
    watch(seen) {
      page.onView = (view) => seen(viewOf(view), true);
      seen(viewOf(said), false);
      return () => void (page.onView = () => {});
    },
    // What is not saved on its page the component cannot know.
    unsaved: () => [],
    showUnsaved: () => {},
  };
}
