// Tests of the Lightning web components, with the stubs of base components that Salesforce publishes. What is
// imported is looked for beside this file: the package itself has no dependencies.

const { jestConfig } = require('@salesforce/sfdx-lwc-jest/config');

module.exports = {
  ...jestConfig,
  modulePaths: [`${__dirname}/node_modules`],
  testPathIgnorePatterns: [`${__dirname}/node_modules/`],
};
