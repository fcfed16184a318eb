// Where the package's source is, and how its files are found and read.

import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the package: the one with `sfdx-project.json`. */
export const PACKAGE = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The folders that are deployed, each by itself, as `sfdx-project.json` lists them. */
export const FOLDERS = JSON.parse(read('sfdx-project.json')).packageDirectories.map(({ path }) => path);

/** The text of a file, by its path from the package's folder. */
export function read(path) {
  return readFileSync(join(PACKAGE, path), 'utf8');
}

/** Paths of all files with one of these endings that are deployed, in order. Tests of components are not. */
export function files(...endings) {
  const found = FOLDERS.flatMap((folder) =>
    readdirSync(join(PACKAGE, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(PACKAGE, join(entry.parentPath, entry.name))),
  );
  return found
    .filter((path) => !path.includes('__tests__') && endings.some((ending) => path.endsWith(ending)))
    .sort();
}

/** Says what was wrong and ends the process with it, or says what was looked at. */
export function report(wrong, looked) {
  wrong.forEach((line) => console.error(`  ${line}`));
  if (wrong.length > 0) process.exit(1);
  console.log(`  ${looked}`);
}
