/** Whether something is being typed: then a call that arrives or ends must not take the focus. */
export function editing(): boolean {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement)) return false;
  return activeElement.isContentEditable || activeElement.matches('input, textarea, select');
}
