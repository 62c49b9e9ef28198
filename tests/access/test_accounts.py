"""The verbs of accounts: who may open, change and close which account, and what the log says of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone, translation
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from access import accounts, passwords
from access.enums import Role, Side
from access.models import AuditEntry, Building, Establishment, Membership, Session, User
from access.policy import granted
from appointments.models import Agenda, ArrivalTime
from tests.conftest import Unit
from tests.doors import HOSPITAL, DoorClient, at_prison, carry, speaking_to, through
from tests.factories import member, paris_day


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences are compared in English."""
    with translation.override("en"):
        yield


def verbs() -> list[str]:
    """What was recorded, oldest first."""
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


def open_nurse(unit: Unit, by: User, **fields: object) -> tuple[User, str]:
    """Let `by` open a nurse's account at `unit`, through the accounts door's login."""
    values = {"side": "care", "role": "nurse", "username": "Nina", "full_name": "Nina Simon"} | fields
    with through("accounts"):
        return accounts.open_account(unit.establishment, by=by, **values)


def test_opening_an_account_gives_role_scope_and_a_first_password(unit_a: Unit, ada: User) -> None:
    user, password = open_nurse(
        unit_a, ada, levels={"agenda": {str(unit_a.doctor.pk): "book", str(unit_a.psychiatrist.pk): "view"}}
    )

    user.refresh_from_db()
    assert (user.username, user.side, user.must_change_password) == ("nina", "care", True)
    assert user.check_password(password)
    assert Membership.objects.get(user=user).role == Role.NURSE
    assert set(granted(user, "view_agenda", Agenda)) == {unit_a.doctor, unit_a.psychiatrist}
    assert set(granted(user, "book_agenda", Agenda)) == {unit_a.doctor}
    assert verbs() == ["open_account", "ask_word", "grant"]
    assert AuditEntry.objects.first().target_id == str(user.pk)


def test_role_that_sees_everything_needs_no_scope(unit_a: Unit, ada: User) -> None:
    user, _password = open_nurse(unit_a, ada, role="head", levels={"agenda": {str(unit_a.doctor.pk): "view"}})

    assert granted(user, "lead_unit", Establishment).get() == unit_a.establishment
    assert not granted(user, "view_agenda", Agenda).exists()


def test_first_passwords_are_readable_and_never_the_same() -> None:
    made = {passwords.first_password() for _time in range(200)}

    assert len(made) == 200
    assert all(re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}", password) for password in made)


