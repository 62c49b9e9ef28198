"""Emergency access as carers meet it: an hour beside their scope, a banner, the head's list of the next morning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from access.models import AccountEvent, AuditEntry, Custodian, Membership, User
from appointments import emergency
from appointments.emergency import EmergencyRefused
from appointments.models import Appointment, EmergencyAccess
from appointments.rights import Rights, agendas_bookable_by, agendas_visible_to, appointments_visible_to
from tests.conftest import Unit
from tests.doors import DoorClient, through
from tests.factories import appointment, local, open_session, workday

Browser = Callable[[User], DoorClient]
REASON = "Psychotic crisis, nobody of psychiatry here"


def rights(unit: Unit, user: User) -> Rights:
    return Rights(user, unit.establishment)


def let_pass(access: EmergencyAccess, minutes: int) -> None:
    """Let so much time pass since `access` began: the database lets nobody else change its times."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE appointments_emergencyaccess DISABLE TRIGGER emergency_kept")
        cursor.execute(
            "UPDATE appointments_emergencyaccess SET began_at = began_at - %s, until = until - %s,"
            " word_until = word_until - %s WHERE id = %s",
            [timedelta(minutes=minutes)] * 3 + [access.pk],
        )
        cursor.execute("ALTER TABLE appointments_emergencyaccess ENABLE TRIGGER emergency_kept")


@pytest.fixture
def booked(unit_a: Unit) -> Appointment:
    """Paul at the general practitioner, whom Bob does not see."""
    day = workday()
    session = open_session(unit_a.doctor, day)
    return appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9, 0))


def test_carer_reaches_an_agenda_for_an_hour_books_in_it_and_no_longer(
    unit_a: Unit, bob: User, booked: Appointment, at_door: Browser
) -> None:
    browser = at_door(bob)
    assert browser.get(f"/appointment/{booked.pk}").status_code == 404

    for wrong in ({"reason": REASON}, {"agenda": unit_a.doctor.pk, "reason": "urgent"}, {"agenda": unit_a.doctor.pk}):
        answer = browser.post("/emergency", wrong)
        assert answer.status_code == 422
        assert wrong.get("reason", "") in answer.content.decode()
    taken = browser.post("/emergency", {"agenda": unit_a.doctor.pk, "reason": REASON})
    assert taken.status_code == 302
    page = browser.get(taken.url).content.decode()
    assert "recorded with your reason" in page
    assert browser.get(f"/appointment/{booked.pk}").status_code == 200
    held = rights(unit_a, bob)
    assert unit_a.doctor in agendas_visible_to(held)
    assert unit_a.doctor in agendas_bookable_by(held)
    access = EmergencyAccess.objects.get()
    assert (access.reason, access.user) == (REASON, bob)
    line = AuditEntry.objects.filter(verb="break_glass").values_list("username", "target_id").get()
    assert line == ("bob", str(access.pk))
    # What lasts longer than the hour is not opened by it.
    assert browser.post(f"/calendar/{unit_a.doctor.pk}/open").status_code == 404

    let_pass(access, 61)
    assert browser.get(f"/appointment/{booked.pk}").status_code == 404
    assert "recorded with your reason" not in browser.get("/").content.decode()
    assert unit_a.doctor not in agendas_visible_to(rights(unit_a, bob))


def test_persons_appointments_are_seen_and_not_changed_and_it_ends_with_a_button(
    unit_a: Unit, bob: User, alice: User, booked: Appointment, at_door: Browser
) -> None:
    browser = at_door(bob)
    typed = {"person": unit_a.paul.pk, "reason": REASON}
    assert browser.get(f"/emergency?person={unit_a.paul.pk}").status_code == 200
    assert browser.post("/emergency", typed).url == f"/people/{unit_a.paul.pk}"
    assert unit_a.doctor.name in browser.get(f"/people/{unit_a.paul.pk}").content.decode()
    assert browser.get(f"/appointment/{booked.pk}").status_code == 200
    assert unit_a.doctor not in agendas_bookable_by(rights(unit_a, bob))
    answer = browser.post(f"/appointment/{booked.pk}/cancel", {"revision": booked.revision})
    assert answer.status_code in {403, 404, 422}
    booked.refresh_from_db()
    assert booked.status == "booked"

    page = browser.get(f"/people/{unit_a.paul.pk}").content.decode()
    assert ("Agendas that you do not see" in page, f"/emergency?person={unit_a.paul.pk}" in page) == (False, False)

    # A second time while it runs changes nothing, and says so; nobody else's hour is ended.
    page = browser.post("/emergency", typed | {"reason": "Another reason, for the second time"}, follow=True)
    assert "runs already" in page.content.decode()
    assert browser.get(f"/emergency?person={unit_a.paul.pk}").url == f"/people/{unit_a.paul.pk}"
    access = EmergencyAccess.objects.get()
    assert at_door(alice).post(f"/emergency/{access.pk}/end").status_code == 404
    assert browser.post(f"/emergency/{access.pk}/end").status_code == 302
    assert browser.get(f"/appointment/{booked.pk}").status_code == 404
    assert not appointments_visible_to(rights(unit_a, bob)).exists()


