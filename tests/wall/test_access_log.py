"""The access log only grows: no login changes it, not even the schema's owner, and what is cut out leaves a gap.

Nor does a login write it in another's name, at another door or as often as it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from psycopg import errors

from access.audit import record
from access.enums import Verb
from access.models import AuditEntry, User
from appointments.courier.reference import bring_reference, establishments_of
from appointments.models import Appointment
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import open_session, workday
from tests.wall.conftest import ALIASES, DOORS, VISITS, Login, open_connection

pytestmark = pytest.mark.django_db(transaction=True)

A_MINUTE = 6000


def write(
    connected: psycopg.Connection[Any],
    who: int | None,
    *places: int | None,
    verb: str | None = "read",
    target: str = "access.user",
    key: str = "1",
) -> None:
    """Write a line for each place, as the doors do: in one statement."""
    several = len(places)
    connected.execute(
        "SELECT access_write_lines(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[])",
        [[who] * several, [verb] * several, [target] * several, [key] * several, list(places)],
    )


def written() -> list[tuple[str, str, int | None]]:
    """The lines of care's log, then those of the prison's."""
    return [
        line
        for alias in ALIASES.values()
        for line in AuditEntry.objects.using(alias).order_by("id").values_list("door", "username", "establishment_id")
    ]


def of_log(door: str) -> QuerySet[AuditEntry]:
    """The log of the database in which a door writes its own lines."""
    return AuditEntry.objects.using("prison" if door == "prison" else "default")


def count_back(login: Login, *, lines: int, minutes: int = 0) -> None:
    """Let every chain of both databases have that many lines, written in this minute or an earlier one."""
    for database in ALIASES:
        login("owner", database).execute(
            "UPDATE access_auditchain SET lines = %s,"
            " minute = date_trunc('minute', clock_timestamp()) - make_interval(mins => %s)",
            [lines, minutes],
        )


@pytest.fixture
def here(unit_a: Unit) -> int:
    return unit_a.establishment.pk


@pytest.fixture
def there(unit_b: Unit) -> int:
    bring_reference("prison", establishments_of("prison"))
    return unit_b.establishment.pk


@pytest.fixture
def of_door(alice: User, olga: User, ada: User) -> dict[str, User]:
    """An account of each door's side."""
    return {"care": alice, "prison": olga, "accounts": ada}


@pytest.fixture
def lines(unit_a: Unit) -> list[AuditEntry]:
    """Three lines of the log."""
    for verb in (Verb.READ, Verb.EXPORT, Verb.PRINT):
        record(by=None, verb=verb, target="appointments.movement", establishment=unit_a.establishment)
    return list(AuditEntry.objects.order_by("id"))


@pytest.fixture
def as_installed(login: Login) -> Iterator[psycopg.Connection[Any]]:
    """The owner, with the rule back on that the tests' set-up switches off so as to empty tables."""
    owner = login("owner")
    owner.execute("ALTER TABLE access_auditentry ENABLE TRIGGER audit_never_emptied")
    yield owner
    owner.execute("ALTER TABLE access_auditentry DISABLE TRIGGER audit_never_emptied")


@pytest.fixture
def without_rules(login: Login) -> Iterator[psycopg.Connection[Any]]:
    """The owner, who has switched the log's rules off: what is done now must be found out."""
    owner = login("owner")
    owner.execute("ALTER TABLE access_auditentry DISABLE TRIGGER USER")
    yield owner
    owner.execute("ALTER TABLE access_auditentry ENABLE TRIGGER USER")
    owner.execute("ALTER TABLE access_auditentry DISABLE TRIGGER audit_never_emptied")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_auditentry SET username = 'nobody'",
        "DELETE FROM access_auditentry",
        "TRUNCATE access_auditentry",
        "TRUNCATE access_auditentry RESTART IDENTITY CASCADE",
    ],
)
def test_log_refuses_its_owner_any_change(
    statement: str, lines: list[AuditEntry], as_installed: psycopg.Connection[Any]
) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="only grows"):
        as_installed.execute(statement)

    assert list(AuditEntry.objects.order_by("id")) == lines


