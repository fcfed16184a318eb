#!/bin/sh
# Has the Salesforce CLI talk to the emulator: data, and deployments of source; prints a line for each command.
#
#   salesforce/conformance/sf_cli.sh ADDRESS FOLDER [PROJECT]
#
# ADDRESS is where `bitacora emulate salesforce --client-key FOLDER/app.pub` listens, without TLS. FOLDER holds `node_modules` with the
# CLI and a Node.js that it runs on (22 or newer), and `app.key`; the CLI's own home is made there:
#   npm install --prefix FOLDER @salesforce/cli node@24
# PROJECT is a folder with sfdx-project.json whose force-app is deployed besides our small one; what that replaces by variables of the
# environment has to be set. Ends with 1 where anything differs.
set -eu
address=$1
folder=$(realpath "$2")
here=$(realpath "$(dirname "$0")")
project=${3:+$(realpath "$3")}

export HOME="$folder/sf-home"
export PATH="$folder/node_modules/node/bin:$folder/node_modules/.bin:$PATH"
export SF_AUDIENCE_URL="$address" SF_DISABLE_TELEMETRY=true SF_AUTOUPDATE_DISABLE=true SF_USE_GENERIC_UNIX_KEYCHAIN=true
export SF_SKIP_NEW_VERSION_CHECK=true SF_TARGET_ORG=emulator
rm -rf "$HOME" "$folder/sf-work"
mkdir -p "$HOME" "$folder/sf-work"
cd "$folder/sf-work"
differs=0