@pytest.mark.parametrize(
    "email",
    ["n.simon@justice.fr", "N.SIMON@Justice.FR", "n@ap.justice.fr", "n@justice.gouv.fr", " n@x.justice.gouv.fr "],
)
def test_care_account_with_a_justice_address_is_refused_with_the_reason(unit_a: Unit, ada: User, email: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        open_nurse(unit_a, ada, email=email)

    assert "cannot use a justice.fr address" in refusal.value.message_dict["email"][0]
    assert not User.objects.filter(username="nina").exists()
    assert verbs() == []


@pytest.mark.parametrize("email", ["", "n@hopital.example", "n@notjustice.fr.example", "n@injustice.fr"])
def test_care_account_with_another_address_or_none_is_opened(unit_a: Unit, ada: User, email: str) -> None:
    assert open_nurse(unit_a, ada, email=email)[0].email == email


def test_prison_account_may_have_a_justice_address(unit_a: Unit, ada: User) -> None:
    carry()
    user, _password = open_nurse(unit_a, ada, side="prison", role="floor_officer", email="n@justice.fr")

    assert user.email == "n@justice.fr"


@pytest.mark.parametrize(("side", "role"), [("care", "floor_officer"), ("prison", "head"), ("accounts", "nurse")])
def test_role_of_the_other_side_is_refused_by_the_verb_and_by_the_database(
    unit_a: Unit, ada: User, alice: User, side: str, role: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        open_nurse(unit_a, ada, side=side, role=role)
    assert refusal.value.message_dict == {"role": ["This role belongs to the other side of the wall."]}

    with pytest.raises(DatabaseError), transaction.atomic():
        Membership.objects.filter(user=alice).update(role="floor_officer")


@pytest.mark.parametrize("name", ["alice", "ALICE", " Alice "])
def test_name_in_use_is_refused_whatever_its_capitals(unit_a: Unit, ada: User, alice: User, name: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        open_nurse(unit_a, ada, username=name)

    assert refusal.value.message_dict == {"username": ["This user name is taken. Choose another."]}


def test_role_that_ends_before_it_begins_is_refused(unit_a: Unit, ada: User) -> None:
    with pytest.raises(ValidationError) as refusal:
        open_nurse(unit_a, ada, valid_from=date(2026, 12, 2), valid_until=date(2026, 12, 1))

    assert list(refusal.value.message_dict) == ["valid_until"]


def test_scope_of_another_establishment_is_refused(unit_a: Unit, unit_b: Unit, ada: User, alice: User) -> None:
    with pytest.raises(ValidationError):
        open_nurse(unit_a, ada, levels={"agenda": {str(unit_b.doctor.pk): "view"}})
    with through("accounts"), pytest.raises(ValidationError):
        accounts.set_scope(
            alice,
            by=ada,
            establishment=unit_a.establishment,
            scope_key="agenda",
            levels={str(unit_b.doctor.pk): "view"},
        )
    assert not User.objects.filter(username="nina").exists()


def test_set_scope_leaves_exactly_what_was_chosen_and_records_both_ways(unit_a: Unit, ada: User, alice: User) -> None:
    with through("accounts"):
        accounts.set_scope(
            alice,
            by=ada,
            establishment=unit_a.establishment,
            scope_key="agenda",
            levels={str(unit_a.doctor.pk): "", str(unit_a.psychiatrist.pk): "book"},
        )

    assert set(granted(alice, "view_agenda", Agenda)) == {unit_a.psychiatrist}
    assert set(granted(alice, "book_agenda", Agenda)) == {unit_a.psychiatrist}
    assert sorted(verbs()) == ["grant", "revoke"]


def test_set_scope_that_changes_nothing_records_nothing(unit_a: Unit, ada: User, bob: User) -> None:
    with through("accounts"):
        accounts.set_scope(
            bob,
            by=ada,
            establishment=unit_a.establishment,
            scope_key="agenda",
            levels={str(unit_a.psychiatrist.pk): "book"},
        )

    assert verbs() == []


def test_buildings_are_given_to_floor_officers(unit_a: Unit, ada: User, oscar: User) -> None:
    with through("accounts"):
        accounts.set_scope(
            oscar,
            by=ada,
            establishment=unit_a.establishment,
            scope_key="building",
            levels={str(unit_a.other_building.pk): "view"},
        )

    with at_prison():
        assert set(granted(oscar, "view_movements", Building)) == {unit_a.other_building}


@pytest.mark.parametrize(
    ("role", "right"),
    [
        (Role.HEAD, "lead_unit"),
        (Role.UNIT_OFFICER, "view_all_movements"),
        (Role.SENIOR_OFFICER, "view_all_movements"),
        (Role.MOVEMENT_OFFICE, "view_all_movements"),
    ],
)
def test_rights_of_a_role_come_and_go_with_it(
    unit_a: Unit, ada: User, alice: User, oscar: User, role: Role, right: str
) -> None:
    place = unit_a.establishment
    user = alice if role == Role.HEAD else oscar
    plain = Role.NURSE if role == Role.HEAD else Role.FLOOR_OFFICER

    def has_right() -> bool:
        with speaking_to(HOSPITAL if user == alice else "prison"):
            return granted(user, right, Establishment).exists()

    with through("accounts"):
        accounts.give_role(user, by=ada, establishment=place, role=role)
        assert has_right()
        accounts.give_role(user, by=ada, establishment=place, role=plain)
        assert not has_right()
        accounts.give_role(user, by=ada, establishment=place, role=role)
        accounts.take_role(user, by=ada, establishment=place)
        assert not has_right()


@pytest.mark.parametrize("began", [-400, 0, 5])
def test_taking_a_role_ends_it_and_every_right_at_once(
    unit_a: Unit, ada: User, alice: User, at_door: Callable[[User], DoorClient], began: int
) -> None:
    browser = at_door(alice)
    today = timezone.localdate(timezone=unit_a.establishment.zone)
    Membership.objects.filter(user=alice).update(valid_from=today + timedelta(days=began))

    with through("accounts"):
        accounts.take_role(alice, by=ada, establishment=unit_a.establishment)

    assert browser.get("/my-account").status_code == 403
    assert not granted(alice, "view_agenda", Agenda).exists()
    assert Membership.objects.filter(user=alice).count() == 1
    with through("accounts"):
        accounts.give_role(alice, by=ada, establishment=unit_a.establishment, role="nurse")
    assert browser.get("/my-account").status_code == 200


@pytest.fixture
def verbs_on_an_account(unit_a: Unit) -> dict[str, Callable[[User, User], object]]:
    """Every verb that one account does to another at unit A."""
    here = unit_a.establishment
    return {
        "change": lambda user, by: accounts.change_account(user, by=by, establishment=here, full_name="X"),
        "role": lambda user, by: accounts.give_role(user, by=by, establishment=here, role="nurse"),
        "take": lambda user, by: accounts.take_role(user, by=by, establishment=here),
        "scope": lambda user, by: accounts.set_scope(user, by=by, establishment=here, scope_key="agenda", levels={}),
        "factor": lambda user, by: accounts.reset_second_factor(user, by=by, establishment=here),
        "password": lambda user, by: accounts.reset_password(user, by=by, establishment=here),
        "deactivate": lambda user, by: accounts.deactivate(user, by=by, establishment=here),
        "reactivate": lambda user, by: accounts.reactivate(user, by=by, establishment=here),
    }


ALL_VERBS = ("change", "role", "take", "scope", "factor", "password", "deactivate", "reactivate")


@pytest.mark.parametrize("verb", ALL_VERBS)
def test_administrator_of_another_establishment_may_do_nothing(
    verbs_on_an_account: dict[str, Callable[[User, User], object]], verb: str, unit_b: Unit, alice: User, ada: User
) -> None:
    other = member(Role.ACCOUNT_ADMIN, unit_b.establishment, username="adam")
    Membership.objects.filter(user=ada).update(valid_until=paris_day() - timedelta(days=2))

    for nobody in (other, ada, alice):
        with through("accounts"), pytest.raises((PermissionDenied, ValidationError)):
            verbs_on_an_account[verb](alice, nobody)
    assert verbs() == []


@pytest.mark.parametrize("verb", ALL_VERBS)
def test_account_of_another_establishment_is_out_of_reach(
    verbs_on_an_account: dict[str, Callable[[User, User], object]], verb: str, chloe: User, ada: User
) -> None:
    with through("accounts"), pytest.raises(PermissionDenied):
        verbs_on_an_account[verb](chloe, ada)
    assert verbs() == []


@pytest.mark.parametrize("verb", ["take", "factor", "password", "deactivate"])
def test_nobody_closes_or_frees_his_own_account(
    verbs_on_an_account: dict[str, Callable[[User, User], object]], verb: str, ada: User
) -> None:
    with through("accounts"), pytest.raises(ValidationError, match="your own account"):
        verbs_on_an_account[verb](ada, ada)


def test_person_who_left_for_another_establishment_belongs_to_that_one(
    unit_a: Unit, unit_b: Unit, ada: User, alice: User
) -> None:
    with through("accounts"):
        accounts.take_role(alice, by=ada, establishment=unit_a.establishment)
        accounts.reset_password(alice, by=ada, establishment=unit_a.establishment)
    accounts.give_role(alice, by=None, establishment=unit_b.establishment, role="nurse")

    with through("accounts"), pytest.raises(PermissionDenied):
        accounts.reset_password(alice, by=ada, establishment=unit_a.establishment)


def test_deactivating_ends_open_sessions_at_the_next_click(
    unit_a: Unit, ada: User, alice: User, at_door: Callable[[User], DoorClient]
) -> None:
    browser = at_door(alice)
    assert browser.get("/my-account").status_code == 200

    with through("accounts"):
        accounts.deactivate(alice, by=ada, establishment=unit_a.establishment)

    assert browser.get("/my-account").url.startswith("/sign-in")
    assert not Session.objects.filter(user=alice).exists()
    with through("accounts"):
        accounts.reactivate(alice, by=ada, establishment=unit_a.establishment)
    assert browser.get("/my-account").url.startswith("/sign-in")
    assert at_door(alice).get("/my-account").status_code == 200
    assert verbs() == ["deactivate", "reactivate"]


def test_resetting_the_second_factor_forces_a_new_enrolment(
    unit_a: Unit, ada: User, alice: User, at_door: Callable[[User], DoorClient]
) -> None:
    browser = at_door(alice)
    StaticDevice.objects.create(user=alice, name="backup codes").token_set.create(token="abcdefgh")

    with through("accounts"):
        accounts.reset_second_factor(alice, by=ada, establishment=unit_a.establishment)

    assert browser.get("/my-account").url.startswith("/sign-in")
    assert not TOTPDevice.objects.filter(user=alice).exists()
    assert not StaticDevice.objects.filter(user=alice).exists()
    again = DoorClient("care")
    answer = again.post("/sign-in", {"username": "alice", "password": "une phrase de passe solide"})
    assert answer.url == "/sign-in/second-factor"


def test_new_first_password_replaces_the_old_one_and_must_be_replaced(
    unit_a: Unit, ada: User, alice: User, at_door: Callable[[User], DoorClient]
) -> None:
    browser = at_door(alice)

    with through("accounts"):
        password = accounts.reset_password(alice, by=ada, establishment=unit_a.establishment)

    assert browser.get("/my-account").url.startswith("/sign-in")
    alice.refresh_from_db()
    assert alice.check_password(password)
    assert alice.must_change_password
    with transaction.atomic():
        assert password not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize("door", ["care", "prison"])
def test_other_doors_read_the_accounts_of_their_own_side_alone_and_change_no_right(
    unit_a: Unit, alice: User, oscar: User, ada: User, door: str
) -> None:
    own, higher = (alice, "head") if door == "care" else (oscar, "unit_officer")
    with through(door):
        assert set(User.objects.values_list("side", flat=True)) == {door}
        assert set(Membership.objects.values_list("side", flat=True)) == {door}
        with pytest.raises(DatabaseError), transaction.atomic():
            accounts.deactivate(alice, by=None, establishment=unit_a.establishment)
        with pytest.raises((DatabaseError, User.DoesNotExist)), transaction.atomic():
            accounts.give_role(own, by=None, establishment=unit_a.establishment, role=higher)
        with pytest.raises(DatabaseError), transaction.atomic():
            list(AuditEntry.objects.all())


def test_command_opens_the_first_administrator(unit_a: Unit, unit_b: Unit, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="Say whose accounts"):
        call_command("create_admin", "Zoe", "--name", "Zoé Martin", "--establishment", "MAA")
    arguments = ["Zoe", "--name", "Zoé Martin", "--establishment", "MAA", "--establishment", "mab", "--side", "care"]
    call_command("create_admin", *arguments)

    user = User.objects.get(username="zoe")
    password = re.search(r"shown this once: (\S+)", capsys.readouterr().out)
    assert password is not None
    assert user.check_password(password[1])
    assert user.side == Side.ACCOUNTS
    assert set(user.memberships.values_list("establishment__code", "role", "administers")) == {
        ("MAA", "account_admin", "care"),
        ("MAB", "account_admin", "care"),
    }


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["zoe", "--name", "Zoé", "--establishment", "XX"], "No establishment has the code XX. Known codes: MAA."),
        (["alice", "--name", "Zoé", "--establishment", "MAA"], "This user name is taken. Choose another."),
        (["z o e", "--name", "Zoé", "--establishment", "MAA"], "A user name has letters, digits"),
        (["zoe", "--name", "Zoé", "--email", "x", "--establishment", "MAA"], "Enter a valid email address."),
        (["zoe", "--name", " ", "--establishment", "MAA"], "This field cannot be blank."),
    ],
)
def test_command_says_what_is_wrong(unit_a: Unit, alice: User, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=re.escape(sentence)):
        call_command("create_admin", *arguments, "--side", "care")

    assert not User.objects.filter(username="zoe").exists()


