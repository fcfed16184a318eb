// Converts each folder of the package to the form that is deployed, with the library that the Salesforce CLI uses: it knows every
// folder and ending, finds what is twice there, and writes the manifest. Nothing is sent anywhere.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ComponentSet, MetadataConverter } from '@salesforce/source-deploy-retrieve';
import { FOLDERS, PACKAGE, report } from './source.mjs';

const wrong = [];
const converted = [];
const output = mkdtempSync(join(tmpdir(), 'bitacora-package-'));
try {
  for (const folder of FOLDERS) {
    const components = ComponentSet.fromSource(join(PACKAGE, folder));
    const { packagePath } = await new MetadataConverter().convert(components, 'metadata', {
      type: 'directory',
      outputDirectory: join(output, folder),
    });
    const manifest = readFileSync(join(packagePath, 'package.xml'), 'utf8');
    const named = manifest.match(/<members>/g)?.length ?? 0;
    if (named === 0) wrong.push(`${folder}: the manifest names nothing`);
    converted.push(`${folder}: ${named}`);
  }
} finally {
  rmSync(output, { recursive: true });
}
report(wrong, `components that the manifests name: ${converted.join(', ')}`);
