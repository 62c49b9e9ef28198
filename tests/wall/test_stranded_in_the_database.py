"""Nobody is left where nobody sees them without standing among those to decide about: tried with care's own login."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import errors

from access.models import User
from appointments.models import Appointment
from appointments.rights import Rights
from appointments.stranded import decidable_by
from tests.appointments.stranded.scenes import FIRST, booked_days, sick
from tests.conftest import Unit
from tests.factories import away, local, workday
from tests.wall.conftest import Login

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = """INSERT INTO appointments_keptappointment
    (establishment_id, appointment_id, agenda_id, starts_at, absence_id, owner_id, kept_by_id, kept_at)
    SELECT a.establishment_id, a.id, {agenda}, {at}, {absence}, {owner}, {who}, {when}
    FROM appointments_appointment a WHERE a.id = '{key}'"""


@pytest.fixture
def care(login: Login) -> psycopg.Connection[Any]:
    return login("care")


def waiting(user: User, unit: Unit) -> list[Appointment]:
    return list(decidable_by(Rights(user, unit.establishment)).order_by("starts_at"))


def test_absence_written_by_hand_brings_its_people_into_the_list(
    unit_a: Unit, alice: User, care: psycopg.Connection[Any]
) -> None:
    booked = booked_days(unit_a, people=2)

    care.execute(
        """INSERT INTO appointments_absence (establishment_id, agenda_id, starts_at, ends_at, reason)
        VALUES (%s, %s, %s, %s, 'leave')""",
        [unit_a.establishment.pk, unit_a.doctor.pk, booked[0].starts_at, booked[1].ends_at],
    )

    assert waiting(alice, unit_a) == booked


def test_nothing_takes_an_appointment_off_the_list_but_a_word_about_it_as_it_stands(
    unit_a: Unit, unit_b: Unit, alice: User, chloe: User, bob: User, care: psycopg.Connection[Any]
) -> None:
    scene = sick(unit_a, people=1)
    first = local(unit_a.establishment, workday(FIRST + 9), 0)
    other = away(unit_a.doctor, first, local(unit_a.establishment, workday(FIRST + 10), 0))
    usual = {
        "key": scene.booked[0].pk, "agenda": "a.agenda_id", "at": "a.starts_at", "absence": scene.absence.pk,
        "owner": "NULL", "who": alice.pk, "when": "now()",
    }  # fmt: skip

    for changed, refused in (
        ({"absence": other.pk}, errors.CheckViolation),
        ({"at": "a.starts_at + interval '1 day'"}, errors.CheckViolation),
        ({"agenda": unit_a.psychiatrist.pk}, errors.CheckViolation),
        # For an owner who is not this agenda's; for no cause; for two.
        ({"absence": "NULL", "owner": bob.pk}, errors.CheckViolation),
        ({"absence": "NULL"}, errors.CheckViolation),
        ({"owner": bob.pk}, errors.CheckViolation),
        # In the name of somebody of another establishment, or at another time.
        ({"who": chloe.pk}, errors.InsufficientPrivilege),
        ({"when": "now() - interval '2 days'"}, errors.InsufficientPrivilege),
    ):
        with pytest.raises(refused):
            care.execute(KEPT.format(**usual | changed))
        assert waiting(alice, unit_a) == scene.booked
    care.execute(KEPT.format(**usual))
    assert waiting(alice, unit_a) == []
    with pytest.raises(errors.InsufficientPrivilege):
        care.execute("UPDATE appointments_keptappointment SET kept_at = now()")
    # Without the word it is a question again.
    care.execute("DELETE FROM appointments_keptappointment")
    assert waiting(alice, unit_a) == scene.booked


def test_agenda_in_which_somebody_is_expected_stays_in_use(unit_a: Unit, care: psycopg.Connection[Any]) -> None:
    booked_days(unit_a, people=1)

    with pytest.raises(errors.CheckViolation, match="Appointments are to come"):
        care.execute("UPDATE appointments_agenda SET is_active = false WHERE id = %s", [unit_a.doctor.pk])
    care.execute("UPDATE appointments_agenda SET is_active = false WHERE id = %s", [unit_a.psychiatrist.pk])
