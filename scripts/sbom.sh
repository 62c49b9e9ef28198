#!/bin/sh
# Says what an installation is made of, into sbom/: the packages of the production locks with their hashes (CycloneDX),
# those of the pages, and the licences of the Python packages as installed here. Run through `make sbom`. Fetches nothing.
set -eu
lock=requirements/production.txt
mkdir -p sbom

# Its one warning is that a lock file tells no graph of who needs whom.
.venv/bin/python -W ignore::UserWarning -m cyclonedx_py requirements --pyproject pyproject.toml --mc-type application \
    --spec-version 1.6 --output-reproducible --output-file sbom/python.cdx.json "$lock"
sh scripts/node.sh npm sbom --sbom-format cyclonedx --sbom-type application --omit dev --package-lock-only \
    >sbom/pages.cdx.json
names=$(sed -nE 's/^([A-Za-z0-9._-]+)(\[[^]]*\])?==.*/\1/p' "$lock" | sort -u)
# shellcheck disable=SC2086 # one argument a package
.venv/bin/pip-licenses --from=mixed --format=csv --output-file=sbom/python-licences.csv --packages $names >/dev/null
ls sbom/*
