// Converts each folder of the package to the form that is deployed, with the library that the Salesforce CLI uses: it
// knows every folder and ending, finds what is twice there, writes the manifest, and puts the server's address where
// the package has a placeholder. Nothing is sent anywhere.

import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ComponentSet, MetadataConverter } from '@salesforce/source-deploy-retrieve';
import { FOLDERS, PACKAGE, report } from './source.mjs';

/** What `sfdx-project.json` has the placeholder replaced by. */
const ADDRESS = 'https://calls.check.example';
const PLACEHOLDER = 'https://bitacora.example';

const wrong = [];
const converted = [];
const output = mkdtempSync(join(tmpdir(), 'bitacora-package-'));

process.env.BITACORA_URL = ADDRESS;
process.env.SF_APPLY_REPLACEMENTS_ON_CONVERT = 'true';

/** Every file in a folder that holds the text. */
function holding(folder, text) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name), 'utf8').includes(text))
    .map((entry) => entry.name);
}

try {
  for (const folder of FOLDERS) {
    const components = ComponentSet.fromSource(join(PACKAGE, folder));
    components.projectDirectory = PACKAGE;
    const { packagePath } = await new MetadataConverter().convert(components, 'metadata', {
      type: 'directory',
      outputDirectory: join(output, folder),
    });
    holding(packagePath, PLACEHOLDER).forEach((name) => wrong.push(`${name}: still has the placeholder`));
    holding(packagePath, 'describe(').forEach((name) => wrong.push(`${name}: a test would be deployed`));
    if (folder === 'force-app' && holding(packagePath, ADDRESS).length !== 4)
      wrong.push('the address is not in four files');
    const manifest = readFileSync(join(packagePath, 'package.xml'), 'utf8');
    const named = manifest.match(/<members>/g)?.length ?? 0;
    if (named === 0) wrong.push(`${folder}: the manifest names nothing`);
    converted.push(`${folder}: ${named}`);
  }
} finally {
  rmSync(output, { recursive: true });
}
report(wrong, `components that the manifests name: ${converted.join(', ')}`);
