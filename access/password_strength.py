"""Refuses passwords that are guessed quickly: by zxcvbn's estimate, with French words, phrases and keys."""

from __future__ import annotations

import json
import math
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
from zxcvbn.matching import GRAPHS, RANKED_DICTIONARIES, add_frequency_lists, build_ranked_dict, omnimatch
from zxcvbn.scoring import most_guessable_match_sequence

from access.databases import database_of
from access.folding import folded
from access.models import Establishment, User

# A hundred million guesses: zxcvbn's three of four (Wheeler, zxcvbn: low-budget password strength estimation, 2016).
ENOUGH = 10**8 + 5
# Where most of a password is known words, names, years or keys, each guessed by itself: zxcvbn's number without its
# allowance of ten thousand for each further piece, with which any three pieces are enough, a greeting and a year, too.
ENOUGH_OF_KNOWN = 10**10
# What zxcvbn looks at; the rest of a longer password only makes it harder to guess.
LOOKED_AT = 72
OURS = Path(__file__).parent / "words"
# Of the npm package that package-lock.json names, with a version and a digest (settings.CAREHUB_WORDS).
LISTS = ("commonWords.json", "firstnames.json", "lastnames.json", "wikipedia.json")
SHORTEST = 3
# How many letters must be left beside one's own names and the place's.
FOREIGN_LETTERS = 6
# zxcvbn's own end in 2019; the nearest first.
YEARS = (*range(2026, 2040), *range(2025, 1939, -1))
# What stands between two words, or behind the last one.
BETWEEN_WORDS = re.compile(r"(?<=[^\W_]{3})[\W_]+(?=[^\W_]{3}|$)")
# zxcvbn keeps a person's own words in a dictionary of its module.
_one_at_a_time = threading.Lock()


class StrengthValidator:
    """One of settings.AUTH_PASSWORD_VALIDATORS."""

    def validate(self, password: str, user: User | None = None) -> None:
        own = words_of(user)
        if is_guessed_soon(password, own=own) or rests_on(own, password):
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


def is_guessed_soon(password: str, *, own: list[str]) -> bool:
    """Whether few guesses lead to the password as it is typed, without accents, or without signs.

    zxcvbn takes a sign between two words for something that has to be guessed one by one.
    """
    learn_french()
    plain = unaccented(password)
    typed = {text[:LOOKED_AT] for text in (password, plain) if text}
    bare = "".join(filter(str.isalnum, plain))
    joined = {text[:LOOKED_AT] for text in (bare, BETWEEN_WORDS.sub("", plain)) if text}
    with _one_at_a_time:
        RANKED_DICTIONARIES["user_inputs"] = build_ranked_dict([word.lower() for word in own])
        return any(guesses_in_all(text) < ENOUGH for text in typed) or any(
            guesses_of_known(text) < ENOUGH_OF_KNOWN for text in typed | joined
        )


def guesses_in_all(text: str) -> int:
    return int(most_guessable_match_sequence(text, omnimatch(text, RANKED_DICTIONARIES))["guesses"])


def guesses_of_known(text: str) -> float:
    """Return how many guesses the pieces take, each by itself; without end where most signs belong to none."""
    matches = omnimatch(text, RANKED_DICTIONARIES)
    pieces = most_guessable_match_sequence(text, matches, _exclude_additive=True)["sequence"]
    unknown = sum(len(piece["token"]) for piece in pieces if piece["pattern"] == "bruteforce")
    # zxcvbn counts in numbers of three kinds, of which two cannot be multiplied.
    return math.inf if unknown * 2 > len(text) else math.prod(float(piece["guesses"]) for piece in pieces)


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
    """Give zxcvbn French words and phrases, years, and the French keyboard; nothing is fetched."""
    years = [str(year) for year in YEARS]
    add_frequency_lists({"french": french_words(), "phrases": ours("phrases.txt"), "years": years})
    GRAPHS["azerty"] = neighbours([line.split(" ") for line in ours("azerty.txt")])


def ours(name: str) -> list[str]:
    lines = (OURS / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def french_words() -> list[str]:
    """Return our own words, then those of the package, the most common first, then names; as one types them."""
    found = [word for name in LISTS for word in json.loads((settings.CAREHUB_WORDS / name).read_text(encoding="utf-8"))]
    plain = ("".join(filter(str.isalnum, unaccented(word).lower())) for word in found)
    return list(dict.fromkeys([*ours("french.txt"), *(word for word in plain if len(word) >= SHORTEST)]))


def neighbours(rows: list[list[str]]) -> dict[str, list[str | None]]:
    """Return for each sign of a keyboard the six keys around its own, clockwise from the left, as zxcvbn takes them."""

    def key(row: int, at: int) -> str | None:
        return rows[row][at] if 0 <= row < len(rows) and 0 <= at < len(rows[row]) else None

    around = ((0, -1), (-1, 0), (-1, 1), (0, 1), (1, 0), (1, -1))
    return {
        sign: [key(row + down, at + aside) for down, aside in around]
        for row, keys in enumerate(rows)
        for at, signs in enumerate(keys)
        for sign in signs
    }


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