def test_head_of_another_unit_foreign_rows_and_officers_gain_nothing(
    unit_a: Unit, unit_b: Unit, bob: User, helene: User, oscar: User, booked: Appointment, at_door: Browser
) -> None:
    browser = at_door(bob)
    assert browser.post("/emergency", {"agenda": unit_b.doctor.pk, "reason": REASON}).status_code == 422
    assert browser.post("/emergency", {"person": unit_b.paul.pk, "reason": REASON}).status_code == 422
    assert browser.get(f"/emergency?person={unit_b.paul.pk}").status_code == 404
    assert browser.get("/emergency?person=x").status_code == 404
    assert at_door(helene).post("/emergency", {"agenda": unit_a.doctor.pk, "reason": REASON}).status_code == 422
    assert at_door(oscar).get("/emergency").status_code == 404
    with through("care"), pytest.raises(EmergencyRefused):
        emergency.begin(unit_b.establishment, by=bob, reason=REASON, agenda=unit_a.doctor)
    # An hour at A opens nothing at B, where Bob works too.
    browser.post("/emergency", {"person": unit_a.paul.pk, "reason": REASON})
    Membership.objects.create(
        user=bob, establishment=unit_b.establishment, side="care", role="clinician", valid_from="2020-01-01"
    )
    assert rights(unit_b, bob).emergencies == []
    assert len(rights(unit_a, bob).emergencies) == 1


def test_head_finds_it_the_next_morning_and_says_whether_it_was_justified(
    unit_a: Unit, alice: User, bob: User, helene: User, booked: Appointment, at_door: Browser
) -> None:
    at_door(bob).post("/emergency", {"agenda": unit_a.doctor.pk, "reason": REASON})
    access, head = EmergencyAccess.objects.get(), at_door(helene)
    assert "emergency access to look at" in head.get("/").content.decode()
    assert at_door(alice).get("/second-person/").status_code == 404
    let_pass(access, 60 * 48)
    assert "1 without a second word in time" in head.get("/").content.decode()
    page = head.get("/second-person/").content.decode()
    assert REASON in page
    assert "no second word in time" in page

    judged = f"/second-person/accesses/{access.pk}"
    assert head.post(judged, {"word": "x"}).status_code == 400
    assert head.post(judged, {"word": "refused"}).status_code == 302
    assert head.post(judged, {"word": "confirmed"}).status_code == 409
    assert "emergency access to look at" not in head.get("/").content.decode()
    assert AccountEvent.objects.filter(user=bob, what="glass_refused").exists()
    assert "found your emergency access unjustified" in at_door(bob).get("/").content.decode()


def test_named_colleague_judges_others_and_never_themselves_and_only_while_named(
    unit_a: Unit, alice: User, bob: User, helene: User, at_door: Browser
) -> None:
    head = at_door(helene)
    assert head.post("/second-person/", {"user": ""}).status_code == 422
    assert head.post("/second-person/", {"user": bob.pk}).status_code == 302
    custodian = Custodian.objects.get()
    browser = at_door(bob)
    browser.post("/emergency", {"agenda": unit_a.doctor.pk, "reason": REASON})
    own = EmergencyAccess.objects.get()
    assert browser.post(f"/second-person/accesses/{own.pk}", {"word": "confirmed"}).status_code == 409
    with through("care"):
        emergency.end(unit_a.establishment, by=bob, key=own.pk)
    assert browser.post("/second-person/", {"user": alice.pk}).status_code == 404

    assert head.post(f"/second-person/named/{custodian.pk}/end").status_code == 302
    assert browser.get("/second-person/").status_code == 404
    EmergencyAccess.objects.get()