INSERT = (
    "INSERT INTO access_auditentry (id, at, door, username, verb, target_type, target_id, previous_hash, hash)"
    " VALUES (1, '2001-01-01', 'care', 'alice', 'read', 'forged', '', 'forged', 'forged')"
)


OUT_OF_REACH = (
    INSERT,
    "UPDATE access_auditentry SET username = 'nobody'",
    "DELETE FROM access_auditentry WHERE false",
    "TRUNCATE access_auditentry",
    "LOCK TABLE access_auditentry IN SHARE MODE",
    "SELECT last_hash FROM access_auditchain",
    "SELECT FROM access_auditchain FOR KEY SHARE",
    "INSERT INTO access_auditchain VALUES (1, 'care', 0, '', NULL, 0)",
    "UPDATE access_auditchain SET lines = 0",
    "DELETE FROM access_auditchain",
    "LOCK TABLE access_auditchain IN ROW EXCLUSIVE MODE",
    "SELECT access_audit_chain_of(1, 'care')",
    "SELECT access_door()",
)


@pytest.mark.parametrize(("name", "database"), VISITS, ids=[" at ".join(visit) for visit in VISITS])
def test_log_and_its_chains_are_out_of_every_logins_reach(
    name: str, database: str, lines: list[AuditEntry], login: Login
) -> None:
    connected = login(name, database)
    for statement in OUT_OF_REACH:
        with pytest.raises(errors.InsufficientPrivilege, match="permission denied"), connected.transaction():
            connected.execute(statement)

    assert list(AuditEntry.objects.order_by("id")) == lines


@pytest.mark.parametrize("door", ["care", "prison"])
def test_care_and_prison_do_not_read_what_they_wrote(door: str, lines: list[AuditEntry], login: Login) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
        login(door).execute("SELECT id FROM access_auditentry")


@pytest.mark.parametrize("door", DOORS)
def test_line_bears_the_door_of_the_login_and_the_name_of_the_account(
    door: str, of_door: dict[str, User], here: int, login: Login
) -> None:
    write(login(door), of_door[door].pk, here, None)

    name = of_door[door].username
    assert written() == [(door, name, here), (door, name, None)]


@pytest.mark.parametrize("door", DOORS)
def test_login_writes_in_no_name_of_another_side_and_learns_of_no_account(
    door: str, of_door: dict[str, User], here: int, login: Login
) -> None:
    unknown = max(user.pk for user in of_door.values()) + 1
    # No account of another side stands in the prison's database.
    others = {"care": {of_door["accounts"].pk}, "accounts": {of_door["care"].pk}, "prison": set()}
    refusals = set()

    for account in others[door] | {unknown}:
        with pytest.raises(errors.InsufficientPrivilege) as refusal:
            write(login(door), account, here)
        refusals.add((str(refusal.value), refusal.value.diag.constraint_name))

    assert [constraint for _sentence, constraint in refusals] == ["log_account_of_side"]
    assert written() == []


def test_line_in_a_foreign_name_takes_its_neighbours_with_it(of_door: dict[str, User], here: int, login: Login) -> None:
    mine, theirs = of_door["care"].pk, of_door["accounts"].pk

    with pytest.raises(errors.InsufficientPrivilege):
        login("care").execute(
            "SELECT access_write_lines(%s, '{read,read}', '{a,a}', '{1,1}', %s)", [[mine, theirs], [here, here]]
        )

    assert written() == []


