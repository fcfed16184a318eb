/**
 * What of the Lightning platform our components use, as its documentation says it behaves, for the one page that stands in for a
 * console (`voice-extension.js`): that page says what is in front, and is told what the components did.
 */
import { LightningElement, registerComponent, registerTemplate } from 'lwc';

const page = globalThis.lightning;
const nothing = registerTemplate(() => []);
const base = (Component, sel) => registerComponent(Component, { tmpl: nothing, sel, apiVersion: 66 });

/** A wire adapter that hands on what the page says, whenever it says it. */
const told = (key) =>
  class {
    constructor(give) {
      this.give = () => give(page.wired[key]);
    }
    connect() {
      page.listeners.add(this.give);
      this.give();
    }
    update() {}
    disconnect() {
      page.listeners.delete(this.give);
    }
  };

export const Button = base(class extends LightningElement {}, 'lightning-button');
/** It shows nothing: it is where Salesforce tells how the call on the page goes. */
export const ServiceCloudVoiceToolkitApi = base(class extends LightningElement {}, 'lightning-service-cloud-voice-toolkit-api');

export const MessageContext = told('context');
export const publish = (context, channel, message) => void page.published.push({ channel, message });

export const CurrentPageReference = told('reference');
const Navigate = Symbol('Navigate');
export const NavigationMixin = (Base) =>
  class extends Base {
    [Navigate]({ attributes }) {
      page.open(attributes.recordId);
    }
  };
NavigationMixin.Navigate = Navigate;

export const IsConsoleNavigation = told('console');
export const getFocusedTabInfo = async () => page.focusedTab();
export const openTab = async ({ recordId, focus }) => page.open(recordId, focus);

export const LANGUAGE = 'en-US';
export const CALLS_CHANGED = 'Bitacora_Calls__c';
export const address = async () => ({ serverUrl: page.server, tenant: 'main' });
export async function assertion() {
  const answer = await fetch('/apex/BitacoraSession/assertion');
  if (!answer.ok) throw new Error('no certificate');
  return answer.text();
}
