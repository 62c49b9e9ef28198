"""Which new passwords are refused: those that somebody who knows French, the person or the place tries first."""

from __future__ import annotations

import pytest

from access.models import Establishment, User
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
    ],
)
def test_password_that_french_attackers_try_first_is_refused(alice: User, at_door: AtDoor, password: str) -> None:
    status, page = chosen(at_door, alice, password)

    assert (status, TOO_EASY in page) == (422, True)
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


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
