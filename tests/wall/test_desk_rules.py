"""What the databases refuse of the movement desk, whatever the code forgets: tried with the logins' own connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone
from psycopg import errors

from access.models import User
from appointments import booking, projection
from appointments.models import Alert, Freeze, Movement, MovementEvent, PrisonLink
from appointments.models.enums.appointment import CancelReason
from appointments.models.enums.movement import Impediment, MovementState, Urgency
from appointments.prison.desk import record_standing
from appointments.prison.models import Edition, Heartbeat, LineState, PrisonAlert
from appointments.prison.standing import standing_from
from tests.conftest import Unit
from tests.doors import carry, through
from tests.factories import DetaineeFactory, appointment, local, open_session, workday
from tests.wall.conftest import Login, open_connection

pytestmark = pytest.mark.django_db(transaction=True)
Statement = Callable[..., Any]


@pytest.fixture
def line(unit_a: Unit) -> Movement:
    """Paul, expected tomorrow at 9:30, as the prison's list of tomorrow says."""
    return line_of(unit_a, 1)


def line_of(unit: Unit, days: int) -> Movement:
    """Paul, expected some days from today; the courier has been there."""
    at = local(unit.establishment, workday(days), 9, 30)
    row = Movement.objects.create(
        id=projection.movement_id(unit.establishment.pk, unit.paul.register_number, at),
        establishment=unit.establishment,
        expected_at=at,
        **projection.neutral_fields(unit.paul),
    )
    carry()
    return row


@pytest.fixture
def prison(login: Login) -> psycopg.Connection[Any]:
    """The prison door's login at its database."""
    return login("prison")


def execute(door: str, statement: str, *values: Any) -> int:
    """Execute one statement as the login of a door and end the transaction; return how many rows it touched."""
    with through(door), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


