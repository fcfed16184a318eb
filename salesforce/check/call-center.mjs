// The call center has two forms, the file that Setup imports and the one that is deployed: they must say the same, and
// the first must keep to the rules of call center definition files (Open CTI Developer Guide).

import { basename } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { read, report } from './source.mjs';

const IMPORTED = 'call-center/Bitacora.xml';
const DEPLOYED = 'force-app/main/default/callCenters/Bitacora.callCenter-meta.xml';
/** Longest name of a section or an item, in characters. */
const MAX_NAME = 40;
/** Least and most of a measure, in pixels. */
const MEASURES = { reqSoftphoneHeight: [240, 2560], reqSoftphoneWidth: [200, 1920] };

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  textNodeName: 'text',
  parseTagValue: false,
  isArray: (name) => ['section', 'item', 'sections', 'items'].includes(name),
});
const wrong = [];

function contiguous(list, where) {
  list.forEach(({ sortOrder }, place) => {
    if (Number(sortOrder) !== place) wrong.push(`${IMPORTED}: ${where}: sortOrder ${sortOrder} at place ${place}`);
  });
}

const imported = parser.parse(read(IMPORTED)).callCenter.section;
const deployed = parser.parse(read(DEPLOYED)).CallCenter;

contiguous(imported, 'sections');
for (const { name, item } of imported) {
  contiguous(item, name);
  [name, ...item.map((each) => each.name)]
    .filter((each) => !/^[a-zA-Z][a-zA-Z0-9]*$/.test(each) || each.length > MAX_NAME)
    .forEach((each) => wrong.push(`${IMPORTED}: ${each} is no name`));
  for (const { name: measure, text: value } of item.filter((each) => each.name in MEASURES)) {
    const [least, most] = MEASURES[measure];
    if (!(Number(value) >= least && Number(value) <= most)) wrong.push(`${IMPORTED}: ${measure} is ${value}`);
  }
}

/** Every setting of the one form, `section/item` to value, and of the other. */
const ofImport = new Map(
  imported.flatMap(({ name, item }) => item.map((each) => [`${name}/${each.name}`, each.text ?? ''])),
);
const ofDeployment = new Map(
  deployed.sections.flatMap(({ name, items }) => items.map((each) => [`${name}/${each.name}`, each.value ?? ''])),
);
// These two the deployed form has as the name of its file and as an element.
ofDeployment.set('reqGeneralInfo/reqInternalName', basename(DEPLOYED).split('.')[0]);
ofDeployment.set('reqGeneralInfo/reqDisplayName', deployed.displayName);
for (const name of new Set([...ofImport.keys(), ...ofDeployment.keys()])) {
  const [one, other] = [ofImport.get(name), ofDeployment.get(name)];
  if (one !== other) wrong.push(`${name}: imported ${one ?? 'none'}, deployed ${other ?? 'none'}`);
}
if (deployed.adapterUrl !== ofImport.get('reqGeneralInfo/reqAdapterUrl')) wrong.push(`${DEPLOYED}: adapterUrl`);

report(wrong, `${ofImport.size} settings`);
