"""Refuses passwords that are guessed quickly: by zxcvbn's estimate, with French words and the person's own beside."""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn
from zxcvbn.matching import add_frequency_lists

from access.databases import database_of
from access.folding import folded
from access.models import Establishment, User

# Three of four: a hundred million guesses (Wheeler, zxcvbn: low-budget password strength estimation, 2016).
ENOUGH = 3
# What zxcvbn looks at; the rest of a longer password only makes it harder to guess.
LOOKED_AT = 72
WORDS = Path(__file__).parent / "words" / "french.txt"
# Of the npm package that package-lock.json names, with a version and a digest (settings.CAREHUB_WORDS).
LISTS = ("commonWords.json", "firstnames.json")
SHORTEST = 3
# How many letters must be left beside one's own names and the place's.
FOREIGN_LETTERS = 6
# zxcvbn's own end in 2019; the nearest first.
YEARS = (*range(2026, 2040), *range(2025, 1939, -1))
# zxcvbn keeps a person's own words in a dictionary of its module.
_one_at_a_time = threading.Lock()


class StrengthValidator:
    """One of settings.AUTH_PASSWORD_VALIDATORS."""

    def validate(self, password: str, user: User | None = None) -> None:
        own = words_of(user)
        if strength(password, own=own) < ENOUGH or rests_on(own, password):
            raise ValidationError(
                _(
                    "This password is guessed too quickly: it rests on common words, names, dates or keys side by side."
                    " Take four words that have nothing to do with each other, nor with you or this place."
                ),
                code="password_too_easy",
            )

    def get_help_text(self) -> str:
        return _(
            "Four words that have nothing to do with each other, nor with you or this place, are easy to type and hard"
            " to guess."
        )


def strength(password: str, *, own: list[str]) -> int:
    """Return zxcvbn's score from 0 to 4: the lowest of the password as it is typed, without accents, without signs.

    zxcvbn takes a sign between two words for something that has to be guessed one by one.
    """
    learn_french()
    plain = unaccented(password)
    written = {text[:LOOKED_AT] for text in (password, plain, "".join(filter(str.isalnum, plain)))}
    with _one_at_a_time:
        return min(int(zxcvbn(text, user_inputs=own)["score"]) for text in written if text)


def rests_on(own: list[str], password: str) -> bool:
    """Whether little is left of the password without the person's own words and the digits between them.

    zxcvbn takes any three words for hard enough.
    """
    whole = "".join(filter(str.isalpha, unaccented(password).lower()))
    left = whole
    for word in sorted(own, key=len, reverse=True):
        left = left.replace(word, "")
    return left != whole and len(left) < FOREIGN_LETTERS


def unaccented(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


@cache
def learn_french() -> None:
    """Give zxcvbn the French words, and years; nothing is fetched."""
    add_frequency_lists({"french": french_words(), "years": [str(year) for year in YEARS]})


def french_words() -> list[str]:
    """Return our own words, then those of the package, the most common first, then first names; as one types them."""
    own = [line for line in WORDS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    found = [word for name in LISTS for word in json.loads((settings.CAREHUB_WORDS / name).read_text(encoding="utf-8"))]
    plain = ("".join(filter(str.isalnum, unaccented(word).lower())) for word in found)
    return list(dict.fromkeys([*own, *(word for word in plain if len(word) >= SHORTEST)]))


def missing_words() -> list[str]:
    """Return the lists that are not installed: no password could be judged."""
    return [name for name in LISTS if not (settings.CAREHUB_WORDS / name).is_file()]


def words_of(user: User | None) -> list[str]:
    """Return the words of a person and of where they work, which a colleague tries first."""
    return sorted(set(own_words(user))) if user is not None else []


def own_words(user: User) -> Iterator[str]:
    places: Any = Establishment.objects.using(database_of(user)).filter(memberships__user_id=user.pk)
    for text in (user.username, user.full_name, user.email, *places.values_list("name", flat=True)):
        plain = folded(text)
        yield from (word for word in re.split(r"[^a-z0-9]+", plain) if len(word) > 2)
        yield re.sub(r"[^a-z0-9]", "", plain)
    yield from (folded(code) for code in places.values_list("code", flat=True))
