#!/bin/sh
# Recompiles the lock files from pyproject.toml and package.json: hashes, no address, no machine path.
# Run through `make lock`. The development lock comes first and binds the others, so that what is
# tested is what is shipped.
set -eu
uv=${1:?usage: lock.sh PATH-OF-UV}

compile() {
    output=$1
    shift
    "$uv" pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate \
        --custom-compile-command "make lock" --no-emit-index-url --no-emit-find-links --output-file "requirements/$output" "$@"
    echo "requirements/$output"
}

compile dev.txt pyproject.toml --group dev
compile demo.txt pyproject.toml --group demo --constraints requirements/dev.txt
compile production.txt pyproject.toml --constraints requirements/dev.txt
compile node.txt --group node
# What PEERS=1 make bench measures beside CareHub; no environment of ours installs it.
compile peers.txt requirements/peers.in

sh scripts/node.sh npm install --package-lock-only --ignore-scripts
# npm writes the authors' funding pages into the lock; ours names no address.
python3 - <<'PYTHON'
import json
import pathlib

lock = pathlib.Path("package-lock.json")
content = json.loads(lock.read_text())
for package in content["packages"].values():
    package.pop("funding", None)
lock.write_text(json.dumps(content, indent=2) + "\n")
PYTHON
echo "package-lock.json"

if grep -rnE 'https?://' requirements package-lock.json; then
    echo "A lock file names an address (above): a lock holds versions and hashes only." >&2
    exit 1
fi
