// What the package refers to must be in it: an org refuses a whole deployment for one name that is not there. Looks
// at fields in list views, layouts, permission sets, reports, dashboards, queries and components, at labels and their
// translations, at Apex and message channels by name.

import { basename } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { files, read, report } from './source.mjs';

const OBJECT = 'Call_Activity__c';
/** Fields that every custom object has, by the names that each kind of metadata gives them. */
const STANDARD = new Set(['Name', 'NAME', 'OwnerId', 'CreatedById', 'LastModifiedById']);

const parser = new XMLParser({ parseTagValue: false, isArray: () => true });
const wrong = [];
let looked = 0;

/** Every text that an element of this name holds, anywhere in the file. */
function texts(path, ...names) {
  const found = [];
  const walk = (node) => {
    if (Array.isArray(node)) node.forEach(walk);
    else if (node !== null && typeof node === 'object')
      Object.entries(node).forEach(([name, inside]) => {
        if (names.includes(name)) found.push(...inside.filter((text) => typeof text === 'string'));
        walk(inside);
      });
  };
  walk(parser.parse(read(path)));
  return found;
}

function named(ending) {
  return new Set(files(ending).map((path) => basename(path).slice(0, -ending.length)));
}

/** Each name of `path` must be among `known`. */
function expect(path, names, known, what) {
  looked += names.length;
  names.filter((name) => !known.has(name)).forEach((name) => wrong.push(`${path}: no ${what} ${name}`));
}

const fields = new Set(
  files('.field-meta.xml').map(
    (path) => `${path.split('/').at(-3)}.${basename(path).replace('.field-meta.xml', '')}`,
  ),
);
const ofCalls = new Set(
  [...fields].filter((name) => name.startsWith(`${OBJECT}.`)).map((name) => name.split('.')[1]),
);
STANDARD.forEach((name) => ofCalls.add(name));

for (const path of files('.listView-meta.xml')) expect(path, texts(path, 'columns', 'field'), ofCalls, 'field');
for (const path of files('.layout-meta.xml')) expect(path, texts(path, 'field'), ofCalls, 'field');
for (const path of files('.compactLayout-meta.xml')) expect(path, texts(path, 'fields'), ofCalls, 'field');
for (const path of files('.reportType-meta.xml')) {
  // A column may follow a look-up, like `Case__c.Subject`.
  expect(
    path,
    texts(path, 'field').map((name) => name.split('.')[0]),
    ofCalls,
    'field',
  );
}

const inReports = new Set([...ofCalls].map((name) => `${OBJECT}$${name}`).concat('RowCount'));
for (const path of files('.report-meta.xml')) {
  expect(
    path,
    texts(path, 'field', 'column', 'groupingColumn', 'secondaryGroupingColumn', 'dateColumn'),
    inReports,
    'column',
  );
  expect(
    path,
    texts(path, 'reportType').map((name) => name.replace(/__c$/, '')),
    named('.reportType-meta.xml'),
    'report type',
  );
}
for (const path of files('.dashboard-meta.xml')) {
  const reports = new Set(
    files('.report-meta.xml').map((report) => report.split('/').slice(-2).join('/').replace('.report-meta.xml', '')),
  );
  expect(path, texts(path, 'report'), reports, 'report');
}

const classes = named('.cls');
for (const path of files('.permissionset-meta.xml')) {
  const ours = texts(path, 'field').filter((name) => name.endsWith('__c'));
  expect(path, ours, fields, 'field');
  expect(path, texts(path, 'apexClass'), classes, 'class');
  expect(path, texts(path, 'application'), named('.app-meta.xml'), 'application');
}

const custom = new Set([...fields].flatMap((name) => name.split('.')));
named('.messageChannel-meta.xml').forEach((name) => custom.add(`${name}__c`));
for (const path of files('.js', '.cls', '.field-meta.xml'))
  expect(path, read(path).match(/\b\w+__(?:c|mdt)\b/g) ?? [], custom, 'custom');

const labels = new Set(files('.labels-meta.xml').flatMap((path) => texts(path, 'fullName')));
const used = new Set();
for (const path of files('.js', '.cls', '.field-meta.xml')) {
  const text = read(path);
  const names = [...text.matchAll(/@salesforce\/label\/c\.(\w+)|(?:System\.|\$)Label\.(\w+)/g)].map(
    (found) => found[1] ?? found[2],
  );
  names.forEach((name) => used.add(name));
  expect(path, names, labels, 'label');
  const methods = [...text.matchAll(/@salesforce\/apex\/(\w+)\.(\w+)/g)];
  expect(
    path,
    methods.map((found) => found[1]),
    classes,
    'class',
  );
  methods
    .filter(([, name, method]) => !new RegExp(`@AuraEnabled[^;{]*\\b${method}\\(`).test(read(classPath(name))))
    .forEach(([, name, method]) => wrong.push(`${path}: ${name} offers no ${method}`));
}
[...labels].filter((name) => !used.has(name)).forEach((name) => wrong.push(`label ${name} is used nowhere`));

function classPath(name) {
  return files('.cls').find((path) => basename(path) === `${name}.cls`);
}

const spanish = files('.translation-meta.xml').filter((path) => basename(path).startsWith('es.'));
const translated = new Set(
  spanish.flatMap((path) => parser.parse(read(path)).Translations[0].customLabels.map(({ name }) => name[0])),
);
expect('labels', [...labels], translated, 'Spanish for');
expect('es', [...translated], labels, 'label');
const inSpanish = new Set(
  files('.fieldTranslation-meta.xml').map((path) => {
    const [folder, file] = path.split('/').slice(-2);
    return `${folder.replace(/-es$/, '')}.${file.replace('.fieldTranslation-meta.xml', '')}`;
  }),
);
expect(
  'fields',
  [...fields].filter((name) => !name.includes('__mdt')),
  inSpanish,
  'Spanish for',
);
expect('es', [...inSpanish], fields, 'field');

report(wrong, `${looked} names`);
