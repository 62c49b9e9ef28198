"""What the database refuses of the movement desk, whatever the code forgets: tried with the doors' own roles."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone
from psycopg import errors

from access.models import User
from appointments import booking, projection
from appointments.models import Alert, Freeze, Movement, MovementEvent
from appointments.models.enums.appointment import CancelReason
from appointments.models.enums.movement import FreezeReason, Impediment, MovementState, Urgency
from tests.conftest import Unit
from tests.doors import through
from tests.factories import local, open_session, workday
from tests.wall.conftest import DOORS, Login, open_connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def line(unit_a: Unit) -> Movement:
    """Paul, expected tomorrow at 9:30."""
    return line_of(unit_a, 1)


def line_of(unit: Unit, days: int) -> Movement:
    """Paul, expected some days from today."""
    at = local(unit.establishment, workday(days), 9, 30)
    return Movement.objects.create(
        id=projection.movement_id(unit.establishment.pk, unit.paul.register_number, at),
        establishment=unit.establishment,
        expected_at=at,
        **projection.neutral_fields(unit.paul),
    )


def execute(door: str, statement: str, *values: Any) -> int:
    """Execute one statement as the login of a door and end the transaction; return how many rows it touched."""
    with through(door), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


WRITE_EVENT = (
    "INSERT INTO appointments_movementevent (establishment_id, register_number, expected_at, state, impediment, at,"
    " by_id) VALUES (%s, %s, %s, %s, %s, '2001-01-01', %s)"
)


def write_event(line: Movement, by: User, state: str = "called", impediment: str = "") -> int:
    """Add to the history as the prison login."""
    return execute("prison", WRITE_EVENT, *values(line, by, state, impediment))


def values(line: Movement, by: User, state: str = "called", impediment: str = "") -> list[Any]:
    return [line.establishment_id, line.register_number, line.expected_at, state, impediment, by.pk]


def tap(line: Movement, by: User, state: MovementState, impediment: str = "") -> None:
    """Record a tap as the prison login, past all our verbs."""
    with through("prison"), transaction.atomic():
        MovementEvent.objects.create(
            establishment_id=line.establishment_id,
            register_number=line.register_number,
            expected_at=line.expected_at,
            state=state,
            impediment=impediment,
            by=by,
        )
        Movement.objects.filter(pk=line.pk).update(state=state, impediment=impediment)


def test_state_is_recorded_by_the_databases_clock_whatever_is_sent(line: Movement, olga: User) -> None:
    before = timezone.now() - timedelta(seconds=5)
    with through("prison"), transaction.atomic():
        MovementEvent.objects.create(
            establishment_id=line.establishment_id,
            register_number=line.register_number,
            expected_at=line.expected_at,
            state="called",
            at="2001-01-01T00:00Z",
            by=olga,
        )
        Movement.objects.filter(pk=line.pk).update(state="called", state_at="2001-01-01T00:00Z")

    line.refresh_from_db()
    assert line.state_at is not None
    assert line.state_at > before
    assert MovementEvent.objects.get().at > before


def test_no_state_is_recorded_without_its_line_in_the_history(line: Movement) -> None:
    with pytest.raises(IntegrityError, match="without its line in the history"):
        execute("prison", "UPDATE appointments_movement SET state = 'called' WHERE id = %s", line.pk)


@pytest.mark.parametrize(
    ("state", "impediment"),
    [("gone", ""), ("impeded", ""), ("called", "PARLOIR"), ("impeded", "REF_CONF"), ("impeded", "psychiatre")],
)
def test_state_and_impediment_come_from_closed_lists_that_agree(
    state: str, impediment: str, line: Movement, olga: User
) -> None:
    with pytest.raises(IntegrityError, match=r"event_state_known|event_impeded_with_reason"):
        write_event(line, olga, state, impediment)
    statement = "UPDATE appointments_movement SET state = %s, impediment = %s WHERE id = %s"
    with pytest.raises(IntegrityError, match=r"movement_state_known|impeded_with_reason"):
        execute("prison", statement, state, impediment, line.pk)


def test_every_impediment_that_the_prison_may_declare_is_kept(line: Movement, olga: User) -> None:
    for code in Impediment:
        tap(line, olga, MovementState.IMPEDED, code)

    line.refresh_from_db()
    assert line.impediment == Impediment.NO_REASON


def test_history_only_grows_for_everybody(line: Movement, olga: User) -> None:
    write_event(line, olga)

    for statement in ("UPDATE appointments_movementevent SET state = 'left'", "DELETE FROM appointments_movementevent"):
        for door in ("prison", "care"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                execute(door, statement)
        with pytest.raises(ProgrammingError, match="is kept"), connection.cursor() as cursor:
            cursor.execute(statement)


def test_officers_account_of_the_own_side_signs_the_history(line: Movement, alice: User, olga: User) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        write_event(line, alice)
    assert write_event(line, olga) == 1


@pytest.mark.parametrize("days", [-3, -2, 3, 4])
def test_lines_outside_the_few_days_are_neither_changed_nor_told_about(days: int, unit_a: Unit, olga: User) -> None:
    hidden = line_of(unit_a, days)

    changed = execute("prison", "UPDATE appointments_movement SET state = 'called' WHERE id = %s", hidden.pk)

    assert changed == 0
    with pytest.raises(ProgrammingError, match="row-level security"):
        write_event(hidden, olga)


def test_prison_login_reads_neither_when_a_tap_was_recorded_nor_care_by_whom(line: Movement, olga: User) -> None:
    tap(line, olga, MovementState.ARRIVED)
    tap(line, olga, MovementState.BACK)

    with pytest.raises(ProgrammingError, match="permission denied"):
        execute("prison", "SELECT at FROM appointments_movementevent")
    with pytest.raises(ProgrammingError, match="permission denied"):
        execute("care", "SELECT by_id FROM appointments_movementevent")
    assert execute("care", "SELECT at FROM appointments_movementevent") == 2


def test_line_that_is_withdrawn_and_written_again_comes_back_as_officers_left_it(
    unit_a: Unit, helene: User, olga: User
) -> None:
    place = unit_a.establishment
    open_session(unit_a.doctor, workday(1))

    def book() -> Any:
        with through("care"):
            return booking.book(
                by=helene,
                detainee=unit_a.paul,
                agenda=unit_a.doctor,
                kind=unit_a.consultation,
                starts_at=local(place, workday(1), 9, 40),
            )

    first = book()
    tap(first.movement, olga, MovementState.IMPEDED, Impediment.VISIT)
    with through("care"):
        booking.cancel(by=helene, appointment=first, revision=1, reason=CancelReason.UNIT_POSTPONED)
    again = book()

    line = Movement.objects.get(pk=again.movement_id)
    assert (line.state, line.impediment) == (MovementState.IMPEDED, Impediment.VISIT)
    assert line.state_at == MovementEvent.objects.get().at


def test_event_waits_for_one_that_is_not_yet_visible_and_bears_the_larger_number(line: Movement, olga: User) -> None:
    with open_connection("prison") as first, open_connection("prison") as second:
        with first.transaction():
            first.execute(WRITE_EVENT, values(line, olga))
            second.execute("SET lock_timeout = '200ms'")
            with pytest.raises(errors.LockNotAvailable):
                second.execute(WRITE_EVENT, values(line, olga, "left"))
        second.execute(WRITE_EVENT, values(line, olga, "arrived"))

    assert list(MovementEvent.objects.order_by("id").values_list("state", flat=True)) == ["called", "arrived"]


def test_event_of_one_establishment_waits_for_no_other(
    line: Movement, unit_b: Unit, olga: User, otto: User, login: Login
) -> None:
    elsewhere = line_of(unit_b, 1)
    with open_connection("prison") as colleague, colleague.transaction():
        colleague.execute(WRITE_EVENT, values(line, olga))
        login("prison").execute("SET lock_timeout = '200ms'")
        login("prison").execute(WRITE_EVENT, values(elsewhere, otto))

    assert MovementEvent.objects.count() == 2


@pytest.mark.parametrize("door", DOORS)
def test_no_login_holds_up_the_taps_of_a_desk(door: str, line: Movement, olga: User, login: Login) -> None:
    write_event(line, olga)
    for statement in (
        "SELECT FROM appointments_eventturn FOR KEY SHARE",
        "UPDATE appointments_eventturn SET establishment_id = 0",
        "DELETE FROM appointments_eventturn",
        "INSERT INTO appointments_eventturn VALUES (0)",
        "LOCK TABLE appointments_eventturn IN ROW EXCLUSIVE MODE",
    ):
        with pytest.raises(errors.InsufficientPrivilege), login(door).transaction():
            login(door).execute(statement)

    with login(door).transaction():
        hold_every_key(login(door), line.establishment_id)
        login("owner").execute("SET lock_timeout = '200ms'")
        login("owner").execute(WRITE_EVENT, values(line, olga, "left"))


def hold_every_key(connected: psycopg.Connection[Any], place: int) -> None:
    """Take the advisory locks that the numbering of events and the log once asked for, while they may be taken."""
    with suppress(errors.InsufficientPrivilege), connected.transaction():
        connected.execute("SELECT pg_advisory_xact_lock(hashtext('movement events'), %s::int)", [place])
        connected.execute("SELECT pg_advisory_xact_lock(hashtext('access_auditentry'))")


def test_history_stays_when_old_movements_are_purged(line: Movement, olga: User) -> None:
    tap(line, olga, MovementState.CALLED)

    projection.purge(before=line.expected_at + timedelta(minutes=1))

    assert not Movement.objects.exists()
    assert MovementEvent.objects.get().register_number == line.register_number


# --- Frozen movements ---------------------------------------------------------------------------------


def frozen(unit: Unit, by: User, **fields: Any) -> Freeze:
    """Freeze movements as the prison login."""
    with through("prison"), transaction.atomic():
        return Freeze.objects.create(
            **{"establishment": unit.establishment, "reason": FreezeReason.INCIDENT, "frozen_by": by, **fields}
        )


def test_one_freeze_at_a_time_holds_a_building_or_the_house(unit_a: Unit, unit_b: Unit, olga: User) -> None:
    frozen(unit_a, olga)
    frozen(unit_a, olga, building=unit_a.building)
    frozen(unit_b, olga)

    with pytest.raises(IntegrityError, match="one_freeze_in_force"):
        frozen(unit_a, olga, reason=FreezeReason.STRIKE)
    with pytest.raises(IntegrityError, match="one_freeze_in_force"):
        frozen(unit_a, olga, building=unit_a.building)
    with pytest.raises(IntegrityError, match="freeze_building_here"):
        frozen(unit_a, olga, building=unit_b.building)


def test_freeze_is_lifted_once_by_an_officer_and_never_rewritten(unit_a: Unit, alice: User, olga: User) -> None:
    made = frozen(unit_a, olga)
    lift = "UPDATE appointments_freeze SET lifted_at = now(), lifted_by_id = %s WHERE id = %s"

    with pytest.raises(ProgrammingError, match="row-level security"):
        execute("prison", lift, alice.pk, made.pk)
    assert execute("prison", lift, olga.pk, made.pk) == 1
    assert execute("prison", lift, olga.pk, made.pk) == 0
    for door, statement in (("prison", "UPDATE appointments_freeze SET reason = 'search'"), ("care", lift % (1, 1))):
        with pytest.raises(ProgrammingError, match="permission denied"):
            execute(door, statement)


def test_freeze_is_dated_by_the_present_and_signed_by_the_own_side(unit_a: Unit, alice: User, olga: User) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        frozen(unit_a, alice)
    with pytest.raises(ProgrammingError, match="row-level security"):
        frozen(unit_a, olga, frozen_at=timezone.now() - timedelta(days=1))


# --- Alerts -------------------------------------------------------------------------------------------


def alert(unit: Unit, by: User, **fields: Any) -> Alert:
    """Send an alert as the prison login."""
    with through("prison"), transaction.atomic():
        return Alert.objects.create(
            **{
                "establishment": unit.establishment,
                "building": unit.building,
                "register_number": "004217",
                "last_name": "Durand",
                "first_name": "Paul",
                "urgency": Urgency.TODAY,
                "raised_by": by,
                **fields,
            }
        )


@pytest.mark.parametrize(
    "fields",
    [
        {"urgency": "suicide"},
        {"register_number": "004217, il va mal"},
        {"last_name": "Durand: vomit depuis hier"},
        {"first_name": "Paul (diabète)"},
        {"last_name": "D" * 61},
    ],
)
def test_alert_has_no_room_for_words_about_health(fields: dict[str, str], unit_a: Unit, olga: User) -> None:
    with pytest.raises(IntegrityError, match=r"alert_"):
        alert(unit_a, olga, **fields)


def test_officers_read_one_word_of_answer_and_not_when_or_by_whom(unit_a: Unit, alice: User, olga: User) -> None:
    sent = alert(unit_a, olga)
    execute("care", "UPDATE appointments_alert SET received_at = now(), received_by_id = %s", alice.pk)

    for column in ("received_at", "received_by_id"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            execute("prison", f"SELECT {column} FROM appointments_alert")
    with pytest.raises(ProgrammingError, match="permission denied"):
        execute("care", "SELECT raised_by_id FROM appointments_alert")
    with through("prison"):
        assert Alert.objects.for_prison().get(pk=sent.pk).is_received


def test_alert_is_received_once_by_care_alone_and_never_rewritten(unit_a: Unit, alice: User, olga: User) -> None:
    alert(unit_a, olga)
    receive = "UPDATE appointments_alert SET received_at = now(), received_by_id = %s"

    with pytest.raises(ProgrammingError, match="permission denied"):
        execute("prison", receive, olga.pk)
    with pytest.raises(ProgrammingError, match="row-level security"):
        execute("care", receive, olga.pk)
    assert execute("care", receive, alice.pk) == 1
    assert execute("care", receive, alice.pk) == 0
    with pytest.raises(ProgrammingError, match="permission denied"):
        execute("care", "UPDATE appointments_alert SET urgency = 'now'")


def test_alert_waits_once_a_person_and_urgency_and_is_sent_unreceived(unit_a: Unit, alice: User, olga: User) -> None:
    alert(unit_a, olga)
    alert(unit_a, olga, urgency=Urgency.NOW)

    with pytest.raises(IntegrityError, match="one_alert_waiting"):
        alert(unit_a, olga)
    with pytest.raises(ProgrammingError, match="row-level security"):
        alert(unit_a, olga, register_number="1", received_at=timezone.now(), received_by=olga)
    with pytest.raises(ProgrammingError, match="row-level security"):
        alert(unit_a, alice, register_number="2")


def test_officers_read_alerts_back_to_yesterday_only(unit_a: Unit, olga: User) -> None:
    sent = alert(unit_a, olga)

    def age(days: int) -> None:
        Alert.objects.filter(pk=sent.pk).update(raised_at=timezone.now() - timedelta(days=days))

    def seen() -> int:
        return execute("prison", "SELECT id FROM appointments_alert")

    assert seen() == 1
    age(3)
    assert seen() == 0
    assert execute("care", "SELECT id FROM appointments_alert") == 1
