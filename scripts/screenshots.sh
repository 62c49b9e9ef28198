#!/bin/sh
# Takes the pictures of the guides at a demonstration of its own, which ends with it. Run through `make screenshots`,
# inside of `embedded run --home FOLDER --fresh`.
set -eu
python=${1:?usage: screenshots.sh PATH-OF-PYTHON FOLDER PORT}
folder=${2:?the folder of the embedded server}
port=${3:?the first of three free ports}

"$python" manage.py demo --port "$port" &
demo=$!
trap 'kill "$demo"; wait "$demo" || true' EXIT
"$python" -m tests.browser.screenshots "http://127.0.0.1:$port" "$folder/demo-accounts.json"
