"""Every text that a person reads has French, written by the rules of French typography."""

from __future__ import annotations

import gettext
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po
from django.utils import translation

from access.enums import Verb
from carehub.messages import CATALOGUE, is_compiled
from tests.french import faults, read_catalogue, texts, typography, wording

ROOT = Path(__file__).resolve().parent.parent.parent
PLACE = CATALOGUE.relative_to(ROOT)
HEADER = 'msgid ""\nmsgstr ""\n"Language: fr\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'

PAGE = """{% load i18n %}
{# Translators: the title of the page. #}
<h1 title="{% translate "Open: now" %}">{% translate "May" context "month" %}</h1>
  {% blocktranslate trimmed count people=people|length %}
    {{ people }} person waits
  {% plural %}
    {{ people }} people wait
  {% endblocktranslate %}
{# not "this" one #}{% if person.name == _("Nobody") %}it's {% translate "100%" %}{% endif %}
"""
MODULE = '''
from django.utils.translation import gettext as _, gettext_lazy, ngettext, ngettext_lazy, pgettext, pgettext_lazy
def say(count):
    """Do not _("collect this")."""
    return _("Hello %(name)s, "
             "welcome") % {"name": "x"}, ngettext("%(count)d line",
        "%(count)d lines", count), pgettext("verb", "Book")
LATER = gettext_lazy("Later"), pgettext_lazy("verb", "Open"), ngettext_lazy("%(count)d day", "%(count)d days")
'''
FRENCH = {
    (None, "Open: now"): "Ouvert\u00a0: maintenant",
    ("month", "May"): "mai",
    (None, ("%(people)s person waits", "%(people)s people wait")): (
        "%(people)s personne attend",
        "%(people)s personnes attendent",
    ),
    (None, "Nobody"): "Personne",
    (None, "100%%"): "100\u00a0%%",
    (None, "Hello %(name)s, welcome"): "Bonjour %(name)s, bienvenue",
    (None, ("%(count)d line", "%(count)d lines")): ("Une ligne", "%(count)d lignes"),
    ("verb", "Book"): "Réserver",
    (None, "Later"): "Plus tard",
    ("verb", "Open"): "Ouvrir",
    (None, ("%(count)d day", "%(count)d days")): ("%(count)d jour", "%(count)d jours"),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of one page and one module, whose catalogue is empty."""
    for folder in ("access", "appointments", "templates", PLACE.parent):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / PLACE).write_text(HEADER, encoding="utf-8")
    (tmp_path / "templates" / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "access" / "words.py").write_text(MODULE, encoding="utf-8")
    return tmp_path


def make_messages(root: Path) -> None:
    """Collect as `make messages` does."""
    subprocess.run(
        ["sh", str(ROOT / "scripts" / "messages.sh"), sys.executable],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )


def translate(root: Path, french: dict[tuple[str | None, str | tuple[str, ...]], str | tuple[str, ...]]) -> None:
    """Write `french` into the catalogue, as a person does with an editor."""
    catalogue = read_catalogue(root / PLACE)
    for key, message in texts(catalogue).items():
        message.string = french.get(key, message.string)
    with (root / PLACE).open("wb") as file:
        write_po(file, catalogue, width=0, include_lineno=False)


def problems(before: Catalog, after: Catalog) -> list[str]:
    """Return what is wrong with the French `before` the texts were collected once more, one sentence each."""
    kept, found = texts(before), texts(after)
    sentences = [f"not collected yet (make messages): {found[key].id!r}" for key in found.keys() - kept.keys()]
    sentences += [f"obsolete, no file says it (make messages): {kept[key].id!r}" for key in kept.keys() - found.keys()]
    return sentences + [f"{fault}: {message.id!r}" for message in kept.values() for fault in faults(message)]


def test_every_text_has_french(tmp_path: Path) -> None:
    for name in ("access", "appointments", "templates", "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "carehub", tmp_path / "carehub")

    make_messages(tmp_path)

    assert problems(read_catalogue(CATALOGUE), read_catalogue(tmp_path / PLACE)) == []


def test_collecting_finds_the_texts_of_templates_and_modules(root: Path) -> None:
    make_messages(root)

    found = texts(read_catalogue(root / PLACE))
    assert found.keys() == FRENCH.keys()
    assert {tuple(faults(message)) for message in found.values()} == {("no French",)}


def test_collecting_brings_the_word_to_translators_and_where_a_text_stands_without_its_line(root: Path) -> None:
    make_messages(root)

    entry = '#. Translators: the title of the page.\n#: templates/page.html\nmsgid "Open: now"\n'
    assert entry in (root / PLACE).read_text(encoding="utf-8")


def test_collecting_again_keeps_the_french_and_changes_no_byte(root: Path) -> None:
    make_messages(root)
    translate(root, FRENCH)
    make_messages(root)
    before = (root / PLACE).read_bytes()
    page = root / "templates" / "page.html"
    page.write_text("\n\n" + PAGE, encoding="utf-8")

    make_messages(root)

    assert (root / PLACE).read_bytes() == before
    assert b"python-format" in before
    assert [fault for message in texts(read_catalogue(root / PLACE)).values() for fault in faults(message)] == []


def test_text_that_no_file_says_goes_and_a_new_one_comes_without_french(root: Path) -> None:
    make_messages(root)
    translate(root, FRENCH)
    (root / "access" / "words.py").write_text(MODULE.replace("Later", "Later on"), encoding="utf-8")

    make_messages(root)

    found = texts(read_catalogue(root / PLACE))
    assert (None, "Later") not in found
    assert faults(found[None, "Later on"]) == ["no French"]


def test_template_that_cannot_be_read_leaves_the_catalogue_as_it_was(root: Path) -> None:
    make_messages(root)
    before = (root / PLACE).read_bytes()
    (root / "templates" / "page.html").write_text(
        "{% blocktranslate %}{% if %}{% endblocktranslate %}", encoding="utf-8"
    )

    with pytest.raises(subprocess.CalledProcessError):
        make_messages(root)

    assert (root / PLACE).read_bytes() == before


def test_compiled_french_is_what_a_page_shows(root: Path) -> None:
    make_messages(root)
    translate(root, FRENCH)
    make_messages(root)

    with (root / PLACE).with_suffix(".mo").open("rb") as file:
        french = gettext.GNUTranslations(file)
    assert french.gettext("Nobody") == "Personne"
    assert french.pgettext("month", "May") == "mai"
    assert [french.ngettext("%(count)d line", "%(count)d lines", count) for count in (0, 1, 2)] == [
        "Une ligne",
        "Une ligne",
        "%(count)d lignes",
    ]


def test_catalogue_counts_as_compiled_until_it_changes(tmp_path: Path) -> None:
    source = tmp_path / "django.po"
    source.write_text(HEADER, encoding="utf-8")
    assert not is_compiled(source)

    compiled = source.with_suffix(".mo")
    compiled.touch()
    os.utime(source, (1_000, 1_000))
    assert is_compiled(source)

    os.utime(compiled, (999, 999))
    assert not is_compiled(source)


@pytest.mark.parametrize(
    ("english", "french", "fault"),
    [
        ("Nobody", "", "no French"),
        ("Nobody", ("Personne", "Personnes"), "no French"),
        (("%(count)d line", "%(count)d lines"), "Une ligne", "no French"),
        (("%(count)d line", "%(count)d lines"), ("Une ligne", ""), "no French"),
        (("%(count)d line", "%(count)d lines"), ("Une ligne", "des lignes"), "other placeholders"),
        ("Hello %(name)s, welcome", "Bonjour %(nom)s, bienvenue", "other placeholders"),
        ("Nobody", "N'importe qui", "apostrophe"),
        ("Nobody", "Personne...", "ellipsis"),
        ("Nobody", "“Personne”", "around a quotation"),
    ],
)
def test_bad_french_is_named(english: str | tuple[str, str], french: str | tuple[str, str], fault: str) -> None:
    (found,) = faults(Message(english, french))

    assert fault in found


def test_fuzzy_french_is_named() -> None:
    assert faults(Message("Nobody", "Personne", flags=["fuzzy"])) == ["fuzzy, to be confirmed"]


def test_text_not_collected_and_text_that_no_file_says_are_named() -> None:
    before, after = Catalog(), Catalog()
    before.add("Gone", "Parti")
    after.add("New")

    assert problems(before, after) == [
        "not collected yet (make messages): 'New'",
        "obsolete, no file says it (make messages): 'Gone'",
    ]


@pytest.mark.parametrize(
    "good",
    [
        "Attendu à 09:30",
        "Motif\u00a0: «\u00a0parloir\u00a0»",
        "Qui\u202f? Personne\u202f!",
        'Voir <a href="?day=1;x">l’agenda</a>&nbsp;',
        "Quoi\u202f?!",
    ],
)
def test_good_typography_passes(good: str) -> None:
    assert typography(good) == []


@pytest.mark.parametrize(
    "bad",
    [
        "Motif : oui",
        "Motif: oui",
        "Fin :",
        "« oui »",
        "Qui ?",
        "Qui\u00a0?",
        "Non!",
        "un ; deux",
        'dit "oui"',
    ],
)
def test_bad_typography_is_told(bad: str) -> None:
    assert typography(bad) != []


@pytest.mark.parametrize(
    "bad",
    [
        "Vous êtes déconnecté",
        "Vous vous êtes reconnecté depuis",
        "Vous n’êtes pas connecté",
        "Je n’en suis pas sûr",
        "gardé pour vous seul",
        "né(e) le",
        "L’infirmière les reçoit",
        "La prochaine importation",
        "Un accès exceptionnel",
        "Donnez votre mail",
        "deux  espaces",
        "50 %%",
    ],
)
def test_word_that_the_house_does_not_use_is_told(bad: str) -> None:
    assert wording(bad) != []


@pytest.mark.parametrize("good", ["Vous êtes responsable de l’unité", "Vous n’êtes pas ici la deuxième", "20\u202f%%"])
def test_words_of_no_gender_pass(good: str) -> None:
    assert wording(good) == []


def test_access_log_says_what_was_done_and_not_what_a_man_did() -> None:
    with translation.override("fr"):
        labels = [str(verb.label) for verb in Verb]

    assert [label for label in labels if re.match(r"(?:a|est|s’est|ne|n’a) ", label)] == []
