"""Which new passwords are refused: those that somebody who knows French, the person or the place tries first."""

from __future__ import annotations

import json
import random
import string

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis.strategies import text

from access.models import Establishment, User
from access.password_strength import is_guessed_soon
from tests.doors import AtDoor
from tests.factories import PASSWORD

TOO_EASY = "This password is guessed too quickly"


def chosen(at_door: AtDoor, user: User, password: str) -> tuple[int, str]:
    answer = at_door(user).post("/password", {"present": PASSWORD, "new_password": password, "again": password})
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize(
    "password",
    [
        "motdepasse123",
        "MotDePasse2026!",
        "azertyuiop123",
        "doudou12345678",
        "soleil123456789",
        "Infirmière2026",
        "Décembre2026!",
        "infirmerie-2026",
        "J3t@ime1234567",
        "aaaaaaaaaaaaaaaa",
        "qsdfghjklmù123",
        "Bonne-Année-2026!",
    ],
)
def test_password_that_french_attackers_try_first_is_refused(alice: User, at_door: AtDoor, password: str) -> None:
    status, page = chosen(at_door, alice, password)

    assert (status, TOO_EASY in page) == (422, True)
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_password_that_is_counted_in_numbers_of_two_kinds_is_judged(alice: User, at_door: AtDoor) -> None:
    """A number that begins with noughts beside keys side by side: floats and decimals."""
    status, _page = chosen(at_door, alice, "89031270600vfvf")

    assert status in {302, 422}


@given(text(alphabet="0123456789abfvèé &,;.-_aqwzsx", min_size=12, max_size=40))
@settings_of_hypothesis(max_examples=150, deadline=None)
def test_every_password_is_judged(password: str) -> None:
    assert is_guessed_soon(password, own=["alice"]) in {True, False}


def test_phrases_places_and_ways_over_french_keys_are_guessed_soon() -> None:
    phrases = "bonneannee2026 jetaimemonchien monmotdepasse2026 lemotdepasse2026 joyeuxnoel2026 vivelafrance2026"
    phrases += " allezlesbleus98 toietmoipourlavie monpetitchat2020 b0nneann33! JeSuisCharlie2015 jevousaimetous"
    names = "johnnyhallyday olympiquedemarseille unitesanitaire2026 justiceprison2026 CareHub-Soins-2026"
    names += " fleurymerogis91 fresnes94fresnes lasante75014 doliprane2026 mbappe10mbappe hamdoulilah2026"
    phrases += " aliceaupaysdesmerveilles pomme-poire-abricot bleublancrouge98 unpourtoustouspourun auclairdelalune"
    keys = "azeqsdwxc123 aqwxszedcvfr nbvcxwmlkjhg a1z2e3r4t5y6 1a2z3e4r5t6y"

    passed = [each for each in f"{phrases} {names} {keys}".split() if not is_guessed_soon(each, own=[])]

    assert passed == []


def test_four_french_words_by_chance_and_random_signs_are_hard_enough() -> None:
    draw = random.Random(14)
    words = json.loads((settings.CAREHUB_WORDS / "commonWords.json").read_text(encoding="utf-8"))
    words = [word for word in words[:8000] if len(word) > 3 and word.isalpha()]
    phrases = [sign.join(draw.sample(words, 4)) for sign in (" ", "-", "") for _ in range(15)]
    signs = ["".join(draw.choices(string.ascii_letters + string.digits, k=12)) for _ in range(15)]

    refused = [each for each in phrases + signs if is_guessed_soon(each, own=[])]

    # Four of the commonest words may fall together; whoever meets that takes another four.
    assert len(refused) <= 1


@pytest.mark.parametrize("password", ["alice.morel.2026", "Clairvaux-2026!", "morel-alice-75", "MAA2026clairvaux"])
def test_password_of_ones_own_name_or_establishment_is_refused(alice: User, at_door: AtDoor, password: str) -> None:
    User.objects.filter(pk=alice.pk).update(full_name="Alice Morel")
    Establishment.objects.update(name="Maison centrale de Clairvaux")

    status, page = chosen(at_door, alice, password)

    assert status == 422
    assert TOO_EASY in page or "too similar" in page


@pytest.mark.parametrize(
    "password", ["girafe tambour noisette lundi", "k7#pQz!9vLm2", "les clefs du bâtiment A", "é" * 4 + "Zq8!wMx#T" * 20]
)
def test_password_that_takes_long_to_guess_is_taken(alice: User, at_door: AtDoor, password: str) -> None:
    assert chosen(at_door, alice, password)[0] == 302

    alice.refresh_from_db()
    assert alice.check_password(password)
