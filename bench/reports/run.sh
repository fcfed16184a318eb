#!/bin/sh
# Reports over years beside DuckDB, on the same calls in one run (docs/measurements.md, "Reports over years"). Needs
# Python 3 and PyPI: what is fetched and written goes to target/reports and stays out of the repository. Arguments go to
# the benchmark: `--quick` is a thirtieth of the calls.
set -eu
cd "$(dirname "$0")/../.."
place=target/reports
mkdir -p "$place/kept"
[ -x "$place/venv/bin/python" ] || python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet duckdb==2.0.1
cargo build --release --quiet --package bitacora-bench --package bitacora-server
rm -f "$place"/kept/*.csv
target/release/bitacora-bench reports "$@" --server target/release/bitacora --dir "$place" --keep "$place/kept"
"$place/venv/bin/python" bench/reports/duckdb_peers.py "$place"/kept/*.csv
