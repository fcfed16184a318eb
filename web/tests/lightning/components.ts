/**
 * The Lightning web components of our package as a browser runs them: compiled by Salesforce's own compiler, on its own
 * engine, with nothing of the platform behind them but `platform.js`. Both come with the tools that check the package.
 */
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

const SALESFORCE = new URL('../../../salesforce/', import.meta.url);
const CHECKS = new URL('check/package.json', SALESFORCE);
/** Where the bundle of each component is. */
const BUNDLES: Record<string, string> = {
  bitacoraPanel: 'force-app/main/default/lwc/bitacoraPanel/',
  bitacoraWrapUp: 'voice/main/default/lwc/bitacoraWrapUp/',
};
const LABELS = 'force-app/main/default/labels/CustomLabels.labels-meta.xml';
const PLATFORM = '/lwc/platform.js';
/** What of the platform the components import, by the names it has in `platform.js`. */
const FROM_PLATFORM: Record<string, string> = {
  'lightning/button': 'Button as default',
  'lightning/serviceCloudVoiceToolkitApi': 'ServiceCloudVoiceToolkitApi as default',
  'lightning/messageService': 'MessageContext, publish',
  'lightning/navigation': 'CurrentPageReference, NavigationMixin',
  'lightning/platformWorkspaceApi': 'IsConsoleNavigation, getFocusedTabInfo, openTab',
  '@salesforce/i18n/lang': 'LANGUAGE as default',
  '@salesforce/messageChannel/Bitacora_Calls__c': 'CALLS_CHANGED as default',
  '@salesforce/apex/BitacoraPanel.address': 'address as default',
  '@salesforce/apex/BitacoraPanel.assertion': 'assertion as default',
};
const LABEL = '@salesforce/label/c.';

/** By which names the modules of a page find one another. */
export async function importMap(): Promise<string> {
  const imports: Record<string, string> = { lwc: '/lwc/engine.js' };
  for (const name of Object.keys(BUNDLES)) imports[`c/${name}`] = `/lwc/c/${name}/${name}.js`;
  for (const name of Object.keys(FROM_PLATFORM)) imports[name] = `/lwc/from/${name}`;
  for (const name of (await labels()).keys()) imports[LABEL + name] = `/lwc/from/${LABEL}${name}`;
  return JSON.stringify({ imports });
}

/** A module of a page by its address; null: there is none. */
export async function moduleAt(path: string): Promise<string | null> {
  if (path === '/lwc/engine.js') return readFile(require().resolve('@lwc/engine-dom').replace(/index\.cjs\.js$/, 'index.js'), 'utf8');
  if (path === PLATFORM) return readFile(new URL('platform.js', import.meta.url), 'utf8');
  const imported = path.startsWith('/lwc/from/') ? path.slice('/lwc/from/'.length) : null;
  if (imported?.startsWith(LABEL)) return `export default ${JSON.stringify((await labels()).get(imported.slice(LABEL.length)))};`;
  if (imported !== null) return FROM_PLATFORM[imported] ? `export { ${FROM_PLATFORM[imported]} } from '${PLATFORM}';` : null;
  const [, bundle, file] = /^\/lwc\/c\/(\w+)\/([\w.]+)$/.exec(path) ?? [];
  return bundle && file && BUNDLES[bundle] ? partOf(bundle, file) : null;
}

async function partOf(bundle: string, file: string): Promise<string> {
  const there = new URL(BUNDLES[bundle] + (file.includes('.') ? file : `${file}.js`), SALESFORCE);
  // A component needs no styles, and its template asks for them all the same.
  if (!existsSync(there)) return 'export default undefined;';
  const source = await readFile(there, 'utf8');
  const isComponent = file.startsWith(`${bundle}.`);
  if (!isComponent) return source;
  const { transformSync } = require()('@lwc/compiler') as { transformSync: (source: string, file: string, options: object) => { code: string } };
  return transformSync(source, there.pathname, { name: bundle, namespace: 'c' }).code;
}

function require(): NodeJS.Require {
  if (!existsSync(new URL('node_modules/@lwc/compiler', CHECKS))) {
    throw new Error('the compiler of the components is not there: run `npm ci --ignore-scripts` in salesforce/check');
  }
  return createRequire(CHECKS);
}

async function labels(): Promise<Map<string, string>> {
  const text = await readFile(new URL(LABELS, SALESFORCE), 'utf8');
  const found = text.matchAll(/<fullName>(\w+)<\/fullName>[\s\S]*?<value>([^<]*)<\/value>/g);
  return new Map([...found].map(([, name = '', value = '']) => [name, value]));
}
