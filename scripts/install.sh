#!/bin/sh
# Installs or upgrades CareHub from the archive that this file came in; needs no network. As root, on Debian 12 or 13:
#   sh install.sh --care NAME --prison NAME --accounts NAME     what people will type to reach each door
#   sh install.sh --recipient age1…                             backups are sealed to that key (installation.md, “Keys”)
#   sh install.sh                                               an upgrade, after a backup: names and keys stay
#   sh install.sh --dry-run …                                   each step is said, and none done
#   sh install.sh --remove                                      removes programs and services, and says what it leaves
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-python3}
wheel=$(echo wheels/carehub-*.whl)
version=${wheel#wheels/carehub-}
version=${version%%-*}
home=/opt/carehub/$version

sha256sum --check --quiet SHA256SUMS || {
    echo "The archive is damaged (above): bring it again." >&2
    exit 1
}
"$python" -c 'import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "Python 3.11 or newer is needed, with its venv module: apt-get install python3-venv" >&2
    exit 1
}
case " $* " in
*" --remove "* | *" --dry-run "*)
    # Nothing is unpacked: the installer reads itself out of the wheel, and needs nothing else.
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    "$python" -m zipfile -e "$wheel" "$scratch"
    PYTHONPATH=$scratch PYTHONDONTWRITEBYTECODE=1 "$python" -m carehub.installation "$@"
    exit
    ;;
esac

# A virtual environment that was not finished is made anew: the mark is its last file.
if ! cmp -s SHA256SUMS "$home/installed"; then
    test "$(id -u)" = 0 || {
        echo "Start the installation as root." >&2
        exit 1
    }
    echo "  +  $home holds the programs"
    umask 022
    rm -rf "$home"
    "$python" -m venv "$home"
    "$home/bin/pip" install --quiet --disable-pip-version-check --no-index --find-links wheels --require-hashes \
        --only-binary :all: --requirement requirements.txt
    mkdir -p "$home/share/carehub"
    cp installation.md operations.md backup.md observing.md LICENSE "$home/share/carehub"
    cp SHA256SUMS "$home/installed"
else
    echo "  =  $home holds the programs"
fi
exec "$home/bin/python" -m carehub.installation "$@"
