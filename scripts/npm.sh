#!/bin/sh
# Brings node_modules to package-lock.json: npm.sh demo (what a browser loads) or npm.sh dev (and the tools that check
# and test it).
set -eu
group=${1:?usage: npm.sh demo|dev}
lock=package-lock.json

installed() {
    cmp -s "$lock" "node_modules/installed-$1.json"
}

if installed dev || installed "$group"; then
    exit 0
fi

echo "Installing the front-end packages of $lock"
omit=dev
test "$group" = demo || omit=
sh scripts/node.sh npm ci --ignore-scripts --loglevel=error ${omit:+--omit=$omit}
cp "$lock" "node_modules/installed-$group.json"
