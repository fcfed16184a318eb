// Compares every element of the package's metadata with the types of the Metadata API: no element that the type does
// not have, none that is missing, none twice that may be there once, numbers and booleans where they belong. The
// types are those of the WSDL as jsforce carries them; `LATER` adds what the guide documents and that WSDL has not.
// Meanings of values are not looked at.

import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { files, read, report } from './source.mjs';

const { ApiSchemas } = createRequire(import.meta.url)('@jsforce/jsforce-node/lib/api/metadata/schema.js');

/** What the Metadata API Developer Guide (API 66) documents beyond the WSDL above, by type. `?` may be left out, `[]` may be repeated. */
const LATER = {
  CspTrustedSite: {
    canAccessCamera: '?boolean',
    canAccessMicrophone: '?boolean',
    isApplicableToConnectSrc: '?boolean',
    isApplicableToFontSrc: '?boolean',
    isApplicableToFrameSrc: '?boolean',
    isApplicableToImgSrc: '?boolean',
    isApplicableToMediaSrc: '?boolean',
    isApplicableToStyleSrc: '?boolean',
  },
  FlexiPageRegion: { itemInstances: ['ItemInstance'] },
  ItemInstance: { componentInstance: '?ComponentInstance' },
  ComponentInstance: { identifier: '?string' },
  LightningComponentBundle: { capabilities: '?Capabilities' },
  Capabilities: { capability: ['string'] },
};
/** Content that has a grammar of its own and is text to the Metadata API. */
const OPAQUE = new Set(['LightningComponentBundle.targetConfigs']);

const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: true, trimValues: true, parseTagValue: false });
const LEAVES = {
  string: () => true,
  any: () => true,
  boolean: (text) => text === 'true' || text === 'false',
  number: (text) => text !== '' && Number.isFinite(Number(text)),
};

function properties(type) {
  const own = ApiSchemas[type];
  const inherited = own?.extends ? properties(own.extends) : {};
  return { ...inherited, ...own?.props, ...LATER[type] };
}

function isKnown(type) {
  return type in ApiSchemas || type in LATER;
}

/** Name and children of what the parser made of an element. */
function elements(nodes) {
  return nodes
    .map((node) => [Object.keys(node).find((key) => key !== ':@'), node])
    .filter(([name]) => name !== '#text' && !name.startsWith('?'))
    .map(([name, node]) => [name, node[name]]);
}

function textOf(children) {
  return children.map((child) => child['#text'] ?? '').join('');
}

function wrongIn(type, children, path) {
  const expected = properties(type);
  const found = elements(children);
  const times = new Map();
  found.forEach(([name]) => times.set(name, (times.get(name) ?? 0) + 1));
  const wrong = [];
  for (const [name, kind] of Object.entries(expected)) {
    const repeated = times.get(name) ?? 0;
    const required = typeof kind === 'string' && !kind.startsWith('?');
    if (required && repeated === 0) wrong.push(`${path}: ${name} is missing`);
    if (!Array.isArray(kind) && repeated > 1) wrong.push(`${path}: ${name} is there ${repeated} times`);
  }
  for (const [name, inside] of found) {
    if (!(name in expected)) wrong.push(`${path}: ${type} has no ${name}`);
    else if (!OPAQUE.has(`${type}.${name}`)) wrong.push(...wrongValue(expected[name], inside, `${path}/${name}`));
  }
  return wrong;
}

function wrongValue(kind, inside, path) {
  const type = (Array.isArray(kind) ? kind[0] : kind).replace('?', '');
  if (isKnown(type)) return wrongIn(type, inside, path);
  if (elements(inside).length > 0) return [`${path}: holds elements, should hold text`];
  const fits = LEAVES[type];
  if (!fits) return [`${path}: the kind ${type} is not known to this check`];
  return fits(textOf(inside)) ? [] : [`${path}: "${textOf(inside)}" is no ${type}`];
}

const wrong = [];
const types = new Set();
const paths = files('-meta.xml');
for (const path of paths) {
  const text = read(path);
  const valid = XMLValidator.validate(text);
  if (valid !== true) {
    wrong.push(`${path}: ${valid.err.msg} (line ${valid.err.line})`);
    continue;
  }
  const [[root, children]] = elements(parser.parse(text));
  types.add(root);
  if (isKnown(root)) wrong.push(...wrongIn(root, children, basename(path)));
  else wrong.push(`${path}: no type ${root}`);
}
report(wrong, `${paths.length} files of ${types.size} types; beyond the WSDL: ${Object.keys(LATER).join(', ')}`);
