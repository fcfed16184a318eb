/**
 * Salesforce's Open CTI for Lightning Experience: its script is loaded here and its methods are called here, and nowhere
 * else. Only methods of the documented list are named. What the answers mean to the panel is in `opencti.ts`.
 */
import { loadScript } from './script';

/** The version of the script that the panel was written against; Salesforce keeps older ones. */
const SCRIPT = '/support/api/66.0/lightning/opencti_min.js';

/** What Open CTI says of a record: of that on screen, or of the one whose number was clicked. Each field may be absent or empty. */
export type Said = {
  url?: string;
  recordId?: string;
  recordName?: string;
  objectType?: string;
  /** The other half of a Person Account: one of the two. */
  accountId?: string;
  contactId?: string;
  personAccount?: boolean;
};
/** Documented as a number; what was clicked is a text all the same. */
export type Clicked = Said & { number?: string | number };

type Answer = { success: boolean; returnValue?: unknown; errors?: unknown; error?: unknown };
type Callback = (answer: Answer) => void;

/** The methods in use, as documented (api-cti guide, "Methods for Lightning Experience"). */
interface OpenCtiApi {
  readonly SCREENPOP_TYPE: { readonly SOBJECT: unknown };
  enableClickToDial(args: { callback: Callback }): void;
  disableClickToDial(args: { callback: Callback }): void;
  onClickToDial(args: { listener: (payload: unknown) => void }): void;
  getAppViewInfo(args: { callback: Callback }): void;
  onNavigationChange(args: { listener: (payload: unknown) => void }): void;
  refreshView(args: { callback: Callback }): void;
  runApex(args: { apexClass: string; methodName: string; methodParams: string; callback: Callback }): void;
  screenPop(args: { type: unknown; params: { recordId: string }; callback: Callback }): void;
  setSoftphoneItemLabel(args: { label: string; callback: Callback }): void;
  setSoftphonePanelLabel(args: { label: string; callback: Callback }): void;
  setSoftphonePanelHeight(args: { heightPX: number; callback: Callback }): void;
  setSoftphonePanelVisibility(args: { visible: boolean; callback: Callback }): void;
}

/** Salesforce refused a call, or its page was not there to take it. */
export class OpenCtiError extends Error {
  constructor(readonly said: unknown) {
    super(`Open CTI: ${JSON.stringify(said)}`);
  }
}

/** Whether a script of this origin of Salesforce's has come and offers Open CTI. */
export async function loadOpenCti(origin: string): Promise<OpenCti | null> {
  if (!(await loadScript(origin + SCRIPT))) return null;
  const { sforce } = window as unknown as { sforce?: { opencti?: OpenCtiApi } };
  return sforce?.opencti ? new OpenCti(sforce.opencti) : null;
}

/** The calls, each answered by a promise. */
export class OpenCti {
  constructor(private readonly api: OpenCtiApi) {}

  enableClickToDial = (): Promise<unknown> => ask((callback) => this.api.enableClickToDial({ callback }));
  disableClickToDial = (): Promise<unknown> => ask((callback) => this.api.disableClickToDial({ callback }));
  refreshView = (): Promise<unknown> => ask((callback) => this.api.refreshView({ callback }));

  onClickToDial(listener: (clicked: Clicked) => void): void {
    this.api.onClickToDial({ listener: (payload) => listener(payloadOf(payload)) });
  }

  onNavigationChange(listener: (said: Said) => void): void {
    this.api.onNavigationChange({ listener: (payload) => listener(payloadOf(payload)) });
  }

  /** The record on screen at this moment; empty where there is none. */
  async getAppViewInfo(): Promise<Said> {
    return payloadOf(await ask((callback) => this.api.getAppViewInfo({ callback })));
  }

  /** Runs a web service method of a global Apex class as the agent. */
  async runApex(apexClass: string, methodName: string): Promise<string | null> {
    const value = await ask((callback) => this.api.runApex({ apexClass, methodName, methodParams: '', callback }));
    const { runApex } = isObject(value) ? (value as { runApex?: unknown }) : {};
    return typeof runApex === 'string' ? runApex : null;
  }

  popRecord(recordId: string): Promise<unknown> {
    return ask((callback) => this.api.screenPop({ type: this.api.SCREENPOP_TYPE.SOBJECT, params: { recordId }, callback }));
  }

  /** What the utility bar and the head of the open panel say. */
  async setLabel(label: string): Promise<void> {
    await ask((callback) => this.api.setSoftphoneItemLabel({ label, callback }));
    await ask((callback) => this.api.setSoftphonePanelLabel({ label, callback }));
  }

  /** In pixels, 240 to 2560. */
  setPanelHeight = (heightPX: number): Promise<unknown> => ask((callback) => this.api.setSoftphonePanelHeight({ heightPX, callback }));
  setPanelVisibility = (visible: boolean): Promise<unknown> => ask((callback) => this.api.setSoftphonePanelVisibility({ visible, callback }));
}

function ask(call: (callback: Callback) => void): Promise<unknown> {
  return new Promise((answered, refused) => {
    call((answer) => {
      // The guide writes `errors` for most methods and `error` for some.
      if (answer.success) answered(answer.returnValue);
      else refused(new OpenCtiError(answer.errors ?? answer.error));
    });
  });
}

/** Listeners are handed the payload, in older versions within `returnValue`; where there is no record it may be missing. */
function payloadOf(value: unknown): Clicked {
  if (!isObject(value)) return {};
  const { returnValue } = value as { returnValue?: unknown };
  return (isObject(returnValue) ? returnValue : value) as Clicked;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