@pytest.mark.parametrize("door", DOORS)
def test_login_cannot_stand_at_another_door(door: str, of_door: dict[str, User], here: int, login: Login) -> None:
    connected = login(door)

    for other in {*DOORS, "owner"} - {door}:
        for statement in (
            f"SET ROLE carehub_{other}",
            f"SELECT set_config('role', 'carehub_{other}', false)",
            f"SET SESSION AUTHORIZATION carehub_{other}",
            f"SELECT access_log_line('{other}', NULL, 'read', '', '', NULL)",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                connected.execute(statement)
    write(connected, of_door[door].pk, here)

    assert written() == [(door, of_door[door].username, here)]


@pytest.mark.parametrize("door", DOORS)
def test_line_of_nobody_has_no_name(door: str, login: Login) -> None:
    write(login(door), None, None)

    assert written() == [(door, "", None)]


def test_commands_of_the_owner_write_in_anybodys_name(of_door: dict[str, User], here: int) -> None:
    for user in (of_door["care"], of_door["accounts"], None):
        record(by=user, verb=Verb.IMPORT, target="access.user", establishment=here)

    assert written() == [("owner", name, here) for name in ("alice", "ada", "")]


def test_every_verb_of_the_code_is_known_to_the_database(of_door: dict[str, User], login: Login) -> None:
    for verb in Verb.values:
        write(login("care"), of_door["care"].pk, None, verb=verb)

    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == Verb.values


@pytest.mark.parametrize(
    ("line", "refusal", "constraint"),
    [
        ({"verb": "heal"}, errors.CheckViolation, "log_verb_known"),
        ({"verb": ""}, errors.CheckViolation, "log_verb_known"),
        ({"verb": None}, errors.CheckViolation, "log_verb_known"),
        ({"target": "a" * 41}, errors.StringDataRightTruncation, None),
        ({"key": "1" * 61}, errors.StringDataRightTruncation, None),
        ({"place": 0}, errors.ForeignKeyViolation, "log_establishment_known"),
        ({"place": 123456789}, errors.ForeignKeyViolation, "log_establishment_known"),
    ],
)
def test_line_that_says_what_no_line_says_is_refused(
    line: dict[str, Any], refusal: type[Exception], constraint: str | None, of_door: dict[str, User], login: Login
) -> None:
    place, said = line.get("place"), {name: value for name, value in line.items() if name != "place"}

    with pytest.raises(refusal) as refused:
        write(login("care"), of_door["care"].pk, place, **said)

    assert isinstance(refused.value, psycopg.Error)
    assert refused.value.diag.constraint_name == constraint
    assert written() == []


@pytest.mark.parametrize("door", DOORS)
def test_number_hour_and_hashes_are_given_by_the_database(
    door: str, of_door: dict[str, User], here: int, login: Login
) -> None:
    write(login(door), of_door[door].pk, here)
    write(login(door), of_door[door].pk, here)

    first, second = of_log(door).order_by("id")
    assert (second.id > first.id, second.at > first.at) == (True, True)
    assert (first.previous_hash, second.previous_hash) == ("", first.hash)
    call_command("verify_integrity")


def test_owners_own_insert_is_numbered_dated_and_chained_too(lines: list[AuditEntry], login: Login) -> None:
    login("owner").execute(INSERT.replace("'care'", "'owner'"))
    login("owner").execute(INSERT.replace("'care'", "'owner'"))

    first, forged = AuditEntry.objects.filter(target_type="forged").order_by("id")
    assert forged.at > first.at > lines[-1].at
    assert (forged.previous_hash, forged.hash == "forged") == (first.hash, False)
    call_command("verify_integrity")


def findings() -> str:
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_integrity", stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    "tampering",
    [
        "DELETE FROM access_auditentry WHERE id = %s",
        "UPDATE access_auditentry SET username = 'nobody' WHERE id = %s",
        "UPDATE access_auditentry SET at = at - interval '1 day' WHERE id = %s",
        "UPDATE access_auditentry SET hash = md5('x') WHERE id = %s",
        "UPDATE access_auditentry SET door = 'care' WHERE id = %s",
        "UPDATE access_auditentry SET establishment_id = NULL WHERE id = %s",
    ],
)
def test_line_changed_or_cut_out_with_the_rules_switched_off_breaks_the_chain(
    tampering: str, lines: list[AuditEntry], without_rules: psycopg.Connection[Any]
) -> None:
    call_command("verify_integrity")

    without_rules.execute(tampering, [lines[1].id])

    assert "The access log is whole" in findings()


