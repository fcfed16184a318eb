/** How each part of a picture is told from the others: by a colour and by a pattern of its own. */
export type Look = { id: string; colour: string; mark: 'plain' | 'rising' | 'dots' | 'falling' | 'across' | 'cross' | 'upright' };

export const LOOKS: readonly Look[] = [
  { id: 'code-0', colour: '#0b5cab', mark: 'plain' },
  { id: 'code-1', colour: '#c05c00', mark: 'rising' },
  { id: 'code-2', colour: '#0b827c', mark: 'dots' },
  { id: 'code-3', colour: '#8e3fa8', mark: 'falling' },
  { id: 'code-4', colour: '#7a6a00', mark: 'across' },
  { id: 'code-5', colour: '#ba0517', mark: 'cross' },
  { id: 'code-6', colour: '#3a49da', mark: 'upright' },
  // Where there is one code more than colours, it needs no other to share with.
  { id: 'code-7', colour: '#2e844a', mark: 'rising' },
  { id: 'other', colour: '#54698d', mark: 'dots' },
  { id: 'no_code', colour: '#5c5c5c', mark: 'plain' },
  { id: 'not_logged', colour: '#706e6b', mark: 'rising' },
  { id: 'undispositioned', colour: '#444444', mark: 'plain' },
  { id: 'open', colour: '#8a8a8a', mark: 'dots' },
  { id: 'no_wrapup', colour: '#8f8f8f', mark: 'plain' },
];

/** What the browser paints with; a kind that is not known yet is painted like an open one. */
export function paint(look: string): string {
  return `url(#look-${LOOKS.some(({ id }) => id === look) ? look : 'open'})`;
}