def test_command_makes_an_establishment_and_may_be_run_again(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["create_establishment", "MAC", "--name", "Maison C", "--building", "A", "--building", "B"]
    call_command(*arguments)
    assert Establishment.objects.get().prison == "prison"
    call_command(*arguments, "--building", "C", "--time-zone", "Indian/Reunion", "--prison", "prison")

    place = Establishment.objects.get(code="MAC")
    assert place.time_zone == "Indian/Reunion"
    assert list(place.buildings.values_list("name", flat=True)) == ["A", "B", "C"]
    times = ArrivalTime.objects.filter(establishment=place).values_list("at", flat=True)
    assert " ".join(f"{at:%H:%M}" for at in times) == "08:30 09:15 10:00 10:45 13:45 14:30 15:15 16:00"
    assert capsys.readouterr().out.splitlines()[-1] == "Maison C (MAC) was there already; added: building C."


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--time-zone", "Paris"], "is not a time zone"),
        (["--arrival-times", "8h30"], "8h30 is not a time of day. Write it like 08:30."),
        (["--building", ""], "This field cannot be blank."),
        (["--prison", "lyon"], "invalid choice: 'lyon'"),
    ],
)
def test_command_refuses_a_wrong_establishment_whole(db: None, options: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("create_establishment", "MAC", "--name", "Maison C", *options)

    assert not Establishment.objects.exists()
