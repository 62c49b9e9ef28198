"""The words that templates say are Django's, in every language, for every word of every template of ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template
from django.templatetags.i18n import TranslateNode
from django.utils.translation import override

from access.models import User
from access.templatetags.kept_words import Words
from tests.doors import AtDoor

TEMPLATES = Path(settings.BASE_DIR) / "templates"


def drawn(text: str, **values: Any) -> str:
    return str(Template(text).render(Context(values)))


def words_of_ours() -> Iterator[Words]:
    for path in sorted(TEMPLATES.rglob("*.html")):
        template: Any = get_template(str(path.relative_to(TEMPLATES)))
        yield from template.template.nodelist.get_nodes_by_type(Words)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_word_of_every_template_is_that_of_django(language: str) -> None:
    every = list(words_of_ours())
    assert len(every) > 1_000

    with override(language):
        for page in (Context(), Context(autoescape=False)):
            for node in every:
                wanted = TranslateNode.render(node, page)
                assert [node.render(page) for _each in range(2)] == [wanted, wanted]


def test_words_follow_the_language_of_the_page() -> None:
    page = Template(
        '{% translate "Waiting room" %}, {% translate "Month" context "calendar" %}, {% translate "50 %" %}'
    )

    said = []
    for language in ("fr", "en", "fr"):
        with override(language):
            said.append(page.render(Context()))

    assert said[0] == said[2] != said[1] == "Waiting room, Month, 50 %"
    assert said[0].startswith("Salle d’attente, Mois")


def test_what_is_given_or_changed_on_the_way_is_left_to_django() -> None:
    with override("fr"):
        for word in ("Waiting room", "Month"):
            assert drawn("{% translate word %}", word=word) == drawn(f'{{% translate "{word}" %}}')
        assert drawn('{% translate "Waiting room" as said %}<{{ said }}>') == "<Salle d’attente>"
        assert drawn('{% translate "Waiting room"|upper %}') == "SALLE D’ATTENTE"
        for context in ("calendar", "menu"):
            said = drawn('{% translate "Month" context where %}', where=context)
            assert said == drawn(f'{{% translate "Month" context "{context}" %}}')
        assert drawn("{% translate word %}", word="<b>") == "&lt;b&gt;"


def test_field_that_nobody_has_filled_in_is_drawn_once_in_each_language(alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)
    for _twice in range(2):
        for language, label in (("fr", "Mot de passe actuel"), ("en", "Present password")):
            page = browser.get("/my-account", headers={"accept-language": language}).content.decode()
            assert label in page
    refused = browser.post("/my-account", {"password": "wrong"}, headers={"accept-language": "en"})
    assert "This is not your present password." in refused.content.decode()
    assert "This is not your present password." not in browser.get("/my-account").content.decode()
