#!/bin/sh
# carehub [--as care|prison|accounts|courier] COMMAND…: a management command of CareHub, with the settings and as the
# system user of that part; without --as with the login of the databases' owner. Written by CareHub's installer.
set -eu
part=owner
if test "${1:-}" = --as; then
    part=${2:?carehub --as PART COMMAND}
    shift 2
fi
case $part in
owner) ;;
care | prison | accounts | courier) CAREHUB_DOOR=$part ;;
*)
    echo "carehub: --as care, prison, accounts or courier, not $part." >&2
    exit 2
    ;;
esac
if test "$(id -u)" != 0; then
    echo "carehub: only root may act as carehub-$part. Try: sudo carehub $*" >&2
    exit 1
fi
set -a
. "/etc/carehub/$part.env"
set +a
export PATH="/usr/sbin:/usr/bin:/sbin:/bin" ${CAREHUB_DOOR:+CAREHUB_DOOR}
exec setpriv --reuid="carehub-$part" --regid="carehub-$part" --init-groups --no-new-privs \
    /opt/carehub/current/bin/carehub-manage "$@"
