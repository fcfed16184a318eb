/**
 * Stands in for Salesforce's script inside the softphone's frame: the same global, the same calling convention, for the
 * methods that the page around it answers. Whatever else is asked for is not there, and says so loudly.
 */
(() => {
  const origin = new URL(document.currentScript.src).origin;
  const listeners = {};
  const waiting = new Map();
  let calls = 0;

  addEventListener('message', ({ source, origin: from, data }) => {
    if (source !== window.parent || from !== origin || data?.openCti !== 1) return;
    if (data.event) listeners[data.event]?.forEach((listener) => listener(data.payload));
    else waiting.get(data.id)?.(data.response);
  });

  const ask = (method) => (args) => {
    calls += 1;
    const { callback, ...rest } = args;
    waiting.set(calls, callback);
    window.parent.postMessage({ openCti: 1, id: calls, method, args: rest }, origin);
  };
  const listen = (event) => ({ listener }) => (listeners[event] ??= []).push(listener);

  const asked = ['enableClickToDial', 'disableClickToDial', 'getAppViewInfo', 'refreshView', 'runApex', 'screenPop', 'setSoftphoneItemLabel'];
  asked.push('setSoftphonePanelLabel', 'setSoftphonePanelHeight', 'setSoftphonePanelVisibility');
  const documented = {
    SCREENPOP_TYPE: { SOBJECT: 'sobject', URL: 'url', LIST: 'list' },
    onClickToDial: listen('click'),
    onNavigationChange: listen('navigation'),
    ...Object.fromEntries(asked.map((method) => [method, ask(method)])),
  };
  const opencti = new Proxy(documented, {
    get(target, name) {
      if (name in target) return target[name];
      window.parent.postMessage({ openCti: 1, undocumented: String(name) }, origin);
      throw new Error(`sforce.opencti.${String(name)} is not documented for Lightning Experience`);
    },
  });
  window.sforce = { opencti };
})();
