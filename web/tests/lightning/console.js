/**
 * A page like a Lightning console app: records in tabs, and the softphone of a call centre in the utility bar. It answers
 * the documented Open CTI calls of the frame as the guide says, and refuses any other. It is of another site than the panel.
 */
(async () => {
  const state = {
    records: [],
    open: [],
    /** The id of the record in front; null: a list. */
    front: null,
    making: false,
    dialling: false,
    /** Test knobs: a page that never answers what is on screen, and what Apex answers. */
    silent: false,
    calls: [],
    refused: [],
    label: '',
    panelLabel: '',
    visible: true,
    refreshes: 0,
  };
  window.lightning = state;
  const { panel, records, sandbox } = await (await fetch('/config.json')).json();
  state.records = records;

  const main = document.querySelector('main');
  const tabs = document.querySelector('[role=tablist]');
  const utility = document.querySelector('[data-do=softphone]');
  const frame = document.createElement('iframe');
  frame.title = 'Softphone';
  frame.allow = 'microphone; autoplay';
  if (sandbox) frame.setAttribute('sandbox', sandbox);
  frame.src = `${panel}&sfdcIFrameOrigin=${encodeURIComponent(location.origin)}&mode=Lightning`;
  const softphone = document.querySelector('.softphone');
  softphone.append(frame);
  const panelOrigin = new URL(panel).origin;

  const found = (id) => state.records.find((one) => one.id === id);
  const inFront = () => (state.front ? found(state.front) : null);

  /** What the guide has both calls and events say of a record. */
  function said(record) {
    if (state.making) return { url: '/lightning/o/Case/new', recordId: '', recordName: '', objectType: 'Case' };
    if (!record) return null;
    const { id, name, objectType, accountId, contactId } = record;
    return {
      url: `/lightning/r/${objectType}/${id}/view`,
      recordId: id,
      recordName: name,
      objectType,
      ...(accountId && { accountId }),
      ...(contactId && { contactId }),
      personAccount: Boolean(accountId || contactId),
    };
  }

  function tell(event, payload) {
    frame.contentWindow.postMessage({ openCti: 1, event, payload }, panelOrigin);
  }

  function navigated() {
    render();
    // From a record to a list a console tells nothing.
    const payload = said(inFront());
    if (payload) tell('navigation', payload);
  }

  function open(id) {
    if (!found(id)) throw new Error(`no record ${id}`);
    if (!state.open.includes(id)) state.open.push(id);
    [state.front, state.making] = [id, false];
    navigated();
  }

  const documented = {
    enableClickToDial: () => void ((state.dialling = true), render()),
    disableClickToDial: () => void ((state.dialling = false), render()),
    getAppViewInfo: () => said(inFront()),
    refreshView: () => void (state.refreshes += 1),
    setSoftphoneItemLabel: ({ label }) => void ((state.label = label), render()),
    setSoftphonePanelLabel: ({ label }) => void (state.panelLabel = label),
    setSoftphonePanelHeight({ heightPX }) {
      if (!(heightPX >= 240 && heightPX <= 2560)) throw { code: 'INVALID_PARAM', description: `heightPX ${heightPX}` };
      frame.style.blockSize = `${heightPX}px`;
    },
    setSoftphonePanelVisibility: ({ visible }) => void ((state.visible = visible), render()),
    screenPop({ type, params }) {
      if (type !== 'sobject') throw { code: 'INVALID_PARAM', description: `type ${type}` };
      open(params.recordId);
    },
    async runApex({ apexClass, methodName }) {
      const answer = await fetch(`/apex/${apexClass}/${methodName}`);
      if (!answer.ok) throw { code: 'GENERIC_ERROR', description: `Could not load Apex class: ${apexClass}` };
      return { runApex: await answer.text() };
    },
  };

  async function answer({ id, method, args }) {
    state.calls.push({ method, args });
    if (method === 'getAppViewInfo' && state.silent) return;
    const reply = (response) => frame.contentWindow.postMessage({ openCti: 1, id, response }, panelOrigin);
    try {
      reply({ success: true, returnValue: (await documented[method](args)) ?? null, errors: null });
    } catch (thrown) {
      reply({ success: false, returnValue: null, errors: [thrown.code ? thrown : { code: 'GENERIC_ERROR', description: String(thrown) }] });
    }
  }

  addEventListener('message', ({ source, origin, data }) => {
    // Salesforce looks at who sends as well.
    if (source !== frame.contentWindow || origin !== panelOrigin || data?.openCti !== 1) return;
    if (data.undocumented) state.refused.push(data.undocumented);
    else if (documented[data.method]) void answer(data);
    else state.refused.push(data.method);
  });
  addEventListener('focus', () => {
    const payload = said(inFront());
    if (payload) tell('navigation', payload);
  });

  function click(record, number) {
    tell('click', { ...said(record), number });
  }

  function button(text, does, role) {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = text;
    if (role) made.setAttribute('role', role);
    made.addEventListener('click', does);
    return made;
  }

  function field(text) {
    const label = document.createElement('label');
    const input = document.createElement('input');
    label.append(text, input);
    return { label, input };
  }

  function render() {
    utility.textContent = state.label || 'Phone';
    softphone.hidden = !state.visible;
    tabs.replaceChildren(
      ...state.open.map((id) => {
        const tab = button(found(id).name, () => open(id), 'tab');
        tab.setAttribute('aria-selected', String(id === state.front));
        return tab;
      }),
    );
    main.replaceChildren(...(state.making ? newCase() : body(inFront())));
  }

  function body(record) {
    const heading = document.createElement('h1');
    heading.textContent = record ? record.name : 'All records';
    if (!record) return [heading, ...state.records.map((one) => button(one.name, () => open(one.id)))];
    const numbers = (record.phones ?? []).map((number) => {
      if (state.dialling) return button(number, () => click(record, number));
      return Object.assign(document.createElement('p'), { textContent: number });
    });
    return [heading, ...numbers];
  }

  function newCase() {
    const { label, input } = field('Subject');
    const heading = Object.assign(document.createElement('h1'), { textContent: 'New Case' });
    const save = button('Save the Case', () => {
      const id = `500${String(state.records.length).padStart(15, '0')}`;
      state.records.push({ id, objectType: 'Case', name: input.value });
      open(id);
    });
    return [heading, label, save];
  }

  const actions = {
    list: () => void (([state.front, state.making] = [null, false]), navigated()),
    new: () => void ((state.making = true), navigated()),
    softphone: () => void ((state.visible = !state.visible), render()),
  };
  for (const [name, does] of Object.entries(actions)) document.querySelector(`[data-do=${name}]`).addEventListener('click', does);
  window.openRecord = open;
  const wanted = new URLSearchParams(location.search).get('record');
  if (wanted) open(wanted);
  else render();
})();
