#!/bin/sh
# Sees that the browser journeys can run: Chromium, and pdftoppm to look at printed pages.
# Installs Debian's packages where that is allowed, else says what to install.
set -eu

found() {
    command -v "$1" >/dev/null 2>&1
}

browser() {
    found chromium-headless-shell || found chromium || found chromium-browser || found google-chrome
}

if browser && found pdftoppm; then
    exit 0
fi

may_install() {
    found apt-get && { test -z "$as_root" || $as_root true 2>/dev/null; }
}

install() {
    echo "Installing Debian's chromium and poppler-utils for the browser tests"
    # The one without windows does the same for less than half of the work; older Debians have only the other.
    $as_root apt-get -qq update && { packages chromium-headless-shell || packages chromium; }
}

packages() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "$1" \
        poppler-utils fonts-dejavu-core >/dev/null
}

as_root=
test "$(id -u)" = 0 || as_root="sudo -n"
if may_install && install; then
    exit 0
fi

echo "The browser tests need chromium and pdftoppm, which are not here and could not be installed." >&2
echo "Install them (Debian: apt-get install chromium poppler-utils), then run make test again." >&2
exit 1
