"""A head is led from an empty unit to its first appointment; what is there counts, what is skipped waits."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from access.enums import Role
from access.models import Establishment, User
from access.policy import give
from appointments.models import Agenda, ArrivalTime, CareUnit, Kind, PublicationTime, Room, SetUpAnswer
from appointments.models.enums.planning import SetUpStep, SetUpWord
from appointments.planning import PlanningRefused
from appointments.planning.set_up import answer_step
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import member, open_session, unit_of, workday


@pytest.fixture
def place(db: None, capsys: Any) -> Establishment:
    """A prison as the installer creates it: with its hours, without an agenda, a kind, a person."""
    call_command("create_establishment", "MA-NEW", name="Maison d’arrêt neuve", building=["A", "B"])
    return Establishment.objects.get(code="MA-NEW")


@pytest.fixture
def maud(place: Establishment) -> User:
    return member(Role.HEAD, place, username="maud")


def address(unit: CareUnit, step: str, name: str = "set_up_step") -> str:
    return reverse(name, args=[unit.pk, step], urlconf="carehub.urls.care")


def test_head_of_a_new_house_is_led_to_the_set_up_once_and_nobody_else_is(
    place: Establishment, maud: User, at_door: AtDoor
) -> None:
    nurse = member(Role.NURSE, place, username="nadia")
    head = at_door(maud)

    first = head.get("/")
    page = head.get("/", follow=True)

    assert (first.status_code, first["Location"]) == (302, "/set-up/")
    assert page.status_code == 200
    assert "Set up the unit, step by step" in page.text
    assert "Welcome" in head.get("/set-up/", follow=True).text
    assert at_door(nurse).get("/").status_code == 200
    assert at_door(nurse).get("/set-up/").status_code == 403


def test_head_who_has_begun_or_whose_unit_works_finds_the_agenda(
    place: Establishment, maud: User, unit_a: Unit, helene: User, at_door: AtDoor
) -> None:
    answer_step(unit_of(place), by=maud, step=SetUpStep.ROOMS, word=SetUpWord.LATER)

    assert at_door(maud).get("/").status_code == 200
    assert at_door(helene).get("/").status_code == 200
    assert "Set-up" in at_door(helene).get("/retention").text


def test_hours_of_the_installer_are_there_and_wait_for_the_heads_word(
    place: Establishment, maud: User, at_door: AtDoor
) -> None:
    head, unit = at_door(maud), unit_of(place)
    page = head.get(address(unit, "hours")).text
    assert "08:30" in page
    assert "15:30" in page
    assert "<strong>0 of 7</strong>" in page

    answer = head.post(address(unit, "hours"), {"word": "done"})

    assert answer["Location"] == address(unit, "kinds")
    assert "<strong>1 of 7</strong>" in head.get(address(unit, "kinds")).text


def test_pages_of_the_planning_lead_back_to_the_step(place: Establishment, maud: User, at_door: AtDoor) -> None:
    head, unit = at_door(maud), unit_of(place)
    way = f"?set-up={unit.pk}-hours"

    asked = head.get(f"{head.url('planning_arrivals')}{way}&change=add&at=11:00").text
    added = head.post(head.url("planning_arrivals") + way, {"change": "add", "at": "11:00"})
    published = head.post(head.url("planning_publications") + way, {"change": "add", "at": "09:00"})
    kind = head.post(
        f"{head.url('planning_kind_new')}?set-up={unit.pk}-kinds",
        {"name": "Audiométrie", "discipline": "specialist", "default_minutes": 20},
    )

    assert f'action="/planning/arrivals{way}"' in asked
    assert {added["Location"], published["Location"]} == {address(unit, "hours")}
    assert kind["Location"] == address(unit, "kinds")
    assert ArrivalTime.objects.filter(establishment=place, at="11:00").exists()
    assert PublicationTime.objects.filter(establishment=place, at="09:00").exists()


@pytest.mark.parametrize("way", ["x", "1", "-kinds", "1-KINDS", "1-kinds/../..", "//evil.example", "9" * 30 + "-list"])
def test_nonsense_in_the_address_leads_to_the_planning(
    place: Establishment, maud: User, at_door: AtDoor, way: str
) -> None:
    head = at_door(maud)

    answer = head.post(f"{head.url('planning_room_new')}?set-up={way}", {"name": "Salle 9"})

    assert (answer.status_code, answer["Location"]) == (302, "/planning/")


def test_usual_kinds_and_rooms_are_added_by_ticks_and_not_offered_again(
    place: Establishment, maud: User, at_door: AtDoor
) -> None:
    head, unit = at_door(maud), unit_of(place)

    kinds = head.post(address(unit, "kinds", "set_up_add"), {"chosen": ["dentistry", "psychology"]})
    rooms = head.post(address(unit, "rooms", "set_up_add"), {"chosen": ["dental"]})

    assert kinds["Location"] == address(unit, "kinds")
    assert rooms["Location"] == address(unit, "rooms")
    found = (
        Kind.objects.filter(unit=unit).order_by("default_minutes").values_list("name", "discipline", "default_minutes")
    )
    assert list(found) == [("Dental care", "dentistry", 30), ("Psychologist’s interview", "psychology", 45)]
    assert [room.name for room in Room.objects.filter(establishment=place)] == ["Dental surgery"]
    page = head.get(address(unit, "kinds")).text
    assert 'value="dentistry"' not in page
    assert 'value="blood"' in page


def test_nothing_ticked_or_something_unknown_is_refused(place: Establishment, maud: User, at_door: AtDoor) -> None:
    head, unit = at_door(maud), unit_of(place)

    for typed in ({}, {"chosen": "surgery"}, {"chosen": ["dentistry", ""]}):
        answer = head.post(address(unit, "kinds", "set_up_add"), typed)
        assert answer.status_code == 422
        assert "field-error" in answer.text
    assert Kind.objects.filter(unit=unit).count() == 0


def test_agendas_are_added_one_after_the_other_with_what_was_typed_kept(
    place: Establishment, maud: User, at_door: AtDoor
) -> None:
    head, unit = at_door(maud), unit_of(place)
    typed = {"name": "Dr Martin", "discipline": "general", "position": 0, "owner": maud.pk}

    assert head.post(address(unit, "agendas", "set_up_add"), typed).status_code == 302
    twice = head.post(address(unit, "agendas", "set_up_add"), typed)

    assert twice.status_code == 422
    assert 'value="Dr Martin"' in twice.text
    assert "already an agenda of this name" in twice.text
    assert [(one.name, one.unit) for one in Agenda.objects.filter(establishment=place)] == [("Dr Martin", unit)]
    assert 'value="1"' in head.get(address(unit, "agendas")).text


def test_empty_step_can_be_skipped_and_not_called_done(place: Establishment, maud: User, at_door: AtDoor) -> None:
    head, unit = at_door(maud), unit_of(place)

    done = head.post(address(unit, "rooms"), {"word": "done"})
    nothing = head.post(address(unit, "rooms"), {"word": "never"})
    later = head.post(address(unit, "rooms"), {"word": "later"})

    assert (done.status_code, nothing.status_code, later.status_code) == (422, 422, 302)
    assert "Add something, or skip it for now." in done.text
    assert later["Location"] == address(unit, "agendas")
    page = head.get(f"/set-up/{unit.pk}").text
    assert "for later" in page
    assert "Go on with: Hours of the house" in page


def test_accounts_step_tells_who_sees_and_books_what(place: Establishment, maud: User, at_door: AtDoor) -> None:
    unit, nurse = unit_of(place), member(Role.NURSE, place, username="nadia")
    head = at_door(maud)
    for name in ("Dr Martin", "Soins"):
        head.post(
            address(unit, "agendas", "set_up_add"), {"name": name, "discipline": "general", "position": 0, "owner": ""}
        )
    give(nurse, "view_agenda", Agenda.objects.get(name="Soins"))

    page = head.get(address(unit, "accounts")).text

    assert page.count("<td>Soins</td>") == 1
    assert "every agenda of the unit" in page
    assert "Dr Martin, Soins." in page


def test_heads_of_other_houses_and_wrong_steps_get_nothing(
    place: Establishment, unit_a: Unit, helene: User, at_door: AtDoor
) -> None:
    head, theirs, own = at_door(helene), unit_of(place), unit_of(unit_a.establishment)

    for unit, step in ((theirs, "kinds"), (own, "kitchen"), (own, "x" * 300)):
        assert head.get(address(unit, step)).status_code == 404
        assert head.post(address(unit, step), {"word": "later"}).status_code == 404
        assert head.post(address(unit, step, "set_up_add"), {"chosen": "dental"}).status_code == 404
    assert head.post(address(own, "hours", "set_up_add"), {"chosen": "dental"}).status_code == 404
    assert SetUpAnswer.objects.count() == 0


def test_unit_is_complete_when_everything_is_there(unit_a: Unit, helene: User, at_door: AtDoor) -> None:
    head, unit = at_door(helene), unit_of(unit_a.establishment)
    with pytest.raises(PlanningRefused):
        answer_step(unit, by=helene, step=SetUpStep.ROOMS, word=SetUpWord.DONE)
    head.post(address(unit, "rooms", "set_up_add"), {"chosen": ["dental"]})
    for agenda in Agenda.objects.filter(unit=unit):
        open_session(agenda, workday(1))
    for step in ("hours", "accounts"):
        head.post(address(unit, step), {"word": "done"})

    page = head.get("/set-up/", follow=True).text

    assert "The unit is ready" in page
    assert "<strong>7 of 7</strong>" in page