@pytest.mark.parametrize("kept", [2, 1, 0])
def test_cut_off_end_of_a_chain_shows(
    kept: int, lines: list[AuditEntry], here: int, without_rules: psycopg.Connection[Any]
) -> None:
    without_rules.execute("DELETE FROM access_auditentry WHERE id = ANY (%s)", [[each.id for each in lines[kept:]]])

    assert f"end of the log, establishment {here}, owner door: log entry {lines[-1].id}" in findings()


def test_each_chain_is_checked_by_itself(
    of_door: dict[str, User], here: int, there: int, login: Login, without_rules: psycopg.Connection[Any]
) -> None:
    without_rules.execute("ALTER TABLE access_auditentry ENABLE TRIGGER audit_chain")
    for place in (here, there, None, here, there, None):
        for door in DOORS:
            write(login(door), of_door[door].pk, place)
    call_command("verify_integrity")

    first, second = AuditEntry.objects.filter(door="care", establishment_id=there).order_by("id")
    without_rules.execute("DELETE FROM access_auditentry WHERE id = %s", [first.id])

    assert [each for each in findings().split() if each.isdigit() and int(each) > there] == [str(second.id)]


def test_lines_of_one_chain_wait_for_each_other(of_door: dict[str, User], here: int, login: Login) -> None:
    first, second = login("prison"), login("owner", "prison")
    with first.transaction():
        write(first, of_door["prison"].pk, here)
        second.execute("SET lock_timeout = '200ms'")
        with pytest.raises(errors.LockNotAvailable):
            second.execute("SELECT access_audit_chain_of(%s, 'prison')", [here])
    write(first, of_door["prison"].pk, here)

    earlier, later = of_log("prison").order_by("id")
    assert later.previous_hash == earlier.hash


@pytest.mark.parametrize("door", DOORS)
def test_open_transaction_after_a_line_stops_no_other_door(
    door: str, of_door: dict[str, User], here: int, login: Login
) -> None:
    others = [each for each in DOORS if each != door]
    with login(door).transaction(force_rollback=True):
        write(login(door), of_door[door].pk, here, None)
        for other in others:
            login(other).execute("SET lock_timeout = '200ms'")
            write(login(other), of_door[other].pk, here, None)

    assert sorted(entry[0] for entry in written()) == sorted(2 * others)


def test_open_transaction_of_the_prison_stops_no_administrator_of_its_accounts(
    of_door: dict[str, User], here: int, login: Login
) -> None:
    with login("prison").transaction(force_rollback=True):
        write(login("prison"), of_door["prison"].pk, here, None)
        accounts = login("accounts", "prison")
        accounts.execute("SET lock_timeout = '200ms'")
        write(accounts, of_door["accounts"].pk, here, None)

    # Whose account stands in the hospital's database: here it has a number and no name.
    name = f"administrator {of_door['accounts'].pk}"
    assert written() == [("accounts", name, here), ("accounts", name, None)]


def test_open_transaction_after_a_line_of_one_establishment_stops_no_other_establishment(
    of_door: dict[str, User], here: int, there: int, login: Login
) -> None:
    nurse = of_door["care"].pk
    with open_connection("care") as colleague, colleague.transaction(force_rollback=True):
        write(colleague, nurse, here)
        login("care").execute("SET lock_timeout = '200ms'")
        write(login("care"), nurse, there, None)

    assert written() == [("care", "alice", there), ("care", "alice", None)]


def test_transactions_that_concern_two_establishments_in_crossing_order_are_both_done(
    of_door: dict[str, User], here: int, there: int, login: Login
) -> None:
    def often(*places: int) -> None:
        with open_connection("care") as connected:
            for _each in range(30):
                write(connected, of_door["care"].pk, *places)

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(often, here, there), pool.submit(often, there, here)]:
            one.result(timeout=60)

    assert len(written()) == 120
    call_command("verify_integrity")


@pytest.mark.parametrize("door", DOORS)
def test_flood_of_lines_is_refused_whole_and_the_next_minute_takes_lines_again(
    door: str, of_door: dict[str, User], here: int, login: Login
) -> None:
    who = of_door[door].pk
    write(login(door), who, here)
    count_back(login, lines=A_MINUTE - 1)

    with pytest.raises(errors.ConfigurationLimitExceeded) as refusal:
        write(login(door), who, here, here)
    assert refusal.value.diag.constraint_name == "log_lines_a_minute"
    assert len(written()) == 1

    count_back(login, lines=A_MINUTE, minutes=1)
    write(login(door), who, here, here)
    assert len(written()) == 3


