#!/bin/sh
# Makes one archive that installs with the network cut: bundle.sh PYTHON. Run through `make bundle`. In it: the wheels of
# the production lock and CareHub's own, which brings static files, catalogues, units and proxy files; the installer; the
# digest of each file. PYTHONS= names the versions of Python that it is for: Debian 12 has 3.11, Debian 13 has 3.13.
set -eu
python=${1:?usage: bundle.sh PYTHON}
pythons=${PYTHONS:-3.11 3.13}
machine=$(uname -m)
version=$("$python" -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')
name=carehub-$version
bundle=build/$name
# The instant of the last commit stands in the archive, so that the same sources make the same files.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1764500000)}
export SOURCE_DATE_EPOCH
umask 022

rm -rf build/static "$bundle"
mkdir -p "$bundle/wheels" build/wheels dist

# Static files as production names them; nothing connects to these addresses.
CAREHUB_SECRET_KEY=only-for-collecting-static-files DATABASE_URL_OWNER=postgresql:///unused \
    DATABASE_URL_OWNER_PRISON=postgresql:///unused CAREHUB_STATIC_ROOT=build/static \
    "$python" manage.py collectstatic --noinput --verbosity 0
find build/static -name '*.map' -delete
"$python" -m hatchling build --target wheel --directory "$bundle/wheels" >/dev/null

# What is to be had as sources alone is built once; the lock's digests hold for what is downloaded, either way.
"$python" scripts/bundle_wheels.py --cache build/wheels --into "$bundle/wheels" --machine "$machine" $pythons
cp scripts/install.sh docs/installation.md docs/operations.md docs/backup.md docs/observing.md LICENSE "$bundle"
(cd "$bundle" && find . -type f ! -name SHA256SUMS | LC_ALL=C sort | xargs sha256sum >SHA256SUMS)
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C build -cf - "$name" |
    gzip -n -1 >"dist/$name.tar.gz"
(cd dist && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
du -h "dist/$name.tar.gz"
