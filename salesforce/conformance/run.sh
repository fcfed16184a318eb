#!/bin/sh
# Runs the emulator and has clients of others talk to it; prints a line for each call.
#
#   salesforce/conformance/run.sh BITACORA FOLDER
#
# BITACORA is the binary. FOLDER holds `venv` with simple-salesforce and `node_modules` with jsforce; what this makes lies there too:
#   python3 -m venv FOLDER/venv && FOLDER/venv/bin/pip install simple-salesforce
#   npm install --prefix FOLDER jsforce
set -eu
binary=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
mkdir -p "$2"
cd "$2"

# An authority of our own, and a certificate of it for this machine.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=Emulator CA" -keyout ca.key -out ca.pem \
  -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" -keyout tls.key -out tls.csr 2>/dev/null
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n' > tls.ext
openssl x509 -req -in tls.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile tls.ext -out tls.pem 2>/dev/null

# Starts an emulator; sets `address` and `pid`.
start() {
  : > said
  "$binary" emulate salesforce --listen 127.0.0.1:0 --people 1200 "$@" > said &
  pid=$!
  while ! grep -q "listens on" said; do
    kill -0 "$pid" || exit 1
    sleep 0.2
  done
  address=$(sed -n 's/.*listens on \([^;]*\);.*/\1/p' said)
}

failed=0
start --tls-certificate tls.pem --tls-key tls.key
echo "simple-salesforce $(venv/bin/pip list 2>/dev/null | sed -n 's/^simple-salesforce *//p')"
venv/bin/python "$here/simple_salesforce.py" "localhost:${address##*:}" "$PWD/ca.pem" || failed=1
kill "$pid"
wait "$pid" || true

start
echo "jsforce $(node -p "require('./node_modules/jsforce/package.json').version"), Node.js $(node --version)"
node "$here/jsforce.mjs" "$address" || failed=1
kill "$pid"
wait "$pid" || true
exit "$failed"
