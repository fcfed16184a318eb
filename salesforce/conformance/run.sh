#!/bin/sh
# Runs the emulator and has clients of others talk to it; prints a line for each call.
#
#   salesforce/conformance/run.sh BITACORA FOLDER [PROJECT]
#
# BITACORA is the binary. FOLDER holds `venv` with simple-salesforce, `node_modules` with jsforce and, where the Salesforce CLI is to be
# run, with that and a Node.js of its own; what this makes lies there too. PROJECT is source that the CLI deploys besides ours:
#   python3 -m venv FOLDER/venv && FOLDER/venv/bin/pip install simple-salesforce
#   npm install --prefix FOLDER jsforce @salesforce/cli node@24
set -eu
binary=$(realpath "$1")
project=${3:+$(realpath "$3")}
here=$(realpath "$(dirname "$0")")
mkdir -p "$2"
cd "$2"

# An authority of our own, and a certificate of it for this machine.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=Emulator CA" -keyout ca.key -out ca.pem \
  -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" -keyout tls.key -out tls.csr 2>/dev/null
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n' > tls.ext
openssl x509 -req -in tls.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile tls.ext -out tls.pem 2>/dev/null

# The key by which an app signs its assertions, and what its org knows of it.
openssl genrsa -out app.key 2048 2>/dev/null
openssl rsa -in app.key -pubout -out app.pub 2>/dev/null

# Starts an emulator with so many people; sets `address` and `pid`.
start() {
  : > said
  "$binary" emulate salesforce --listen 127.0.0.1:0 --client-key app.pub --people "$@" > said &
  pid=$!
  while ! grep -q "listens on" said; do
    kill -0 "$pid" || exit 1
    sleep 0.2
  done
  address=$(sed -n 's/.*listens on \([^;]*\);.*/\1/p' said)
}

failed=0
start 1200 --tls-certificate tls.pem --tls-key tls.key
echo "simple-salesforce $(venv/bin/pip list 2>/dev/null | sed -n 's/^simple-salesforce *//p')"
venv/bin/python "$here/simple_salesforce.py" "localhost:${address##*:}" "$PWD/ca.pem" || failed=1
echo "What is assumed of an org"
BITACORA_LIVE_ORG=1 REQUESTS_CA_BUNDLE="$PWD/ca.pem" SALESFORCE_INSTANCE_URL="https://localhost:${address##*:}" \
  SALESFORCE_LOGIN_URL="https://localhost:${address##*:}" SALESFORCE_CLIENT_ID=bitacora SALESFORCE_CLIENT_SECRET=bitacora-secret \
  SALESFORCE_USERNAME=integration@emulator.example SALESFORCE_PASSWORD=emulator SALESFORCE_KEY_FILE="$PWD/app.key" \
  venv/bin/python "$here/live_org.py" || failed=1
kill "$pid"
wait "$pid" || true

start 1200
echo "jsforce $(node -p "require('./node_modules/jsforce/package.json').version"), Node.js $(node --version)"
node "$here/jsforce.mjs" "$address" || failed=1
kill "$pid"
wait "$pid" || true

if [ -x node_modules/.bin/sf ]; then
  start 8000
  "$here/sf_cli.sh" "$address" "$PWD" ${project:+"$project"} || failed=1
  kill "$pid"
  wait "$pid" || true
else
  echo "The Salesforce CLI is not in $PWD and was not run"
fi
exit "$failed"
