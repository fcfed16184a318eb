/** The map of hours as a picture: on the page it is a table, which no file can be. */

const SVG = 'http://www.w3.org/2000/svg';
const CELL_WIDTH = 34;
const CELL_HEIGHT = 26;
const HEAD = 20;
const NAMES = 92;
/** As on the page: light enough at its darkest for the figures on it. */
const DARKEST = [0x6a, 0xa8, 0xef] as const;
const LIGHTEST = [0xf3, 0xf3, 0xf3] as const;

/** The colour of a cell that has such a share of the most that any has. */
export function shade(share: number): string {
  const mixed = DARKEST.map((dark, at) => Math.round((LIGHTEST[at] ?? 0) + (dark - (LIGHTEST[at] ?? 0)) * share));
  return `#${mixed.map((one) => one.toString(16).padStart(2, '0')).join('')}`;
}

export function hourPicture(hours: readonly (readonly number[])[], weekdays: readonly string[], shown: (calls: number) => string): SVGSVGElement {
  const most = Math.max(1, ...hours.flat());
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('width', String(NAMES + 24 * CELL_WIDTH));
  svg.setAttribute('height', String(HEAD + hours.length * CELL_HEIGHT));
  const add = (name: string, attributes: Record<string, string | number>, text = ''): void => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
    made.textContent = text;
    svg.append(made);
  };
  for (let hour = 0; hour < 24; hour += 1) add('text', { x: NAMES + (hour + 0.5) * CELL_WIDTH, y: 12, 'text-anchor': 'middle', 'font-size': 12, fill: '#5c5c5c' }, String(hour).padStart(2, '0'));
  hours.forEach((day, at) => {
    const y = HEAD + at * CELL_HEIGHT;
    add('text', { x: 0, y: y + 17, 'font-size': 12, fill: '#5c5c5c' }, weekdays[at] ?? '');
    day.forEach((calls, hour) => {
      add('rect', { x: NAMES + hour * CELL_WIDTH + 0.5, y: y + 0.5, width: CELL_WIDTH - 1, height: CELL_HEIGHT - 1, fill: shade(calls / most) });
      add('text', { x: NAMES + (hour + 0.5) * CELL_WIDTH, y: y + 17, 'text-anchor': 'middle', 'font-size': 12, fill: calls === 0 ? '#5c5c5c' : '#181818' }, shown(calls));
    });
  });
  return svg;
}