def test_a_minute_takes_an_import_that_concerns_everybody_and_no_endless_flood(
    of_door: dict[str, User], here: int, login: Login
) -> None:
    write(login("care"), of_door["care"].pk, *[here] * A_MINUTE)
    assert len(written()) == A_MINUTE

    # Even when the minute ends meanwhile.
    with pytest.raises(errors.ConfigurationLimitExceeded):
        write(login("care"), of_door["care"].pk, *[here] * (2 * A_MINUTE + 1))
    assert len(written()) == A_MINUTE


@pytest.mark.parametrize("door", DOORS)
def test_flood_by_one_login_stops_no_other(door: str, of_door: dict[str, User], here: int, login: Login) -> None:
    write(login(door), of_door[door].pk, here, None)
    count_back(login, lines=A_MINUTE)

    for other in {*DOORS} - {door}:
        write(login(other), of_door[other].pk, here, None)
    record(by=None, verb=Verb.IMPORT, target="access.user", establishment=here)

    with pytest.raises(errors.ConfigurationLimitExceeded):
        write(login(door), of_door[door].pk, here)


def test_minute_is_the_clocks_whatever_time_zone_the_login_chooses(
    of_door: dict[str, User], here: int, login: Login
) -> None:
    write(login("prison"), of_door["prison"].pk, here)
    count_back(login, lines=A_MINUTE)

    for seconds in (0, 15, 30, 45):
        login("prison").execute(f"SET TIME ZONE INTERVAL '00:00:{seconds:02}'")
        with pytest.raises(errors.ConfigurationLimitExceeded):
            write(login("prison"), of_door["prison"].pk, here)


@pytest.mark.parametrize("door", DOORS)
def test_writing_a_line_tells_no_login_how_many_there_are(
    door: str, of_door: dict[str, User], here: int, login: Login
) -> None:
    write(login(door), of_door[door].pk, here)

    for function in ("lastval()", "currval('access_auditentry_id_seq')"):
        with pytest.raises(errors.InsufficientPrivilege, match="permission denied for sequence"):
            login(door).execute(f"SELECT {function}")


def test_owners_commands_are_not_counted(lines: list[AuditEntry], here: int, login: Login) -> None:
    count_back(login, lines=A_MINUTE)

    record(by=None, verb=Verb.READ, target="access.user", establishment=here)

    assert len(written()) == 4


@pytest.mark.parametrize(("door", "path"), [("care", "/week/"), ("prison", "/"), ("accounts", "/log")])
def test_page_that_cannot_be_recorded_is_not_shown_and_says_why(
    door: str, path: str, of_door: dict[str, User], at_door: Callable[[User], DoorClient], login: Login
) -> None:
    visitor = at_door(of_door[door])
    assert visitor.get(path).status_code == 200
    count_back(login, lines=A_MINUTE)

    answer = visitor.get(path)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "Try again in a minute" in answer.content.decode()
    count_back(login, lines=A_MINUTE, minutes=1)
    assert visitor.get(path).status_code == 200


def test_deed_that_cannot_be_recorded_is_not_done(
    unit_a: Unit, alice: User, at_door: Callable[[User], DoorClient], login: Login
) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day)
    visitor, typed = at_door(alice), {"person": unit_a.paul.pk, "kind": unit_a.consultation.pk, "time": "09:00"}
    visitor.get("/week/")
    count_back(login, lines=A_MINUTE)

    refused = visitor.post("/book", typed | {"agenda": unit_a.doctor.pk, "day": str(day)})

    assert (refused.status_code, Appointment.objects.exists()) == (503, False)
    count_back(login, lines=A_MINUTE, minutes=1)
    done = visitor.post("/book", typed | {"agenda": unit_a.doctor.pk, "day": str(day)})
    assert (done.status_code, Appointment.objects.count()) == (302, 1)
