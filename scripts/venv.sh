#!/bin/sh
# Brings .venv to one lock file: venv.sh demo|dev|node. Does nothing when the lock is installed already.
# Needs Python 3.11 or newer and nothing else.
set -eu
group=${1:?usage: venv.sh demo|dev|node}
lock="requirements/$group.txt"
stamp=".venv/installed-$group.txt"
new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c "$new_enough" 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "CareHub needs Python 3.11 or newer. Install it, or say where it is: make PYTHON=/path/to/python3.11 ..." >&2
    return 1
}

# An environment whose Python is gone (the folder moved, the system was upgraded) is made again.
if ! .venv/bin/python -c "$new_enough" 2>/dev/null || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "Python has no venv module here. On Debian or Ubuntu: apt-get install python3-venv; then try again." >&2
        exit 1
    fi
    echo "Making a virtual environment in .venv"
    "$python" -m venv --clear .venv
fi

if ! cmp -s "$lock" "$stamp"; then
    echo "Installing the Python packages of $lock"
    # pip compiles on one core, file after file; what cannot be compiled is nobody's but a template or an old Python's.
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes --requirement "$lock"
    .venv/bin/python -m compileall -q -j 0 .venv/lib >/dev/null 2>&1 || :
    cp "$lock" "$stamp"
fi
