"""A head asks for the figures of other days: the page says that they are being counted, and shows them by itself."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from access.models import User
from appointments.models import Appointment
from appointments.models.enums.appointment import Status
from appointments.statistics.kept import count_asked
from tests.browser.scenes import here
from tests.browser.steps import sign_in
from tests.conftest import Unit
from tests.factories import appointment, local, open_session


def test_figures_of_other_days_come_by_themselves_once_they_are_counted(
    unit_a: Unit, helene: User, visit: Callable[..., Page]
) -> None:
    day = here(unit_a.establishment, days=-40)
    session = open_session(unit_a.doctor, day)
    one = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9, 40))
    Appointment.objects.filter(pk=one.pk).update(status=Status.SEEN)
    page = sign_in(visit("care"), helene, path=f"/statistics/?since={day}&until={day}")
    expect(page.get_by_text("have not been counted yet")).to_be_visible()

    page.get_by_role("button", name="Count").click()
    expect(page.get_by_text("These days are being counted")).to_be_visible()
    list(count_asked())

    expect(page.get_by_role("heading", name="What became of the appointments")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("These days are being counted")).to_have_count(0)
    expect(page.get_by_role("link", name="Spreadsheet (CSV)")).to_be_visible()
