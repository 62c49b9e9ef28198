"""Every text that a person reads has French, written by the rules of French typography."""

from __future__ import annotations

import gettext
import json
from pathlib import Path

import pytest

from carehub import messages

PAGE = """{% load i18n %}
<h1 title="{% translate "Open: now" %}">{% translate "May" context "month" %}</h1>
  {% blocktranslate trimmed count people=people|length %}
    {{ people }} person waits
  {% plural %}
    {{ people }} people wait
  {% endblocktranslate %}
{# not "this" one #}{% if person.name == _("Nobody") %}it's{% endif %}
"""
MODULE = '''
from django.utils.translation import gettext as _, ngettext, pgettext
def say(count):
    """Do not _("collect this")."""
    return _("Hello %(name)s, "
             "welcome") % {"name": "x"}, ngettext("%(count)d line",
        "%(count)d lines", count), pgettext("verb", "Book")
'''
FRENCH = {
    "Open: now": "Ouvert\u00a0: maintenant",
    "month\u0004May": "mai",
    "%(people)s person waits": ["%(people)s personne attend", "%(people)s personnes attendent"],
    "Nobody": "Personne",
    "Hello %(name)s, welcome": "Bonjour %(name)s, bienvenue",
    "%(count)d line": ["Une ligne", "%(count)d lignes"],
    "verb\u0004Book": "Réserver",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of one page and one module."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "access").mkdir()
    (tmp_path / "access" / "words.py").write_text(MODULE, encoding="utf-8")
    return tmp_path


def translate(root: Path, french: dict[str, str | list[str]]) -> list[str]:
    """Collect and translate as the command does; return the keys that no text has."""
    catalogue = messages.collect(root)
    unused = messages.merge(catalogue, messages.load(messages.po_path(root)), french)
    messages.write(catalogue, messages.po_path(root))
    return unused


def test_every_text_has_french() -> None:
    assert messages.problems() == []


def test_collecting_finds_the_texts_of_templates_and_modules(root: Path) -> None:
    translate(root, FRENCH)

    assert messages.problems(root) == []
    found = {(message.context, message.id) for message in messages.texts(messages.collect(root))}
    assert found == {
        (None, "Open: now"),
        ("month", "May"),
        (None, ("%(people)s person waits", "%(people)s people wait")),
        (None, "Nobody"),
        (None, "Hello %(name)s, welcome"),
        (None, ("%(count)d line", "%(count)d lines")),
        ("verb", "Book"),
    }


def test_collecting_again_keeps_the_french_and_changes_no_byte(root: Path) -> None:
    translate(root, FRENCH)
    before = messages.po_path(root).read_bytes()
    page = root / "templates" / "page.html"
    page.write_text("\n\n" + PAGE, encoding="utf-8")

    translate(root, {})

    assert messages.po_path(root).read_bytes() == before
    assert b"python-format" in before


def test_compiled_french_is_what_a_page_shows(root: Path) -> None:
    translate(root, FRENCH)
    messages.compile_catalogue(root)

    with messages.mo_path(root).open("rb") as file:
        french = gettext.GNUTranslations(file)
    assert french.gettext("Nobody") == "Personne"
    assert french.pgettext("month", "May") == "mai"
    assert [french.ngettext("%(count)d line", "%(count)d lines", count) for count in (0, 1, 2)] == [
        "Une ligne",
        "Une ligne",
        "%(count)d lignes",
    ]


def test_stale_catalogue_is_compiled_and_a_fresh_one_left_alone(root: Path) -> None:
    translate(root, FRENCH)
    messages.compile_if_stale(root)
    first = messages.mo_path(root).stat()
    messages.compile_if_stale(root)
    assert messages.mo_path(root).stat().st_mtime_ns == first.st_mtime_ns
    assert list(messages.mo_path(root).parent.glob("*.new")) == []


@pytest.mark.parametrize(
    ("key", "french", "fault"),
    [
        ("Nobody", "", "no French"),
        ("Nobody", ["Personne", "Personnes"], "no French"),
        ("%(count)d line", "Une ligne", "no French"),
        ("%(count)d line", ["Une ligne", "des lignes"], "other placeholders"),
        ("Hello %(name)s, welcome", "Bonjour %(nom)s, bienvenue", "other placeholders"),
        ("Nobody", "N'importe qui", "apostrophe"),
        ("Nobody", "Personne...", "ellipsis"),
        ("Nobody", "“Personne”", "around a quotation"),
    ],
)
def test_bad_french_is_named(root: Path, key: str, french: str | list[str], fault: str) -> None:
    translate(root, {**FRENCH, key: french})

    (found,) = messages.problems(root)
    assert fault in found
    assert key.split("\u0004")[-1] in found


def test_text_that_no_file_says_is_named(root: Path) -> None:
    assert translate(root, {**FRENCH, "Gone": "Parti"}) == ["Gone"]
    (root / "access" / "words.py").write_text("", encoding="utf-8")
    assert sum("obsolete" in sentence for sentence in messages.problems(root)) == 3


def test_text_not_collected_and_fuzzy_french_are_named(root: Path) -> None:
    assert all("not collected yet" in sentence for sentence in messages.problems(root))
    translate(root, FRENCH)
    catalogue = messages.po_path(root)
    text = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(text.replace('msgid "Nobody"', '#, fuzzy\nmsgid "Nobody"'), encoding="utf-8")
    (found,) = messages.problems(root)
    assert "fuzzy" in found


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
    assert messages.typography(good) == []


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
    assert messages.typography(bad) != []


def test_pairs_of_several_files_are_read_and_the_last_wins(tmp_path: Path) -> None:
    for name, french in (("a", {"Yes": "oui", "No": "non"}), ("b", {"Yes": "Oui"})):
        (tmp_path / f"{name}.json").write_text(json.dumps(french), encoding="utf-8")
    assert messages.read_pairs([tmp_path / "a.json", tmp_path / "b.json"]) == {"Yes": "Oui", "No": "non"}
