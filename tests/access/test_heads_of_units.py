"""At the accounts door a head is opened with the unit that they head, where an establishment has several."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from access import accounts, importing
from access.models import User
from access.policy import granted
from access.roles import give_role
from appointments.models import CareUnit
from appointments.planning import open_unit
from appointments.rights import Rights
from tests.access.test_importing_accounts import HEAD as COLUMNS
from tests.conftest import Unit
from tests.doors import carry, through
from tests.factories import confirmed

pytestmark = pytest.mark.django_db


@pytest.fixture
def smpr(unit_a: Unit, helene: User) -> CareUnit:
    open_unit(unit_a.establishment, name="SMPR")
    return CareUnit.objects.get(name="SMPR")


def opened(house: Unit, ada: User, role: str = "head", **levels: dict[str, str]) -> User:
    with through("accounts"):
        user, _password = accounts.open_account(
            house.establishment,
            by=ada,
            side="care",
            role=role,
            username="simone",
            full_name="Simone Lacaze",
            levels=levels,
        )
    confirmed("simone")
    return User.objects.get(pk=user.pk)


def test_head_is_named_to_a_unit_where_there_are_several(unit_a: Unit, smpr: CareUnit, ada: User) -> None:
    with pytest.raises(ValidationError, match="which one this person heads"):
        opened(unit_a, ada)

    user = opened(unit_a, ada, unit={str(smpr.pk): "head"})

    assert Rights(user, unit_a.establishment).headed == [smpr]


def test_nobody_but_a_head_is_named_to_a_unit(unit_a: Unit, smpr: CareUnit, ada: User) -> None:
    nurse = opened(unit_a, ada, role="nurse", unit={str(smpr.pk): "head"})

    assert not granted(nurse, "head_unit", CareUnit).exists()


def test_role_that_changes_takes_the_unit_along(unit_a: Unit, smpr: CareUnit, ada: User) -> None:
    user = opened(unit_a, ada, unit={str(smpr.pk): "head"})

    with through("accounts"):
        give_role(user, by=ada, establishment=unit_a.establishment, role="nurse")
        give_role(user, by=ada, establishment=unit_a.establishment, role="head")

    assert Rights(user, unit_a.establishment).headed == []


def test_page_of_a_head_offers_the_units_and_says_which(unit_a: Unit, smpr: CareUnit, ada: User, at_door) -> None:
    user, browser = opened(unit_a, ada, unit={str(smpr.pk): "head"}), at_door(ada)

    page = browser.get(f"/accounts/care/{user.pk}")

    assert page.status_code == 200
    assert f'name="unit-{smpr.pk}"' in page.text
    assert "Head of: SMPR" in browser.get("/").text


def test_page_of_a_single_unit_says_nothing_of_units(unit_a: Unit, helene: User, ada: User, at_door) -> None:
    page = at_door(ada).get(f"/accounts/care/{helene.pk}")

    assert page.status_code == 200
    assert 'name="unit-' not in page.text
    assert "Unité sanitaire" not in page.text


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("simone;Lacaze;Simone;head;SMPR;;;", ""),
        ("simone;Lacaze;Simone;head;;;;", "Say which one this person heads."),
        ("simone;Lacaze;Simone;nurse;SMPR;;;", "Only a head of unit is named to a unit."),
    ],
)
def test_file_names_the_unit_of_a_head(unit_a: Unit, smpr: CareUnit, ada: User, line: str, fault: str) -> None:
    carry()
    with through("accounts"):
        table = importing.read(f"{COLUMNS}\r\n{line}\r\n")
        plan = importing.plan_of(table, by=ada, establishment=unit_a.establishment)

    assert [found.sentence.endswith(fault) for [found] in [one.faults for one in plan.lines if one.faults]] == (
        [True] if fault else []
    )
