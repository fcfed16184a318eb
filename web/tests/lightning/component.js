/** A page that has our component's line to the panel (`bitacoraPanel/line.js`), and answers as Salesforce would. */
import { PanelLine } from '/panel/line';
import { REFUSAL, Refused } from '/panel/protocol';

const state = { console: true, front: null, calls: [], answered: [], refused: [] };
window.lightning = state;
const { panel, records, sandbox } = await (await fetch('/config.json')).json();
const heading = document.querySelector('h1');
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
const line = new PanelLine(async ({ type, body }) => {
  state.calls.push({ method: type, args: body });
  if (!answers[type]) {
    state.refused.push(type);
    throw new Refused(REFUSAL.UNKNOWN);
  }
  const answer = await answers[type](body);
  state.answered.push(type);
  return answer;
});

const frame = document.createElement('iframe');
frame.title = 'Panel';
frame.referrerPolicy = 'strict-origin';
if (sandbox) frame.setAttribute('sandbox', sandbox);
addEventListener('message', (event) => line.hear(event, frame.contentWindow, new URL(panel).origin));
frame.src = `${panel}#key=${line.key}`;
document.body.append(frame);

window.openRecord = (id) => {
  state.front = id;
  heading.textContent = records.find((one) => one.id === id)?.name ?? '';
  line.tell('view', { view: view() });
};
const wanted = new URLSearchParams(location.search).get('record');
if (wanted) window.openRecord(wanted);