# Runs a command of the CLI and looks whether what it says, `r`, holds: check NAME EXPRESSION ARGUMENTS...
check() {
  name=$1 holds=$2
  shift 2
  sf "$@" --json > said.json 2> error.txt < /dev/null || true
  if told=$(node -e '
    const r = JSON.parse(require("fs").readFileSync("said.json", "utf8"));
    let good = false;
    try { good = eval(process.argv[1]); } catch {}
    if (!good) console.log(JSON.stringify({ ...r, stack: undefined }).slice(0, 600));
    process.exit(good ? 0 : 1);' "$holds" 2>&1); then
    echo "ok      $name"
  else
    echo "DIFFERS $name: $told $(head -c 300 error.txt)"
    differs=1
  fi
}

# What an expression over the last answer gives.
last() {
  node -p "const r = JSON.parse(require('fs').readFileSync('said.json', 'utf8')); $1"
}

sf --version < /dev/null | sed 's/ .*node/ node/'
stamp=$(date +%s)
check "org login jwt" 'r.status === 0 && r.result.username === "integration@emulator.example"' \
  org login jwt --client-id bitacora --jwt-key-file ../app.key --username integration@emulator.example \
  --instance-url "$address" --alias emulator
[ "$differs" = 0 ] || exit 1
check "org display" 'r.result.connectedStatus === "Connected"' org display
check "limits" 'r.result.some(l => l.name === "DailyApiRequests" && l.max > 0)' org list limits
check "sobject list" 'r.result.includes("Call_Activity__c")' sobject list --sobject custom
check "sobject describe" 'r.result.fields.some(f => f.name === "Interaction_Id__c" && f.externalId)' \
  sobject describe --sobject Call_Activity__c
check "data create record" 'r.result.success' \
  data create record --sobject Contact --values "LastName=Cli$stamp Phone='+34 910 000 777'"
contact=$(last r.result.id)
check "data create record that is refused" 'r.status === 1 && r.name === "REQUIRED_FIELD_MISSING"' \
  data create record --sobject Contact --values "FirstName=Nobody"
check "data get record" "r.result.LastName === 'Cli$stamp'" data get record --sobject Contact --record-id "$contact"
check "data update record" 'r.result.success' \
  data update record --sobject Contact --record-id "$contact" --values "Title=Head"
check "data create record that leads to it" 'r.result.success' \
  data create record --sobject Call_Activity__c --values "Interaction_Id__c=cli-$stamp Contact__c=$contact Talk_Seconds__c=61"
check "data query with relations" \
  "r.result.records[0].Contact__r.Name === 'Cli$stamp' && r.result.records[0].Talk_Seconds__c === 61" \
  data query --query "SELECT Id, Contact__r.Name, Talk_Seconds__c FROM Call_Activity__c WHERE Interaction_Id__c = 'cli-$stamp'"
check "data query with children" 'r.result.records[0].Call_Activities__r.records.length === 1' \
  data query --query "SELECT Id, (SELECT Id FROM Call_Activities__r) FROM Contact WHERE Id = '$contact'"
check "data query of all pages" 'r.result.totalSize > 2000 && r.result.records.length === r.result.totalSize' \
  data query --query "SELECT Id, Name, Phone FROM Contact"
check "data query that is wrong" 'r.status === 1 && r.name === "INVALID_FIELD"' data query --query "SELECT No__c FROM Contact"
check "data search" 'r.result.searchRecords.length === 1' \
  data search --query "FIND {34910000777} IN PHONE FIELDS RETURNING Contact(Id, Name)"
printf 'Interaction_Id__c,Notes__c\ncli-%s,again\nnew-%s,first\n' "$stamp" "$stamp" > calls.csv
check "data upsert bulk" 'r.status === 0 && r.result.jobInfo.numberRecordsProcessed === 2 && r.result.jobInfo.numberRecordsFailed === 0' \
  data upsert bulk --sobject Call_Activity__c --file calls.csv --external-id Interaction_Id__c --wait 5
check "what it left" 'r.result.totalSize === 2 && r.result.records.every(c => c.Notes__c !== null)' \
  data query --query "SELECT Notes__c FROM Call_Activity__c WHERE Interaction_Id__c IN ('cli-$stamp', 'new-$stamp')"
check "data delete record" 'r.result.success' data delete record --sobject Contact --record-id "$contact"

cp -r "$here/project" small
cd small
cp ../said.json . && cp ../error.txt .
check "project deploy start" 'r.status === 0 && r.result.success && r.result.numberComponentsDeployed === 6' \
  project deploy start --source-dir force-app
check "describe of what was deployed" 'r.result.fields.some(f => f.name === "Code__c" && f.length === 12 && f.unique)' \
  sobject describe --sobject Shift__c
check "a record of what was deployed" 'r.result.success' data create record --sobject Shift__c --values "Code__c=early"
check "deploying it again changes nothing" 'r.result.files.every(f => f.state === "Unchanged")' \
  project deploy start --source-dir force-app
sed -i 's/<length>12</<length>900</' force-app/main/default/objects/Shift__c/fields/Code__c.field-meta.xml
check "project deploy start that is refused" \
  'r.status === 1 && [].concat(r.result.details.componentFailures).some(f => f.fullName === "Shift__c.Code__c") && r.result.files.some(f => f.state === "Failed")' \
  project deploy start --source-dir force-app
check "and left everything as it was" 'r.result.fields.find(f => f.name === "Code__c").length === 12' \
  sobject describe --sobject Shift__c
sed -i 's/<length>900</<length>20</' force-app/main/default/objects/Shift__c/fields/Code__c.field-meta.xml
check "project deploy start --dry-run" 'r.status === 0 && r.result.checkOnly' project deploy start --dry-run --source-dir force-app
check "also left everything as it was" 'r.result.fields.find(f => f.name === "Code__c").length === 12' \
  sobject describe --sobject Shift__c
check "project retrieve start" 'r.status === 0 && r.result.fileProperties.some(f => f.type === "Layout")' \
  project retrieve start --metadata "Layout:Contact-Contact Layout"
test -f "force-app/main/default/layouts/Contact-Contact Layout.layout-meta.xml" || { echo "DIFFERS no layout"; differs=1; }
check "org list metadata" 'r.result.some(l => l.fullName === "PersonAccount-Person Account Layout")' \
  org list metadata --metadata-type Layout
cd ..

if [ -n "$project" ]; then
  cp -r "$project" given
  rm -rf given/node_modules
  cd given
  check "project deploy start of $(basename "$project")" 'r.status === 0 && r.result.success' \
    project deploy start --source-dir force-app
  last '`        ${r.result?.numberComponentsDeployed} of ${r.result?.numberComponentsTotal} components`'
  last '(r.result?.files ?? []).filter(f => f.state === "Failed").map(f => `        ${f.type} ${f.fullName}: ${f.error}`).join("\n")'
fi
exit "$differs"
