"""Outside the opening hours an officer's alert brings somebody: two clicks, and nothing of it waits any longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from access.models import User
from appointments.models import Alert, Appointment, Movement, Request
from appointments.models.enums.appointment import Status
from appointments.models.enums.request import RequestStatus
from tests.browser.steps import sign_in
from tests.conftest import Unit
from tests.factories import RequestFactory, local


def test_whoever_an_alert_brings_is_written_down_in_two_clicks(
    unit_a: Unit, alice: User, visit: Callable[..., Page]
) -> None:
    asked = RequestFactory(detainee=unit_a.paul, kind=unit_a.consultation)
    Alert.objects.create(
        establishment=unit_a.establishment,
        building=unit_a.building,
        register_number=unit_a.paul.register_number,
        last_name=unit_a.paul.last_name,
        urgency="now",
    )
    page = sign_in(visit("care"), alice)
    page.goto("/alerts")

    page.get_by_role("link", name="Seen now").click()
    expect(page.get_by_label(f"This visit answers it: {unit_a.consultation.name}")).to_be_checked()
    page.get_by_role("button", name="Seen now").last.click()

    expect(page.get_by_text("Recorded as seen")).to_be_visible()
    made = Appointment.objects.get()
    assert (made.status, made.is_unplanned) == (Status.SEEN, True)
    assert not Alert.objects.filter(received_at=None).exists()
    assert not Movement.objects.exists()
    assert Request.objects.get(pk=asked.pk).status == RequestStatus.ANSWERED
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text("Recorded as seen")).to_be_hidden()
    assert Request.objects.get(pk=asked.pk).status == RequestStatus.OPEN


def test_after_an_outage_a_visit_is_entered_with_the_minute_of_the_paper(
    unit_a: Unit, alice: User, visit: Callable[..., Page]
) -> None:
    yesterday = unit_a.establishment.today() - timedelta(days=1)
    page = sign_in(visit("care"), alice)
    page.goto(f"/seen-now?person={unit_a.paul.pk}")

    page.get_by_text("Seen earlier").click()
    page.get_by_role("textbox", name="Day").fill(yesterday.isoformat())
    page.get_by_role("button", name="Seen now").last.click()
    expect(page.get_by_text("Say at what time the person was seen that day.", exact=True)).to_be_visible()
    page.get_by_role("textbox", name="Time").fill("22:40")
    page.get_by_role("button", name="Seen now").last.click()

    expect(page.get_by_text("Recorded as seen")).to_be_visible()
    assert yesterday.isoformat() in page.url
    assert Appointment.objects.get().starts_at == local(unit_a.establishment, yesterday, 22, 40)
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text("Recorded as seen")).to_be_hidden()
    assert Appointment.objects.get().status == Status.CANCELLED
