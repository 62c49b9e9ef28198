"""The pages of obstructed care: who opens them, what they answer to wrong input, what they cost."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from access.enums import Role
from access.models import AuditEntry, User
from appointments.care.obstruction.views import report_url
from appointments.models import Obstruction, ObstructionReader, ObstructionSettings
from appointments.models.delay_settings import USUAL_TOLERANCE
from appointments.models.enums.appointment import Status
from appointments.obstruction.log import count_again
from appointments.obstruction.preferences import change_counting, settings_of
from appointments.statistics.delays import tolerance_of
from tests.appointments.care.pages import queries_of
from tests.appointments.obstruction.conftest import day, past
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import DetaineeFactory, member, paris_day

At = Callable[[User], DoorClient]
HEAD_PAGE = "/obstruction/"
NOTE = "/obstruction/note"
SETTINGS = "/obstruction/settings"


def fields(**changed: object) -> dict[str, object]:
    return {
        "kind": "revealed",
        "day": day(3).isoformat(),
        "half_day": "morning",
        "building": "",
        "cause": "practice",
        "facts": "The speciality was called out on the landing.",
        "who": "",
        "token": str(uuid4()),
    } | changed


def period(first: int = 0, last: int = 9) -> dict[str, str]:
    return {"since": day(first).isoformat(), "until": day(last).isoformat(), "show": "all"}


# --- Who opens them ----------------------------------------------------------------------------------------


def test_carer_who_is_not_named_notes_a_fact_and_sees_no_log(unit_a: Unit, alice: User, at_door: At) -> None:
    visitor = at_door(alice)

    assert visitor.get(HEAD_PAGE).url == NOTE
    answer = visitor.post(NOTE, fields(), follow=True)

    assert "The speciality was called out" in answer.content.decode()
    assert "The head of unit finds it in the log" in answer.content.decode()
    # They report nothing: that page would not open for them.
    assert "Report now" not in answer.content.decode() + visitor.get(NOTE).content.decode()
    for path in ("entraves.csv", "entraves.ods"):
        assert visitor.get(f"/obstruction/{path}").status_code == 404
    assert visitor.post("/obstruction/count").status_code == 404
    assert visitor.get("/obstruction/readers").status_code == 403


def test_carer_sees_no_fact_of_a_colleague(unit_a: Unit, alice: User, emma: User, at_door: At) -> None:
    at_door(alice).post(NOTE, fields())
    fact = Obstruction.objects.get()

    assert at_door(emma).get(f"/obstruction/facts/{fact.pk}").status_code == 404


def test_head_names_a_reader_who_reads_until_the_head_ends_it(
    unit_a: Unit, helene: User, alice: User, at_door: At
) -> None:
    head, nurse = at_door(helene), at_door(alice)
    member = alice.memberships.get()

    assert head.post("/obstruction/readers", {"member": member.pk}).status_code == 302
    assert nurse.get(HEAD_PAGE).status_code == 200
    assert head.post("/obstruction/readers", {"member": member.pk}).status_code == 422
    assert head.post(f"/obstruction/readers/{alice.pk}/end").status_code == 302
    assert nurse.get(HEAD_PAGE).status_code == 302

    assert ObstructionReader.objects.get().ended_at is not None
    assert {"grant", "revoke"} <= set(AuditEntry.objects.values_list("verb", flat=True))


def test_head_of_another_unit_reads_none_of_it(unit_a: Unit, unit_b: Unit, alice: User, at_door: At) -> None:
    hanna = member(Role.HEAD, unit_b.establishment, username="hanna")
    at_door(alice).post(NOTE, fields())
    fact = Obstruction.objects.get()

    assert at_door(hanna).get(f"/obstruction/facts/{fact.pk}").status_code == 404
    assert "The speciality" not in at_door(hanna).get(HEAD_PAGE, period()).content.decode()


def test_prison_door_and_accounts_door_know_no_such_page(unit_a: Unit, olga: User, ada: User, at_door: At) -> None:
    for user in (olga, ada):
        for path in (HEAD_PAGE, NOTE, "/obstruction/entraves.csv", "/obstruction/readers"):
            assert at_door(user).get(path).status_code == 404


# --- What they say -----------------------------------------------------------------------------------------


def test_page_shows_the_figures_with_their_parts_and_the_log(small_world: Unit, helene: User, at_door: At) -> None:
    count_again(small_world.establishment, day(0), day(9))

    page = at_door(helene).get(HEAD_PAGE, period()).content.decode()

    assert "4 of 11" in page
    assert "between 15.2 and 64.6" in page
    assert "Half-day lost: of 4 people expected, 2 could not be seen." in page
    assert "How it was counted" in page


def test_files_hold_the_same_figures(small_world: Unit, helene: User, at_door: At) -> None:
    visitor = at_door(helene)

    content = visitor.get("/obstruction/entraves.csv", period()).content.decode("utf-8-sig")
    ods = visitor.get("/obstruction/entraves.ods", period()).content

    rows = list(csv.reader(io.StringIO(content), delimiter=";"))
    assert rows[0][0].startswith("Confidential")
    (line,) = [row for row in rows if row[:3] == ["All", "not brought", day(0).isoformat()]]
    assert line[4:6] == ["4", "11"]
    sheet = zipfile.ZipFile(io.BytesIO(ods)).read("content.xml").decode()
    assert 'office:value="11"' in sheet
    assert "Confidential" in sheet


def facts_shown(content: str) -> int:
    return content.count("/obstruction/facts/")


def test_log_and_its_files_are_of_the_building_that_was_chosen(small_world: Unit, helene: User, at_door: At) -> None:
    count_again(small_world.establishment, day(0), day(9))
    visitor, building = at_door(helene), small_world.other_building
    chosen = period() | {"building": str(building.pk)}

    page = visitor.get(HEAD_PAGE, chosen).content.decode()
    rows = list(csv.reader(io.StringIO(visitor.get("/obstruction/faits.csv", chosen).content.decode()), delimiter=";"))
    sheet = zipfile.ZipFile(io.BytesIO(visitor.get("/obstruction/entraves.ods", chosen).content)).read("content.xml")
    none = visitor.get("/obstruction/faits.csv", period() | {"building": "-"}).content.decode()

    standing = Obstruction.objects.filter(building=building).count()
    assert 0 < standing < Obstruction.objects.count()
    assert facts_shown(page) == standing
    assert f"building={building.pk}" in page, "The links to files and further pages keep the choice."
    assert [row[2] for row in rows[3:]] == ["B"] * standing
    assert "All of them · B" in sheet.decode()
    assert len(none.splitlines()) - 3 == Obstruction.objects.filter(building=None).count()


def test_counting_again_keeps_what_was_chosen(unit_a: Unit, helene: User, at_door: At) -> None:
    chosen = "since=2026-01-01&until=2026-02-01&show=hand&building=-"

    assert at_door(helene).post(f"/obstruction/count?{chosen}").url == f"{HEAD_PAGE}?{chosen}"
    assert at_door(helene).post("/obstruction/count?since=never").url == HEAD_PAGE


def test_head_settles_from_when_on_a_repetition_counts(unit_a: Unit, helene: User, at_door: At) -> None:
    for number in range(2):
        past(unit_a, (number, 9, 0), Status.NOT_COME, not_come_reason="SANS_MOTIF")
    count_again(unit_a.establishment, day(0), day(9))
    assert not Obstruction.objects.filter(kind="repeated").exists()

    settled = {"repeated_times": 2, "silent_minutes": 45, "tolerance": 20}
    answer = at_door(helene).post(SETTINGS, settled, follow=True)
    count_again(unit_a.establishment, day(0), day(9))

    assert "Saved." in answer.content.decode()
    assert Obstruction.objects.filter(kind="repeated", affected=2).exists()
    assert settings_of(unit_a.establishment).silent_minutes == 45
    assert tolerance_of(unit_a.establishment) == 20
    logged = set(
        AuditEntry.objects.filter(user_id=helene.pk, verb="change_planning").values_list("target_type", flat=True)
    )
    assert logged == {"appointments.obstructionsettings", "appointments.delaysettings"}


@pytest.mark.parametrize(
    "wrong",
    [{"repeated_times": 1}, {"repeated_times": 21}, {"silent_minutes": 4}, {"tolerance": 241}, {"silent_minutes": "x"}],
)
def test_settings_out_of_bounds_are_refused_with_what_was_typed(
    wrong: dict[str, object], unit_a: Unit, helene: User, at_door: At
) -> None:
    answer = at_door(helene).post(SETTINGS, {"repeated_times": 4, "silent_minutes": 30, "tolerance": 25} | wrong)

    assert answer.status_code == 422
    assert f'value="{next(iter(wrong.values()))}"' in answer.content.decode()
    assert not ObstructionSettings.objects.exists()
    assert tolerance_of(unit_a.establishment) == USUAL_TOLERANCE


@pytest.mark.parametrize("column", ["repeated_times", "silent_minutes"])
def test_database_keeps_settings_in_bounds(column: str, unit_a: Unit, helene: User) -> None:
    change_counting(by=helene, establishment=unit_a.establishment, repeated_times=3, silent_minutes=15)

    for value in (1, 1000):
        with pytest.raises(IntegrityError, match=f"{column}_sensible"), transaction.atomic():
            ObstructionSettings.objects.update(**{column: value})


def test_only_the_head_settles_what_counts(unit_a: Unit, alice: User) -> None:
    with pytest.raises(PermissionDenied):
        change_counting(by=alice, establishment=unit_a.establishment, repeated_times=3, silent_minutes=15)


def test_serious_fact_offers_no_report_where_none_is_served(unit_a: Unit, helene: User, at_door: At) -> None:
    """The button stands only where a page answers it."""
    visitor = at_door(helene)
    visitor.post(NOTE, fields())
    fact = Obstruction.objects.get()
    page = visitor.get(f"/obstruction/facts/{fact.pk}").content.decode()

    assert ("Report now" in page) == bool(report_url(fact))


def test_count_button_brings_the_log_up_to_now(unit_a: Unit, helene: User, at_door: At) -> None:
    past(unit_a, (8, 9, 0), Status.NOT_COME, not_come_reason="SANS_MOTIF")

    answer = at_door(helene).post("/obstruction/count", follow=True).content.decode()

    assert "Counted up to now: 1 new facts" in answer
    assert Obstruction.objects.filter(kind="no_reason").exists()


# --- Wrong input -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("0001-01-01", "0001-02-01"),
        ("9999-01-01", "9999-12-31"),
        ("2026-10-01", "2026-09-01"),
        ("2001-01-01", "2026-01-01"),
        ("yesterday", "2026-01-01"),
        ("", ""),
    ],
)
def test_period_that_no_table_holds_is_answered_with_a_sentence(
    helene: User, at_door: At, since: str, until: str
) -> None:
    visitor = at_door(helene)
    asked = {"since": since, "until": until}

    answer = visitor.get(HEAD_PAGE, asked)

    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert visitor.get("/obstruction/entraves.csv", asked).status_code == 400


@pytest.mark.parametrize("years", [("2000-01-01", "2000-02-29"), ("2100-01-01", "2100-12-31")])
def test_first_and_last_years_of_the_calendar_are_counted(helene: User, at_door: At, years: tuple[str, str]) -> None:
    assert at_door(helene).get(HEAD_PAGE, {"since": years[0], "until": years[1]}).status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("day", "0001-01-01"),
        ("day", "9999-12-31"),
        ("day", "31/02/2026"),
        ("building", "999999"),
        ("building", "x"),
        ("kind", "not_brought"),
        ("cause", "late"),
        ("facts", "   "),
        ("facts", "x" * 1001),
        ("who", "Nobody Atall"),
        ("token", "x"),
    ],
)
def test_wrong_fact_is_refused_and_nothing_typed_is_lost(
    unit_a: Unit, alice: User, at_door: At, name: str, value: str
) -> None:
    answer = at_door(alice).post(NOTE, fields(**{name: value}))

    assert answer.status_code == 422
    assert not Obstruction.objects.exists()
    if name != "facts":
        assert "called out on the landing" in answer.content.decode()


def test_building_of_another_establishment_is_unknown(unit_a: Unit, unit_b: Unit, alice: User, at_door: At) -> None:
    assert at_door(alice).post(NOTE, fields(building=unit_b.building.pk)).status_code == 422


def test_form_sent_twice_notes_once(unit_a: Unit, alice: User, at_door: At) -> None:
    visitor, sent = at_door(alice), fields()
    assert visitor.post(NOTE, sent).url == visitor.post(NOTE, sent).url
    assert Obstruction.objects.count() == 1


def test_fact_about_a_person_is_found_by_their_number(unit_a: Unit, alice: User, at_door: At) -> None:
    at_door(alice).post(NOTE, fields(who=unit_a.paul.register_number))

    assert Obstruction.objects.get().detainee == unit_a.paul


def test_second_editor_is_told_and_withdrawal_wants_a_reason(
    unit_a: Unit, alice: User, helene: User, at_door: At
) -> None:
    nurse, head = at_door(alice), at_door(helene)
    nurse.post(NOTE, fields())
    path = f"/obstruction/facts/{Obstruction.objects.get().pk}"
    assert nurse.post(f"{path}/correct", fields(facts="Another speciality.", revision=1)).status_code == 302

    answer = nurse.post(f"{path}/correct", fields(facts="A third.", revision=1))
    assert answer.status_code == 422
    assert "Somebody else changed" in answer.content.decode()
    assert head.post(f"{path}/serious", {"revision": 1}).status_code == 409
    assert head.post(f"{path}/withdraw", {"revision": 2, "reason": ""}).status_code == 422
    assert head.post(f"{path}/withdraw", {"revision": 2, "reason": "Twice."}).status_code == 302
    assert head.post(f"{path}/withdraw", {"revision": 3, "reason": "Again."}).status_code == 409
    assert nurse.get(f"{path}/correct").status_code == 409
    page = head.get(path).content.decode()
    assert "Twice." in page
    assert "The speciality was called out" in page


def test_page_asks_as_much_for_many_as_for_few(unit_a: Unit, helene: User, at_door: At) -> None:
    visitor = at_door(helene)

    def facts(number: int) -> None:
        for each in range(number):
            person = DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building)
            past(unit_a, (each, 9, 0), Status.NOT_COME, not_come_declared="EFFECTIF", detainee=person)
            past(unit_a, (each, 9, 30), Status.SEEN, detainee=person)
        count_again(unit_a.establishment, day(0), paris_day() + timedelta(days=1))

    facts(1)
    few = queries_of(lambda: visitor.get(HEAD_PAGE, period()))
    for each in range(1, 7):
        person = DetaineeFactory(establishment=unit_a.establishment, building=unit_a.other_building)
        past(unit_a, (each, 9, 0), Status.NOT_COME, not_come_declared="PARLOIR", detainee=person)
        past(unit_a, (each, 14, 0), Status.NOT_COME, not_come_declared="BLOCAGE", detainee=person)
    count_again(unit_a.establishment, day(0), day(9))

    assert queries_of(lambda: visitor.get(HEAD_PAGE, period())) == few
