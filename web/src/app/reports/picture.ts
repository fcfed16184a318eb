import type { LegendItem } from './chart-file';
import { LOOKS } from './looks';

/** A picture of a chart to be put into a paper: what it shows, of which time, and what its colours are. */
export type Picture = { svg: SVGSVGElement; title: string; period: string; legend: LegendItem[] };

const SVG = 'http://www.w3.org/2000/svg';
/** Points of the file for one of the page: sharp on paper, too. */
const SCALE = 2;
const EDGE = 16;
const TITLE = 18;
const SMALL = 12;
const HEAD = EDGE + TITLE + 8 + SMALL + 14;
const LEGEND_ROW = 20;
const SWATCH = 16;
const FONT = 'system-ui, sans-serif';
/** What a rule of a style sheet may say of a part: a picture that stands alone has no style sheet. */
const PAINTED = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-opacity', 'opacity', 'font-size', 'font-weight', 'text-anchor'] as const;

/** The same as an image file. */
export async function pngOf(picture: Picture): Promise<Blob> {
  const { svg, width, height } = alone(picture);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error('no picture'))), 'image/png'));
}

function element(name: string, attributes: Record<string, string | number>, text = ''): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
}

/** The chart with a head and a legend, and everything that the page's style sheets and patterns give it. */
function alone({ svg, title, period, legend }: Picture): { svg: SVGElement; width: number; height: number } {
  const width = svg.width.baseVal.value + EDGE * 2;
  const rows = legendRows(legend, width - EDGE * 2);
  const chart = svg.height.baseVal.value;
  const height = HEAD + chart + (rows.length > 0 ? 12 + rows.length * LEGEND_ROW : 0) + EDGE;
  const whole = element('svg', { xmlns: SVG, width: width * SCALE, height: height * SCALE, viewBox: `0 0 ${width} ${height}`, 'font-family': FONT });
  const defs = element('defs', {});
  for (const { id } of LOOKS) {
    const pattern = document.getElementById(`look-${id}`);
    if (pattern) defs.append(pattern.cloneNode(true));
  }
  const copy = svg.cloneNode(true) as SVGSVGElement;
  dress(svg, copy);
  for (const passing of copy.querySelectorAll('[data-passing]')) passing.remove();
  const moved = element('g', { transform: `translate(${EDGE} ${HEAD})` });
  moved.append(...copy.childNodes);
  whole.append(
    defs,
    element('rect', { width, height, fill: '#fff' }),
    element('text', { x: EDGE, y: EDGE + TITLE, 'font-size': TITLE, 'font-weight': 700, fill: '#181818' }, title),
    element('text', { x: EDGE, y: EDGE + TITLE + 8 + SMALL, 'font-size': SMALL, fill: '#5c5c5c' }, period),
    moved,
  );
  rows.forEach((row, at) => {
    for (const { look, label, x } of row) {
      const y = HEAD + chart + 12 + at * LEGEND_ROW;
      whole.append(
        element('rect', { x: EDGE + x, y, width: SWATCH, height: 12, rx: 2, ...(look.startsWith('#') ? { fill: look } : { fill: `url(#look-${look})` }) }),
        element('text', { x: EDGE + x + SWATCH + 6, y: y + 10, 'font-size': SMALL, fill: '#181818' }, label),
      );
    }
  });
  return { svg: whole, width, height };
}

function dress(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of PAINTED) {
    const value = style.getPropertyValue(name);
    // A pattern is meant by its name alone, whatever the address of the page.
    if (value) to.setAttribute(name, value.replace(/^url\(["']?[^#]*#([^"')]+)["']?\).*/, 'url(#$1)'));
  }
  to.removeAttribute('class');
  [...from.children].forEach((child, at) => {
    const twin = to.children[at];
    if (twin) dress(child, twin);
  });
}

function legendRows(legend: readonly LegendItem[], width: number): (LegendItem & { x: number })[][] {
  const pen = document.createElement('canvas').getContext('2d');
  if (pen) pen.font = `${SMALL}px ${FONT}`;
  const rows: (LegendItem & { x: number })[][] = [];
  let x = 0;
  for (const item of legend) {
    const size = SWATCH + 6 + (pen?.measureText(item.label).width ?? 0) + 20;
    if (rows.length === 0 || x + size > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ ...item, x });
    x += size;
  }
  return rows;
}
