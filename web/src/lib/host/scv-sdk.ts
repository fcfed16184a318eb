/**
 * Salesforce's connector SDK (BSD-3-Clause, with terms that it is used unmodified): its own file goes beside our scripts as it
 * is, and is loaded for this host alone. Here is as much of it as `scv.ts` uses.
 */
import sdkUrl from '@salesforce/scv-connector-base/dist/scv-connector-base.js?url';
import { loadScript } from './script';

export type PhoneCall = { callId?: string; callType?: string; phoneNumber?: string; state?: string };
type Made<T> = new (fields: T) => object;

export interface ScvSdk {
  readonly Constants: { readonly EVENT_TYPE: Record<string, string> };
  readonly VendorConnector: new () => object;
  readonly InitResult: Made<{ showLogin: boolean; loginFrameHeight?: number }>;
  readonly GenericResult: Made<{ success: boolean }>;
  readonly LogoutResult: Made<{ success: boolean }>;
  readonly AgentConfigResult: Made<{ phones: string[]; selectedPhone: object }>;
  readonly Phone: Made<{ type: string }>;
  readonly CapabilitiesResult: Made<Record<string, boolean>>;
  readonly ActiveCallsResult: Made<{ activeCalls: object[] }>;
  readonly PhoneCall: new (fields: PhoneCall & { callAttributes?: object }) => PhoneCall;
  readonly CallResult: Made<{ call: PhoneCall }>;
  readonly HangupResult: Made<{ calls: PhoneCall[] }>;
  readonly HoldToggleResult: Made<{ isThirdPartyOnHold: boolean; isCustomerOnHold: boolean; calls: Record<string, PhoneCall> }>;
  readonly MuteToggleResult: Made<{ isMuted: boolean }>;
  readonly PhoneContactsResult: Made<{ contacts: object[] }>;
  initializeConnector(connector: object): void;
  publishEvent(event: { eventType: string; payload: object; registerLog?: boolean }): Promise<void>;
}

export async function loadScvSdk(): Promise<ScvSdk | null> {
  if (!(await loadScript(sdkUrl))) return null;
  return (window as unknown as { SCVConnectorBase?: ScvSdk }).SCVConnectorBase ?? null;
}
