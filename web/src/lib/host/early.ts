/**
 * What the page around the panel says before the panel can hear it: Salesforce hands a connector its port as soon as the frame has
 * loaded, and nobody says it twice. This runs with the first script of the page, and before that event.
 */
const SETUP = 'SETUP_CONNECTOR';
const heard: MessageEvent[] = [];

function hear(event: MessageEvent): void {
  if (event.source === window.parent && (event.data as { type?: unknown } | null)?.type === SETUP) heard.push(event);
}

if (window.parent !== window) addEventListener('message', hear);

/** Says anew what was said, to whoever listens now, and listens no more. */
export function sayAgain(): void {
  removeEventListener('message', hear);
  for (const { data, origin, source, ports } of heard.splice(0)) dispatchEvent(new MessageEvent('message', { data: data as unknown, origin, source, ports: [...ports] }));
}
