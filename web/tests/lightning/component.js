/** A page that speaks with the panel as `bitacoraPanel` of our package does (salesforce/README.md, version 1). */
(async () => {
  const state = { console: true, front: null, calls: [], refused: [], heard: false };
  window.lightning = state;
  const { panel, records, sandbox } = await (await fetch('/config.json')).json();
  const heading = document.querySelector('h1');
  const mark = '9f86d081884c7d659a2feaa0c55ad015';
  const frame = document.createElement('iframe');
  frame.title = 'Panel';
  frame.referrerPolicy = 'strict-origin';
  if (sandbox) frame.setAttribute('sandbox', sandbox);
  frame.src = `${panel}&frame=${mark}`;
  document.body.append(frame);
  // A frame without an origin is known by its window alone, and can be told nothing at any origin but all.
  const origin = sandbox ? 'null' : new URL(panel).origin;
  const post = (message) => frame.contentWindow.postMessage({ bitacora: 1, frame: mark, ...message }, sandbox ? '*' : origin);
  const view = () => {
    const found = records.find(({ id }) => id === state.front);
    return { console: state.console, record: found ? { id: found.id, object: found.objectType } : null };
  };

  const answers = {
    hello: () => ({ tenant: 'main', language: 'en-US', scope: 'panel', call: null }),
    view: () => ({ view: view() }),
    open: ({ record }) => void window.openRecord(record.id),
    'calls-changed': () => ({}),
    height: ({ height }) => ({ height }),
    async assertion() {
      const answer = await fetch('/apex/BitacoraSession/assertion');
      if (!answer.ok) throw new Error('no certificate');
      return { assertion: await answer.text() };
    },
  };

  addEventListener('message', async (event) => {
    const message = event.data;
    if (event.source !== frame.contentWindow || event.origin !== origin || message?.bitacora !== 1 || message.frame !== mark) return;
    state.calls.push({ method: message.type, args: message });
    const { type, id } = message;
    if (!answers[type]) {
      state.refused.push(type);
      return post({ type: 'error', id, code: 'unknown' });
    }
    state.heard ||= type === 'hello';
    try {
      post({ type, id, ...(await answers[type](message)) });
    } catch {
      post({ type: 'error', id, code: 'failed' });
    }
  });

  window.openRecord = (id) => {
    state.front = id;
    heading.textContent = records.find((one) => one.id === id)?.name ?? '';
    if (state.heard) post({ type: 'view', view: view() });
  };
  const wanted = new URLSearchParams(location.search).get('record');
  if (wanted) window.openRecord(wanted);
})();
