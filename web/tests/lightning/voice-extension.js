/**
 * A console of Salesforce Voice: the record of the call and whatever else is open in tabs, and beside them a Voice Extension with
 * our component for the wrap-up. What Salesforce tells of the call it tells the toolkit element within the component.
 */
const { panel, records } = await (await fetch('/config.json')).json();
const state = {
  server: new URL(panel).origin,
  tabs: [],
  front: null,
  listeners: new Set(),
  wired: { console: true, context: {}, reference: undefined },
  published: [],
  open,
  focusedTab: () => ({ tabId: `tab-${state.front}`, recordId: state.front, pageReference: state.wired.reference }),
};
globalThis.lightning = state;
const [tabList, main, says] = ['.tabs', 'main', 'aside > p'].map((place) => document.querySelector(place));
const found = (id) => records.find((one) => one.id === id);

function open(id, focus = true) {
  if (!found(id)) throw new Error(`no record ${id}`);
  if (!state.tabs.includes(id)) state.tabs.push(id);
  if (focus) {
    state.front = id;
    state.wired.reference = { type: 'standard__recordPage', attributes: { recordId: id, objectApiName: found(id).objectType, actionName: 'view' } };
    for (const tell of state.listeners) tell();
  }
  tabList.replaceChildren(
    ...state.tabs.map((id) => {
      const tab = Object.assign(document.createElement('button'), { type: 'button', textContent: found(id).name, onclick: () => open(id) });
      tab.setAttribute('role', 'tab');
      tab.setAttribute('aria-selected', String(id === state.front));
      return tab;
    }),
  );
  main.replaceChildren(Object.assign(document.createElement('h1'), { textContent: found(state.front).name }));
}

const call = records.find(({ objectType }) => objectType === 'VoiceCall');
open(call.id);
const { createElement } = await import('lwc');
const { default: WrapUp } = await import('c/bitacoraWrapUp');
const element = createElement('c-bitacora-wrap-up', { is: WrapUp });
element.recordId = call.id;
document.querySelector('aside').append(element);

/** An event of the toolkit, as its documentation names them. */
globalThis.happens = (type, callId) => {
  says.textContent = { callstarted: 'Ringing', callconnected: 'Connected', callended: 'After Call Work', wrapupended: 'Done' }[type] ?? says.textContent;
  const toolkit = element.shadowRoot.querySelector('lightning-service-cloud-voice-toolkit-api');
  toolkit.dispatchEvent(new CustomEvent(type, { detail: { callId } }));
};
globalThis.openRecord = open;
