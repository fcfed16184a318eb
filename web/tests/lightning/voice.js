/** Stands in for Omni-Channel: it hands the connector in its frame a port, asks things of it, and keeps what that tells. */
(() => {
  const panel = new URLSearchParams(location.search).get('panel');
  const frame = document.createElement('iframe');
  frame.title = 'Connector';
  frame.allow = 'microphone; autoplay';
  const state = { told: [], ready: null };
  window.voice = state;
  frame.addEventListener('load', () => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      if (data.type === 'CONNECTOR_READY') state.ready = data.payload;
      if (data.type === 'TELEPHONY_EVENT_DISPATCHED') state.told.push(data.payload);
    };
    window.ask = (message) => port1.postMessage(message);
    frame.contentWindow.postMessage({ type: 'SETUP_CONNECTOR', connectorConfig: { '/reqGeneralInfo/reqInternalName': 'Bitacora' } }, '*', [port2]);
  });
  frame.src = panel;
  document.body.append(frame);
})();
