#!/bin/sh
# Collects the texts to translate into the French catalogue: new ones come without French, those that no file
# says any longer go, and line numbers stay out of it. Run through `make messages`; the tests name what lacks
# French. No statistics of Babel's: it takes a plural without French for translated.
set -eu
python=${1:?usage: messages.sh PATH-OF-PYTHON}
template=$(mktemp)
trap 'rm -f "$template"' EXIT

babel() {
    "$python" -m babel.messages.frontend --quiet "$@"
}

babel extract --mapping-file pyproject.toml --sort-by-file --add-location file --no-wrap \
    --output-file "$template" access appointments carehub templates
babel update --domain django --input-file "$template" --output-dir carehub/locale --no-wrap \
    --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
babel compile --domain django --directory carehub/locale
