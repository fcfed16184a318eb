// Parses every Apex class of the package with the grammar of apex-dev-tools.

import { ApexErrorListener, ApexParserFactory } from '@apexdevtools/apex-parser';
import { files, read, report } from './source.mjs';

class Listener extends ApexErrorListener {
  constructor(path, wrong) {
    super();
    this.path = path;
    this.wrong = wrong;
  }

  apexSyntaxError(line, column, message) {
    this.wrong.push(`${this.path}:${line}:${column + 1}: ${message}`);
  }
}

const wrong = [];
const classes = files('.cls', '.trigger');
for (const path of classes) {
  const parser = ApexParserFactory.createParser(read(path));
  parser.removeErrorListeners();
  parser.addErrorListener(new Listener(path, wrong));
  if (path.endsWith('.trigger')) parser.triggerUnit();
  else parser.compilationUnit();
}
if (classes.length === 0) wrong.push('no Apex was found');
report(wrong, `${classes.length} classes`);
