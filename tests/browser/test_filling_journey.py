"""A nurse fills a half-day from the queue, changes what she wants otherwise, and fills a time that was freed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta

from playwright.sync_api import Page, expect

from access.models import User
from appointments.arithmetic.recurrence import HalfDay
from appointments.models import Appointment, ArrivalTime
from appointments.models.enums.appointment import Status
from tests.browser.steps import sign_in
from tests.conftest import Unit
from tests.factories import DetaineeFactory, RequestFactory, open_session, workday


def four_who_wait(unit: Unit) -> None:
    """Four people for the doctor, the longest wait first; the third would rather come in the afternoon."""
    place, today = unit.establishment, unit.establishment.today()
    for number, name in enumerate(("ABADIE", "BERNARD", "CARPENTIER", "DELMAS")):
        afternoon = [HalfDay.of(workday(1), is_afternoon=True).number] if name == "CARPENTIER" else []
        RequestFactory(
            detainee=DetaineeFactory(establishment=place, building=unit.building, last_name=name),
            kind=unit.consultation,
            received_on=today - timedelta(days=20),
            due_on=today - timedelta(days=9 - number),
            half_days=afternoon,
        )


def test_half_day_is_filled_and_a_freed_time_is_offered(unit_a: Unit, alice: User, visit: Callable[..., Page]) -> None:
    place, day = unit_a.establishment, workday(1)
    open_session(unit_a.doctor, day)
    ArrivalTime.objects.filter(establishment=place).update(most_people=3)
    four_who_wait(unit_a)
    page = sign_in(visit("care"), alice, path=f"/day/{day.isoformat()}")

    page.get_by_role("link", name="Fill: 10 free").click()
    expect(page.get_by_role("heading", name="3 people proposed")).to_be_visible()
    first = page.locator("tr", has_text="ABADIE")
    expect(first).to_contain_text("9 days late")
    expect(page.locator("tr", has_text="CARPENTIER").get_by_role("checkbox")).not_to_be_checked()
    page.locator("tr", has_text="DELMAS").get_by_role("checkbox").uncheck()
    first.get_by_label("Time").select_option("11:10")
    page.get_by_role("button", name="Book all that are ticked").click()
    expect(page.get_by_text("2 people are booked.")).to_be_visible()

    booked = Appointment.objects.get(detainee__last_name="ABADIE")
    assert booked.starts_at.astimezone(place.zone).time() == time(11, 10)
    page.goto(f"{page.url.split('/day')[0]}/appointment/{booked.pk}")
    page.get_by_label("Reason", exact=True).select_option(label="Refusal confirmed with the patient")
    page.get_by_role("button", name="Cancel the appointment").click()
    offer = page.locator(".freed")
    # Whoever refused that very half-day is not offered it again.
    expect(offer).to_contain_text("11:10 is free again")
    expect(offer).to_contain_text("DELMAS")
    page.locator("summary", has_text="Freed times").click()
    offer.get_by_role("link", name="Book this person").click()
    expect(page.get_by_label("Time", exact=True)).to_have_value("11:10")
    page.get_by_role("button", name="Book", exact=True).last.click()
    expect(page.get_by_text("DELMAS").first).to_be_visible()
    taken = Appointment.objects.get(detainee__last_name="DELMAS")
    assert (taken.starts_at, taken.status) == (booked.starts_at, Status.BOOKED)