TAP = (
    "INSERT INTO prison_tap (id, establishment_id, line, seen_state, seen_impediment, state, impediment, by_id)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)


def values(
    line: Movement, by: User, *, seen: str = "expected", to: str = "called", key: UUID | None = None
) -> list[Any]:
    """A tap on a line, past all our verbs. `seen` and `to` are states, with a colon and the impediment of one."""
    (was, why_was), (state, why) = (each.partition(":")[::2] for each in (seen, to))
    return [uuid4(), line.establishment_id, key or line.pk, was, why_was, state, why, by.pk]


def tap(prison: psycopg.Connection[Any], line: Movement, by: User, **words: Any) -> None:
    """Write a tap as the prison login."""
    prison.execute(TAP, values(line, by, **words))


def stands(prison: psycopg.Connection[Any], line: Movement) -> tuple[Any, ...] | None:
    """Where the line stands as the prison login reads it."""
    return prison.execute("SELECT state, impediment, at FROM prison_linestate WHERE line = %s", [line.pk]).fetchone()


# --- Taps ---------------------------------------------------------------------------------------------


def test_tap_is_dated_and_numbered_by_the_database_and_says_itself_of_whom_it_is(
    line: Movement, olga: User, prison: psycopg.Connection[Any], login: Login
) -> None:
    before = timezone.now() - timedelta(seconds=5)
    tap(prison, line, olga)
    tap(prison, line, olga, seen="called", to="left")

    rows = login("owner", "prison").execute(
        "SELECT number, register_number, expected_at, at > %s FROM prison_tap ORDER BY number", [before]
    )
    assert list(rows) == [(number, line.register_number, line.expected_at, True) for number in (1, 2)]
    for column, value in (
        ("at", "'2001-01-01'"),
        ("number", "7"),
        ("register_number", "'1'"),
        ("expected_at", "now()"),
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            prison.execute(f"INSERT INTO prison_tap (id, {column}) VALUES (gen_random_uuid(), {value})")


def test_prison_login_reads_no_tap_and_writes_no_state_itself(
    line: Movement, olga: User, prison: psycopg.Connection[Any]
) -> None:
    tap(prison, line, olga)

    for statement in (
        "SELECT FROM prison_tap",
        "SELECT at FROM prison_tap",
        "INSERT INTO prison_tap (id) VALUES (gen_random_uuid()) RETURNING number",
        "UPDATE prison_tap SET state = 'left'",
        "DELETE FROM prison_tap",
        "UPDATE prison_linestate SET state = 'left'",
        "UPDATE prison_linestate SET at = now()",
        "DELETE FROM prison_linestate",
        "INSERT INTO prison_linestate (line) VALUES (gen_random_uuid())",
        "UPDATE prison_deskcount SET taps = 0",
        "UPDATE prison_deskcount SET of_minute = 0",
        "DELETE FROM prison_deskcount",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            prison.execute(statement)


@pytest.mark.parametrize(
    "to", ["gone", "impeded", "called:PARLOIR", "impeded:REF_CONF", "impeded:psychiatre", "back:03:02", ""]
)
def test_state_and_impediment_come_from_closed_lists_that_agree(
    to: str, line: Movement, olga: User, prison: psycopg.Connection[Any]
) -> None:
    with pytest.raises((errors.CheckViolation, errors.StringDataRightTruncation)):
        tap(prison, line, olga, to=to)

    assert stands(prison, line) is None


def test_every_impediment_that_the_prison_may_report_reaches_care(
    line: Movement, olga: User, prison: psycopg.Connection[Any]
) -> None:
    seen = "expected"
    for code in Impediment:
        tap(prison, line, olga, seen=seen, to=f"impeded:{code}")
        seen = f"impeded:{code}"
    carry()

    line.refresh_from_db()
    assert line.impediment == Impediment.NO_REASON
    assert list(MovementEvent.objects.order_by("id").values_list("impediment", flat=True)) == list(Impediment)


def test_tap_on_what_an_officer_no_longer_sees_is_refused(
    line: Movement, olga: User, prison: psycopg.Connection[Any]
) -> None:
    tap(prison, line, olga, to="left")

    for seen in ("expected", "called", "impeded:PARLOIR"):
        with pytest.raises(errors.CheckViolation, match="has changed since"):
            tap(prison, line, olga, seen=seen, to="called")
    assert stands(prison, line)[:1] == ("left",)  # type: ignore[index]


def test_of_two_officers_at_one_moment_the_second_is_refused(line: Movement, olga: User, oscar: User) -> None:
    ready, said = threading.Barrier(2), []

    def hand(by: User, to: str) -> None:
        with open_connection("prison") as connected:
            ready.wait(timeout=20)
            try:
                tap(connected, line, by, to=to)
            except errors.CheckViolation:
                said.append("refused")
            else:
                said.append(to)

    hands = [threading.Thread(target=hand, args=each) for each in ((olga, "called"), (oscar, "impeded:TRAVAIL"))]
    for each in hands:
        each.start()
    for each in hands:
        each.join()

    assert len(said) == 2
    assert said.count("refused") == 1
    carry()
    assert MovementEvent.objects.count() == 1


@pytest.mark.parametrize("days", [-1, 2])
def test_line_of_another_day_is_not_tapped(
    days: int, unit_a: Unit, olga: User, prison: psycopg.Connection[Any]
) -> None:
    with pytest.raises(errors.CheckViolation, match="No list of today or tomorrow"):
        tap(prison, line_of(unit_a, days), olga, to="impeded:PARLOIR")


def test_line_that_no_list_has_or_of_another_establishment_is_not_tapped(
    line: Movement, unit_b: Unit, olga: User, otto: User, prison: psycopg.Connection[Any]
) -> None:
    elsewhere = line_of(unit_b, 1)

    for key in (uuid4(), elsewhere.pk):
        with pytest.raises(errors.CheckViolation, match="No list of today or tomorrow"):
            tap(prison, line, olga, key=key)
    tap(prison, elsewhere, otto)


def test_hour_of_a_return_and_of_an_arrival_is_gone_once_the_person_is_back(
    line: Movement, olga: User, prison: psycopg.Connection[Any], login: Login
) -> None:
    seen = "expected"
    for step in ("called", "left", "arrived"):
        tap(prison, line, olga, seen=seen, to=step)
        state, _why, at = stands(prison, line) or ("", "", None)
        assert (state, at is not None) == (step, True)
        seen = step

    tap(prison, line, olga, seen="arrived", to="back")

    assert stands(prison, line) == ("back", "", None)
    for name in ("owner", "courier"):
        with pytest.raises(errors.CheckViolation, match="no_hour_of_a_return"):
            login(name, "prison").execute("UPDATE prison_linestate SET at = now()")


def test_undone_return_tells_no_hour_of_the_arrival_before_it(
    line: Movement, olga: User, prison: psycopg.Connection[Any]
) -> None:
    tap(prison, line, olga, to="arrived")
    arrived_at = (stands(prison, line) or ("", "", None))[2]
    tap(prison, line, olga, seen="arrived", to="back")
    tap(prison, line, olga, seen="back", to="arrived")

    _state, _why, at = stands(prison, line) or ("", "", None)
    assert at is not None
    assert at > arrived_at


def test_rows_do_not_lie_in_the_order_in_which_officers_tapped(
    unit_a: Unit, olga: User, prison: psycopg.Connection[Any], login: Login
) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    lines = []
    for number in range(6):
        person = DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building)
        at = local(unit_a.establishment, day, 9, 10 * number)
        lines.append(appointment(person, session, unit_a.consultation, at, minutes=10).movement)
    carry()

    for keys in (sorted(line.pk for line in lines)[::-1], [line.pk for line in lines]):
        # Six taps fit into one page. Where one is full, rows go to whichever has room: that tells how many taps there
        # were before, and not which.
        login("owner", "prison").execute("VACUUM prison_linestate")
        for key in keys:
            [stood] = prison.execute(
                "SELECT coalesce((SELECT state FROM prison_linestate WHERE line = %s), 'expected')", [key]
            ).fetchall()
            to = ("expected", "") if stood == ("impeded",) else ("impeded", "PARLOIR")
            seen = (stood[0], "PARLOIR" if stood == ("impeded",) else "")
            with through("prison"):
                record_standing(
                    by=olga,
                    establishment=unit_a.establishment,
                    key=key,
                    seen=standing_from(*seen),
                    to=standing_from(*to),
                )
        found = [key for (key,) in prison.execute("SELECT line FROM prison_linestate").fetchall()]
        assert found == sorted(found)
        assert len(found) == 6


def test_taps_of_a_minute_are_bounded(
    line: Movement, olga: User, prison: psycopg.Connection[Any], login: Login
) -> None:
    owner = login("owner", "prison")
    counted = "UPDATE prison_deskcount SET of_minute = 600, minute = date_trunc('minute', clock_timestamp())"
    tap(prison, line, olga)
    owner.execute(f"{counted} - interval '1 minute'")
    tap(prison, line, olga, seen="called", to="left")

    said = ""
    while "Too many taps" not in said:
        # Where the minute has just changed, the tap is refused as one of an earlier state: tried again.
        assert said in {"", "The line has changed since the officer saw it."}
        owner.execute(counted)
        with pytest.raises(errors.CheckViolation) as refused:
            tap(prison, line, olga, seen="called", to="arrived")
        said = str(refused.value.diag.message_primary)


def test_tap_waits_for_one_that_is_not_yet_visible_and_bears_the_larger_number(
    line: Movement, unit_b: Unit, olga: User, otto: User, login: Login
) -> None:
    elsewhere = line_of(unit_b, 1)
    with open_connection("prison") as first, open_connection("prison") as second:
        second.execute("SET lock_timeout = '200ms'")
        with first.transaction():
            tap(first, line, olga)
            with pytest.raises(errors.LockNotAvailable):
                tap(second, line, olga, seen="called", to="left")
            # Another establishment's desk waits for nobody.
            tap(second, elsewhere, otto)
        tap(second, line, olga, seen="called", to="left")

    rows = login("owner", "prison").execute(
        "SELECT state FROM prison_tap WHERE establishment_id = %s ORDER BY number", [line.establishment_id]
    )
    assert [state for (state,) in rows] == ["called", "left"]


def test_account_that_there_is_not_signs_no_tap(line: Movement, olga: User, prison: psycopg.Connection[Any]) -> None:
    unknown = values(line, olga)[:-1]

    with pytest.raises(errors.ForeignKeyViolation):
        prison.execute(TAP, [*unknown, olga.pk + 1_000_000])


# --- What care keeps of it ----------------------------------------------------------------------------


def test_history_only_grows_for_everybody(
    line: Movement, olga: User, prison: psycopg.Connection[Any], login: Login
) -> None:
    tap(prison, line, olga)
    carry()

    for statement in ("UPDATE appointments_movementevent SET state = 'left'", "DELETE FROM appointments_movementevent"):
        for name in ("care", "accounts", "courier"):
            with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
                login(name).execute(statement)
        with pytest.raises(ProgrammingError, match="is kept"), connection.cursor() as cursor:
            cursor.execute(statement)


def test_care_does_not_learn_which_officer_tapped(
    line: Movement, olga: User, prison: psycopg.Connection[Any], login: Login
) -> None:
    tap(prison, line, olga)
    carry()

    rows = login("care").execute("SELECT * FROM appointments_movementevent")
    assert {each.name for each in rows.description or ()} == {
        *("id", "tap", "establishment_id", "register_number", "expected_at", "state", "impediment", "at")
    }
    with pytest.raises(errors.InsufficientPrivilege):
        login("courier", "prison").execute("SELECT by_id FROM prison_tap")


def test_line_that_is_withdrawn_and_written_again_comes_back_as_officers_left_it(
    unit_a: Unit, helene: User, olga: User, prison: psycopg.Connection[Any]
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
    carry()
    tap(prison, first.movement, olga, to=f"impeded:{Impediment.VISIT}")
    carry()
    with through("care"):
        booking.cancel(by=helene, appointment=first, revision=1, reason=CancelReason.UNIT_POSTPONED)
    carry()
    again = book()
    carry()

    line = Movement.objects.get(pk=again.movement_id)
    assert (line.state, line.impediment) == (MovementState.IMPEDED, Impediment.VISIT)
    assert line.state_at == MovementEvent.objects.get().at
    assert (stands(prison, line) or ())[:2] == ("impeded", Impediment.VISIT)


def test_history_stays_when_old_movements_are_purged(
    line: Movement, olga: User, prison: psycopg.Connection[Any]
) -> None:
    tap(prison, line, olga)
    carry()

    projection.purge(before=line.expected_at + timedelta(minutes=1))

    assert not Movement.objects.exists()
    assert MovementEvent.objects.get().register_number == line.register_number


# --- Frozen movements ---------------------------------------------------------------------------------

FREEZE = (
    "INSERT INTO prison_prisonfreeze (id, establishment_id, building_id, reason, frozen_at, frozen_by_id, is_carried)"
)


def frozen(prison: psycopg.Connection[Any], unit: Unit, by: int, **fields: Any) -> UUID:
    """Freeze movements as the prison login."""
    row = {"building": None, "reason": "incident", "frozen_at": timezone.now(), "is_carried": False, **fields}
    key = uuid4()
    prison.execute(
        f"{FREEZE} VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [key, unit.establishment.pk, row["building"], row["reason"], row["frozen_at"], by, row["is_carried"]],
    )
    return key


def test_one_freeze_at_a_time_holds_a_building_or_the_house(
    unit_a: Unit, unit_b: Unit, olga: User, prison: psycopg.Connection[Any]
) -> None:
    carry()
    frozen(prison, unit_a, olga.pk)
    frozen(prison, unit_a, olga.pk, building=unit_a.building.pk)
    frozen(prison, unit_b, olga.pk)

    with pytest.raises(errors.UniqueViolation, match="one_freeze_in_force"):
        frozen(prison, unit_a, olga.pk, reason="strike")
    with pytest.raises(errors.UniqueViolation, match="one_freeze_in_force"):
        frozen(prison, unit_a, olga.pk, building=unit_a.building.pk)
    with pytest.raises(errors.ForeignKeyViolation, match="prison_freeze_building_here"):
        frozen(prison, unit_a, olga.pk, building=unit_b.building.pk)


def test_freeze_is_lifted_once_and_never_rewritten(
    unit_a: Unit, olga: User, prison: psycopg.Connection[Any], login: Login
) -> None:
    made = frozen(prison, unit_a, olga.pk)
    lift = "UPDATE prison_prisonfreeze SET lifted_at = clock_timestamp(), lifted_by_id = %s WHERE id = %s"

    with pytest.raises(errors.ForeignKeyViolation):
        prison.execute(lift, [olga.pk + 1_000_000, made])
    assert prison.execute(lift, [olga.pk, made]).rowcount == 1
    assert prison.execute(lift, [olga.pk, made]).rowcount == 0
    carry()
    for name, database, statement in (
        ("prison", "prison", "UPDATE prison_prisonfreeze SET reason = 'search'"),
        ("prison", "prison", "UPDATE prison_prisonfreeze SET is_carried = true"),
        ("prison", "prison", "DELETE FROM prison_prisonfreeze"),
        ("courier", "prison", "UPDATE prison_prisonfreeze SET lifted_at = NULL"),
        ("care", "care", "UPDATE appointments_freeze SET lifted_at = NULL"),
        ("care", "care", "INSERT INTO appointments_freeze (id) VALUES (gen_random_uuid())"),
    ):
        with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
            login(name, database).execute(statement)


def test_freeze_is_dated_by_the_present_and_always_reaches_care(
    unit_a: Unit, olga: User, prison: psycopg.Connection[Any], login: Login
) -> None:
    carry()

    # Whoever says that it was long ago, or carried already, is not believed.
    made = frozen(prison, unit_a, olga.pk, frozen_at=timezone.now() - timedelta(days=1), is_carried=True)
    row = prison.execute("SELECT is_carried, frozen_at > now() - interval '1 minute' FROM prison_prisonfreeze")
    assert row.fetchone() == (False, True)
    carry()
    assert login("care").execute("SELECT id, lifted_at FROM appointments_freeze").fetchall() == [(made, None)]


def test_restored_database_gets_its_states_once_an_officers_open_tap_has_ended(
    line: Movement, unit_a: Unit, olga: User, prison: psycopg.Connection[Any]
) -> None:
    tap(prison, line, olga, to="impeded:PARLOIR")
    other = line_of(unit_a, 0)
    LineState.objects.using("prison").all().delete()
    Heartbeat.objects.using("prison").update(at=timezone.now() - timedelta(hours=1))

    with prison.transaction():
        tap(prison, other, olga, to="impeded:PARLOIR")
        carry()
        assert PrisonLink.objects.get().restored_at is None

    carry()
    assert PrisonLink.objects.get().restored_at is not None
    assert [stands(prison, each)[:2] for each in (line, other)] == [("impeded", "PARLOIR")] * 2  # type: ignore[index]


# --- Alerts -------------------------------------------------------------------------------------------

ALERT = (
    "INSERT INTO prison_prisonalert (id, establishment_id, building_id, register_number, last_name, first_name,"
    " urgency, raised_at, raised_by_id, is_received, is_carried)"
    " VALUES (%(id)s, %(establishment)s, %(building)s, %(register_number)s, %(last_name)s, %(first_name)s, %(urgency)s,"
    " %(raised_at)s, %(raised_by)s, %(is_received)s, %(is_carried)s)"
)


def alert(prison: psycopg.Connection[Any], unit: Unit, by: User, **fields: Any) -> UUID:
    """Send an alert as the prison login."""
    row = {
        "id": uuid4(),
        "establishment": unit.establishment.pk,
        "building": unit.building.pk,
        "register_number": "004217",
        "last_name": "Durand",
        "first_name": "Paul",
        "urgency": Urgency.TODAY.value,
        "raised_at": timezone.now(),
        "raised_by": by.pk,
        "is_received": False,
        "is_carried": False,
        **fields,
    }
    prison.execute(ALERT, row)
    key: UUID = row["id"]
    return key


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
def test_alert_has_no_room_for_words_about_health(
    fields: dict[str, str], unit_a: Unit, olga: User, prison: psycopg.Connection[Any]
) -> None:
    if fields.keys() & {"urgency", "register_number"}:
        with pytest.raises(errors.CheckViolation, match=r"prison_alert_"):
            alert(prison, unit_a, olga, **fields)
    else:
        # Names are the list's, whatever is sent: here no list has the number.
        alert(prison, unit_a, olga, **fields)
        assert prison.execute("SELECT last_name, first_name FROM prison_prisonalert").fetchall() == [("", "")]
    # Nor does care's copy, whoever brings it.
    copy = {
        "urgency": Urgency.TODAY,
        "register_number": "004217",
        "last_name": "Durand",
        "first_name": "Paul",
        **fields,
    }
    with pytest.raises(IntegrityError, match="alert_"):
        Alert.objects.create(
            id=uuid4(),
            establishment=unit_a.establishment,
            building=unit_a.building,
            raised_at=timezone.now(),
            **copy,
        )


def test_alert_is_named_by_the_list_of_its_building_whatever_the_login_writes(
    line: Movement, unit_a: Unit, olga: User, prison: psycopg.Connection[Any]
) -> None:
    written = {"last_name": "il va mal depuis hier", "first_name": "suicide"}

    alert(prison, unit_a, olga, register_number=line.register_number, **written)
    alert(prison, unit_a, olga, register_number="999999", **written)
    other = {"building": unit_a.other_building.pk, "urgency": "now"}
    alert(prison, unit_a, olga, register_number=line.register_number, **written, **other)

    names = "SELECT last_name, first_name FROM prison_prisonalert ORDER BY raised_at"
    assert prison.execute(names).fetchall() == [("Durand", "Paul"), ("", ""), ("", "")]


def test_wall_display_stays_as_it_was_opened_and_the_rules_of_the_desk_within_bounds(
    unit_a: Unit, olga: User, prison: psycopg.Connection[Any]
) -> None:
    opened = (
        "INSERT INTO prison_walldisplay (id, establishment_id, label, names, digest, opened_by_id, expires_at)"
        " VALUES (%s, %s, 'x', %s, %s, %s, now() + interval '1 day')"
    )
    prison.execute(opened, [uuid4(), unit_a.establishment.pk, "short", "0" * 64, olga.pk])

    for change in ("expires_at = 'infinity'", "names = 'full'", "digest = repeat('1', 64)", "opened_at = now()"):
        with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
            prison.execute(f"UPDATE prison_walldisplay SET {change}")
    with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
        prison.execute("DELETE FROM prison_walldisplay")
    for names, digest in (("all", "1" * 64), ("full", "the address itself")):
        with pytest.raises(errors.CheckViolation, match="display_"):
            prison.execute(opened, [uuid4(), unit_a.establishment.pk, names, digest, olga.pk])
    for rule, minutes in (("no such rule", 15), ("none", 121)):
        with pytest.raises(errors.CheckViolation, match="desk_"):
            prison.execute(
                "INSERT INTO prison_desksetting VALUES (%s, %s, %s)", [unit_a.establishment.pk, rule[:12], minutes]
            )


def test_officers_read_one_word_of_answer_and_neither_when_nor_by_whom(
    unit_a: Unit, alice: User, olga: User, prison: psycopg.Connection[Any], login: Login
) -> None:
    alert(prison, unit_a, olga)
    carry()
    execute("care", "UPDATE appointments_alert SET received_at = now(), received_by_id = %s", alice.pk)
    carry()

    rows = prison.execute("SELECT * FROM prison_prisonalert")
    assert not {"received_at", "received_by_id"} & {each.name for each in rows.description or ()}
    assert prison.execute("SELECT is_received FROM prison_prisonalert").fetchall() == [(True,)]
    with pytest.raises(errors.InsufficientPrivilege):
        login("courier").execute("SELECT received_by_id FROM appointments_alert")
    with pytest.raises(errors.InsufficientPrivilege):
        login("courier", "prison").execute("SELECT raised_by_id FROM prison_prisonalert")


def test_alert_is_received_once_by_care_alone_and_never_rewritten(
    unit_a: Unit, alice: User, olga: User, prison: psycopg.Connection[Any], login: Login
) -> None:
    alert(prison, unit_a, olga)
    carry()
    receive = "UPDATE appointments_alert SET received_at = now(), received_by_id = %s"

    for statement in ("UPDATE prison_prisonalert SET is_received = true", "DELETE FROM prison_prisonalert"):
        with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
            prison.execute(statement)
    with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
        login("courier").execute(receive, [alice.pk])
    with pytest.raises(ProgrammingError, match="row-level security"):
        execute("care", receive, alice.pk + 1_000_000)
    assert execute("care", receive, alice.pk) == 1
    assert execute("care", receive, alice.pk) == 0
    with pytest.raises(ProgrammingError, match="permission denied"):
        execute("care", "UPDATE appointments_alert SET urgency = 'now'")


def test_alert_waits_once_a_person_and_urgency_and_is_sent_now_and_unreceived(
    unit_a: Unit, olga: User, prison: psycopg.Connection[Any]
) -> None:
    alert(prison, unit_a, olga)
    alert(prison, unit_a, olga, urgency=Urgency.NOW.value)

    with pytest.raises(errors.UniqueViolation, match="one_alert_waiting"):
        alert(prison, unit_a, olga)
    with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
        alert(prison, unit_a, olga, register_number="1", is_received=True)
    alert(prison, unit_a, olga, register_number="2", raised_at=timezone.now() - timedelta(hours=1), is_carried=True)
    row = prison.execute(
        "SELECT bool_or(is_carried), min(raised_at) > now() - interval '1 minute' FROM prison_prisonalert"
    )
    assert row.fetchone() == (False, True)


def test_alerts_of_a_minute_are_bounded(unit_a: Unit, olga: User, prison: psycopg.Connection[Any]) -> None:
    for number in range(30):
        alert(prison, unit_a, olga, register_number=f"{number}")

    with pytest.raises(errors.CheckViolation) as refused:
        alert(prison, unit_a, olga, register_number="99")
    assert refused.value.diag.constraint_name == "notices_of_a_minute"
    PrisonAlert.objects.using("prison").update(raised_at=timezone.now() - timedelta(minutes=2))
    alert(prison, unit_a, olga, register_number="99")


def test_row_that_the_login_holds_keeps_no_list_from_going_out(
    unit_a: Unit, olga: User, prison: psycopg.Connection[Any]
) -> None:
    carry()
    frozen(prison, unit_a, olga.pk)
    day = workday(1)
    session = open_session(unit_a.doctor, day)

    with prison.transaction():
        prison.execute("SELECT FROM prison_prisonfreeze FOR UPDATE")
        appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9))
        carry()

        [edition] = Edition.objects.using("prison").filter(day=day)
        assert [line["last_name"] for line in edition.lines] == ["Durand"]
        assert not Freeze.objects.filter(lifted_at__isnull=False).exists()

    carry()
    assert Freeze.objects.count() == 1
