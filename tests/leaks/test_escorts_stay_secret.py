"""Two worlds, with and without a planned hospital escort: nobody who was not given them can tell which one they are in.

Not the prison side, not a colleague, not even the head of unit: pages, file, prints, headers and numbers of queries are
compared byte for byte. Only the departure calls the person, by a line like that of any appointment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access.models import User
from access.policy import give
from appointments import escorts as escorts
from appointments.models import Escort
from appointments.models.enums.escort import EscortCancelReason
from appointments.statistics.kept import count_night
from tests.conftest import Unit
from tests.doors import DoorClient, carry, through
from tests.leaks.test_two_worlds import usual
from tests.leaks.worlds import (
    CSRF_MASK,
    TODAY,
    TOMORROW,
    Care,
    Experiment,
    Look,
    differences,
    experiment,
    listening,
    stored,
    undone,
)

# Each page draws a mask for the token, and says when it was counted or printed; the clock stands still.
# What was changed has a key of its own, and so have the words that a search keeps for its results.
KEPT = re.compile(r"changed=[\w-]+|search=[0-9a-f]+")
TOKEN = re.compile(rb"((?:csrfmiddlewaretoken|carehub_form)[^>]*value=\")[^\"]+")


@pytest.fixture
def worlds(unit_a: Unit, helene: User, oscar: User, olga: User) -> Iterator[Experiment]:
    """Unit A seen by Oscar, who works in building A, and by Olga, who sees the whole house."""
    with experiment(unit_a, helene, {"oscar": oscar, "olga": olga}) as found:
        yield found


def see(worlds: Experiment, world: Callable[[Care], None], *, everything: bool = False) -> Look:
    """Build `world`, return what the prison side sees of it, and undo it."""
    worlds.prison.heard.clear()
    with undone():
        world(worlds.care)
        carry()
        with listening(worlds.prison.heard):
            seen = worlds.prison.look(everything=everything) | stored()
    return seen


def without(care: Care) -> None:
    """The usual people."""
    usual(care)


def planned(by: User, *, day: int = TOMORROW, then: Callable[..., object] | None = None) -> Callable[[Care], None]:
    """The usual people, and an escort of Paul; `then` is done about it."""

    def world(care: Care) -> None:
        usual(care)
        with through("care"):
            made = escorts.plan_escort(
                by=by,
                detainee=care.people[0],
                hospital="CHU Nord",
                department="Cardiology",
                expected_at=care.at("14:30", day=day),
                transport=["couche"],
            )
            if then is not None:
                then(by=by, escort=made, revision=made.revision)

    return world


def cancelled(**known: object) -> None:
    escorts.cancel_escort(reason=EscortCancelReason.REFUSED, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize("then", [None, escorts.confirm, cancelled], ids=["planned", "confirmed", "cancelled"])
@pytest.mark.parametrize("day", [TODAY, TOMORROW], ids=["today", "tomorrow"])
def test_prison_side_sees_nothing_before_the_departure(
    worlds: Experiment, emma: User, day: int, then: Callable[..., object] | None
) -> None:
    one = see(worlds, without)
    other = see(worlds, planned(emma, day=day, then=then))

    assert differences(one, other) == []


def test_departure_looks_like_any_appointment_to_the_prison_side(worlds: Experiment, emma: User) -> None:
    def appointment_today(care: Care) -> None:
        usual(care)
        care.book(0, "08:40", day=TODAY)

    one = see(worlds, appointment_today, everything=True)
    other = see(worlds, planned(emma, day=TODAY, then=escorts.announce_departure), everything=True)

    assert differences(one, other) == []
    assert "durand" in repr(one).lower()


def test_departure_taken_back_or_cancelled_leaves_nothing(worlds: Experiment, emma: User) -> None:
    def leave_and(come_back: Callable[..., object]) -> Callable[..., object]:
        def both(*, by: User, escort: Escort, revision: int) -> None:
            left = escorts.announce_departure(by=by, escort=escort, revision=revision)
            come_back(by=by, escort=left, revision=left.revision)

        return both

    one = see(worlds, without)
    for come_back in (escorts.take_back_departure, cancelled):
        other = see(worlds, planned(emma, day=TODAY, then=leave_and(come_back)))
        assert differences(one, other) == []


def looked_at(care: Care) -> list[tuple[str, dict[str, object] | None]]:
    """Everything that a colleague could look at or send, where a person, a day or a figure stands."""
    paul, day, unit = care.people[0], care.day(TOMORROW), care.unit
    slot = f"{day.isoformat()}T10:30"
    asked = [
        "/",
        f"/day/{day}",
        f"/week/{day}?agenda={unit.doctor.pk}",
        f"/month/{day:%Y-%m}",
        "/people",
        f"/people/{paul.pk}",
        f"/book?agenda={unit.doctor.pk}&at={slot}&person={paul.pk}",
        "/prints/",
        f"/prints/day?day={day}",
        f"/prints/slips?day={day}",
        "/statistics/",
        "/statistics/statistiques.csv",
        "/planning/",
        "/escorts/",
        f"/escorts/plan/{paul.pk}",
    ]
    booking = {"person": paul.pk, "agenda": unit.doctor.pk, "kind": unit.consultation.pk, "minutes": "", "q": ""}
    sent = [
        ("/people", {"q": "durand"}),
        ("/people/found", {"q": "durand"}),
        ("/book", {**booking, "day": day.isoformat(), "time": "14:30", "check": "1"}),
        ("/book", {**booking, "day": day.isoformat(), "time": "14:30", "find": "1"}),
        ("/book", {**booking, "day": day.isoformat(), "time": "14:40"}),
    ]
    return [*((path, None) for path in asked), *sent]


def looks(care: Care, browser: Client) -> dict[str, object]:
    """What the colleague is answered, without the keys that are random in every world."""
    found: dict[str, object] = {}
    for number, (path, data) in enumerate(looked_at(care)):
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            answer = browser.get(path) if data is None else browser.post(path, data)
            transaction.set_rollback(True)
        body = TOKEN.sub(rb"\1", CSRF_MASK.sub(rb"\1", answer.content))
        # Stands for what the board shows, the random keys of its appointments among it.
        body = re.sub(rb'data-carehub-tag="[^"]*"', b"", body)
        found[f"{number} {path}"] = {
            "status": answer.status_code,
            "to": KEPT.sub("", answer.headers.get("Location", "")),
            "type": answer.headers.get("Content-Type"),
            "body": re.sub(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", b"", body),
            "queries": len(queries),
        }
    return found


@pytest.mark.parametrize("who", ["alice", "bob", "helene"])
@pytest.mark.parametrize("day", [TODAY, TOMORROW], ids=["today", "tomorrow"])
def test_colleague_without_the_right_sees_nothing_anywhere(
    worlds: Experiment, emma: User, who: str, day: int, request: pytest.FixtureRequest
) -> None:
    care, user = worlds.care, request.getfixturevalue(who)
    browser = Client(headers={"accept-language": "en"})
    browser.cookies = DoorClient("care").sign_in(user).cookies

    def look(world: Callable[[Care], None]) -> dict[str, object]:
        with transaction.atomic():
            world(care)
            count_night(care.unit.establishment)
            with through("care"):
                browser.get("/")  # the CSRF cookie is given once, and Django learns its permissions
                seen = looks(care, browser)
            transaction.set_rollback(True)
        return seen

    one, other = look(without), look(planned(emma, day=day))

    assert differences(one, other) == []
    assert b"Cardiology" not in repr(other).encode()


def test_colleague_with_the_right_does_see_it(worlds: Experiment, emma: User, alice: User) -> None:
    """What the worlds above differ in: the comparison would notice."""
    care = worlds.care
    give(alice, "manage_escorts", care.place)
    browser = DoorClient("care").sign_in(alice)

    planned(emma)(care)

    assert "CHU Nord" in browser.get(f"/people/{care.people[0].pk}").content.decode()
    assert "Cardiology" in browser.get("/escorts/").content.decode()
