#!/bin/sh
# usage: torture.sh PYTHON [options of manage.py torture]
# Databases on a small disk of their own (a tmpfs) where that can be mounted, so that it can be filled.
set -eu
python=$1
shift
home=$(mktemp -d "${TMPDIR:-/var/tmp}/carehub-torture.XXXXXX")
chmod 711 "$home"
disk=
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=700m,mode=711 carehub-torture "$home" 2>/dev/null; then
    disk=--small-disk
fi
tidy() {
    [ -z "$disk" ] || umount "$home"
    rm -rf "$home"
}
trap tidy EXIT
trap "exit 130" INT TERM HUP
CAREHUB_ENV=test "$python" -m carehub.tools.embedded run --home "$home" -- \
    "$python" manage.py torture --home "$home" $disk "$@"
