// The package and the emulated org must have the same fields: names, kinds, lengths, what is unique, what a lookup
// leads to. A test that passes against the emulator says something of an org with the package only as long as this
// holds.

import { basename, dirname } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { files, read, report } from './source.mjs';

const SCHEMA = '../crates/sandbox/src/salesforce/schema/call_activity.rs';
/** Kinds of the emulator's notation (schema/notation.rs), by types of the Metadata API. */
const KINDS = {
  DateTime: 'datetime',
  LongTextArea: 'textarea',
  Lookup: 'reference',
  Number: 'int',
  Phone: 'phone',
  Text: 'string',
  Url: 'url',
};
/** Kinds whose length is ours to choose. */
const SIZED = new Set(['string', 'textarea']);

const parser = new XMLParser({ parseTagValue: false });

/** A field in one line, so that two can be compared and shown. */
function line({ kind, length, external, unique, caseSensitive, to, children }) {
  const size = SIZED.has(kind) ? ` ${length}` : '';
  const marks = [external && 'external', unique && 'unique', caseSensitive && 'case'].filter(Boolean);
  return [`${kind}${size}`, ...marks, to && `> ${to}:${children}`].filter(Boolean).join(' ');
}

/**
 * Custom fields of the package, `Object.Field` to line. Left out is what the org computes for people to read: the server
 * neither reads nor writes it.
 */
function ofPackage() {
  const stored = (path) => !path.includes('__mdt') && !read(path).includes('<formula>');
  const objects = files('.field-meta.xml').filter(stored);
  return new Map(
    objects.map((path) => {
      const field = parser.parse(read(path)).CustomField;
      const is = (name) => field[name] === 'true';
      const described = line({
        kind: KINDS[field.type] ?? field.type,
        length: field.length,
        external: is('externalId'),
        unique: is('unique'),
        caseSensitive: is('caseSensitive'),
        to: field.referenceTo,
        children: `${field.relationshipName}__r`,
      });
      return [`${basename(dirname(dirname(path)))}.${field.fullName}`, described];
    }),
  );
}

/** Custom fields of the emulator's notation, `Object.Field` to line. */
function ofEmulator() {
  const fields = new Map();
  let object;
  for (const words of read(SCHEMA)
    .split('\n')
    .map((text) => text.trim().split(/\s+/))) {
    if (words[0] === 'object') object = words[1];
    if (!object || !words[0].endsWith('__c')) continue;
    const arrow = words.indexOf('>');
    const [to, names] = arrow < 0 ? [] : words[arrow + 1].split('/');
    const described = line({
      kind: words[1],
      length: words.find((word) => /^\d+$/.test(word)),
      external: words.includes('external'),
      unique: words.includes('unique'),
      caseSensitive: words.includes('case'),
      to,
      children: names?.split(':')[1],
    });
    fields.set(`${object}.${words[0]}`, described);
  }
  return fields;
}

const [ours, theirs] = [ofPackage(), ofEmulator()];
const wrong = [...new Set([...ours.keys(), ...theirs.keys()])]
  .filter((name) => ours.get(name) !== theirs.get(name))
  .map((name) => `${name}: package ${ours.get(name) ?? 'none'}, emulator ${theirs.get(name) ?? 'none'}`);
if (ours.size === 0) wrong.push('the package has no fields');
report(wrong, `${ours.size} fields agree`);
