/** The panel as the softphone of a Lightning app: what the panel asks of its surroundings, said in Open CTI. */
import type { CrmRecord, DialFrom, View } from '../api/contract';
import { ASSERTION_LIMIT_MS } from '../limits';
import { askView } from './ask';
import type { Cue, Host } from './host';
import type { Clicked, OpenCti, Said } from './opencti-calls';
import { activityPath, casePath, MESSAGES_PATH, openTab, personPath, WRAPUPS_PATH } from './standalone';

/** Room for a wrap-up without scrolling, in pixels; Salesforce takes 240 to 2560. */
const PANEL_HEIGHT_PX = 640;
/** The Apex of our package that says who is signed in. */
const ASSERTION = { apexClass: 'BitacoraSession', method: 'assertion' };
/** The only record on screen that could be unsaved as far as Open CTI tells. */
const NEW_CASE = { id: 'new-case', newCase: true } as const;

/** The record of a payload, untouched; null where it names none. */
export function recordOf(said: Said): CrmRecord | null {
  const { recordId, objectType, accountId, contactId } = said;
  if (!recordId || !objectType) return null;
  return { object: objectType, id: recordId, ...(accountId && { account: accountId }), ...(contactId && { contact: contactId }) };
}

/** What is on screen: a Case that is being made has a type and no id yet. */
export function viewOf(said: Said): View {
  const record = recordOf(said);
  if (record) return { kind: 'crm_record', ...record };
  return said.objectType === 'Case' ? { kind: 'unsaved_case' } : { kind: 'other' };
}

function clickedOn(clicked: Clicked): DialFrom {
  const record = recordOf(clicked);
  return record ? { from: 'crm_record', ...record } : { from: 'typed' };
}

/** What Salesforce does not do for a cue or a pop is no reason to hold up the agent. */
const anyhow = (asked: Promise<unknown>): void => void asked.catch(() => {});

export function openCtiHost(cti: OpenCti, newCase: () => string): Host {
  /** Only for the warning before Log: which Case is related is asked anew by `view`. */
  let making = false;
  let offered: boolean | null = null;
  let shown: Cue | null = null;
  let label: string | null = null;
  const view = async (): Promise<View> => viewOf(await cti.getAppViewInfo());
  const pop = (crmId: string | null | undefined, path: string, asked: boolean): void => {
    if (crmId) anyhow(cti.popRecord(crmId));
    // A tab of our own that nobody clicked for would be held back by the browser.
    else if (asked) openTab(path);
  };
  anyhow(cti.setPanelHeight(PANEL_HEIGHT_PX));
  return {
    console: true,
    crm: {
      clicks(take) {
        // Salesforce knows no way to take a listener back.
        let listening = true;
        cti.onClickToDial((clicked) => {
          const number = String(clicked.number ?? '').trim();
          if (listening && number) take({ number, from: clickedOn(clicked) });
        });
        return () => void (listening = false);
      },
      offerDialling(on) {
        if (on === offered) return;
        offered = on;
        anyhow(on ? cti.enableClickToDial() : cti.disableClickToDial());
      },
      refresh: () => anyhow(cti.refreshView()),
      cue(cue, text) {
        if (text !== label) anyhow(cti.setLabel(text));
        // Whoever closed the panel does not have it opened again for the same thing.
        if (cue !== shown && (cue === 'ringing' || cue === 'wrapup')) anyhow(cti.setPanelVisibility(true));
        [shown, label] = [cue, text];
      },
      async look() {
        making = (await askView({ view })).kind === 'unsaved_case';
      },
      assertion: () => within(ASSERTION_LIMIT_MS, cti.runApex(ASSERTION.apexClass, ASSERTION.method)),
    },
    screenPop: (person, cause) => pop(person.crm_id, personPath(person.id), cause === 'agent'),
    showCase: (one) => pop(one.crm_id, casePath(one.id), true),
    showActivity: (activity) => openTab(activityPath(activity)),
    showWrapups: () => openTab(WRAPUPS_PATH),
    showMessages: () => openTab(MESSAGES_PATH),
    view,
    watch(seen) {
      let watching = true;
      // It also fires when the agent comes back to this window, which a frame inside it does not see.
      cti.onNavigationChange((said) => watching && seen(viewOf(said), true));
      void askView({ view }).then((now) => watching && now.kind !== 'silent' && seen(now, false));
      return () => void (watching = false);
    },
    unsaved: () => (making ? [{ ...NEW_CASE, title: newCase() }] : []),
    // It lies over the page already, and Open CTI could not bring it to the front.
    showUnsaved: () => {},
  };
}

/** The answer, or null where it is refused or does not come in time. */
async function within(limit: number, answer: Promise<string | null>): Promise<string | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((over) => (timer = setTimeout(() => over(null), limit)));
  try {
    return await Promise.race([answer, late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
