"""Two appointments exchange their times: in one agenda, across two, with the same rules as a move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.utils import translation

from access.models import AuditEntry, User
from appointments import booking
from appointments.booking import BookingRefused, ChangedMeanwhile
from appointments.models import Appointment, ConsultationSession, Movement
from appointments.models.enums.appointment import CancelReason
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import DetaineeFactory, appointment, local, open_session, shared_session, workday

AtDoor = Callable[[User], DoorClient]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Sentences are read in English, whoever was here before."""
    with translation.override("en"):
        yield


def at(unit: Unit, hour: int, minute: int = 0) -> datetime:
    return local(unit.establishment, workday(), hour, minute)


@pytest.fixture
def morning(unit_a: Unit) -> ConsultationSession:
    """Tomorrow 8:30 to 12:00 with the general practitioner."""
    return open_session(unit_a.doctor, workday())


@pytest.fixture
def paul(unit_a: Unit, morning: ConsultationSession) -> Appointment:
    """Paul at 08:50."""
    return appointment(unit_a.paul, morning, unit_a.consultation, at(unit_a, 8, 50))


@pytest.fixture
def karim(unit_a: Unit, morning: ConsultationSession) -> Appointment:
    """Karim at 11:10."""
    return appointment(unit_a.karim, morning, unit_a.consultation, at(unit_a, 11, 10))


def exchange(by: User, one: Appointment, other: Appointment) -> tuple[Appointment, Appointment]:
    return booking.exchange(by=by, one=one, one_revision=one.revision, other=other, other_revision=other.revision)


def test_two_people_exchange_their_times_and_are_called_anew(
    unit_a: Unit, paul: Appointment, karim: Appointment, alice: User
) -> None:
    exchange(alice, paul, karim)

    paul.refresh_from_db()
    karim.refresh_from_db()
    assert (paul.starts_at, karim.starts_at) == (at(unit_a, 11, 10), at(unit_a, 8, 50))
    assert (paul.revision, karim.revision) == (2, 2)
    called = Movement.objects.order_by("expected_at").values_list("last_name", "expected_at")
    assert list(called) == [("Benali", at(unit_a, 8, 30)), ("Durand", at(unit_a, 10, 30))]
    assert AuditEntry.objects.filter(verb="move").count() == 2


def test_exchange_across_two_agendas_keeps_each_duration(unit_a: Unit, paul: Appointment, helene: User) -> None:
    elsewhere = open_session(unit_a.psychiatrist, workday())
    karim = appointment(unit_a.karim, elsewhere, unit_a.psychiatry, at(unit_a, 10), minutes=30)

    exchange(helene, paul, karim)

    paul.refresh_from_db()
    karim.refresh_from_db()
    assert (paul.agenda, paul.starts_at, paul.ends_at) == (unit_a.psychiatrist, at(unit_a, 10), at(unit_a, 10, 20))
    assert (karim.agenda, karim.starts_at, karim.ends_at) == (unit_a.doctor, at(unit_a, 8, 50), at(unit_a, 9, 20))
    assert (paul.session, karim.session.agenda) == (elsewhere, unit_a.doctor)


def test_neighbours_of_unequal_length_exchange_when_both_still_fit(
    unit_a: Unit, morning: ConsultationSession, alice: User
) -> None:
    long = appointment(unit_a.paul, morning, unit_a.consultation, at(unit_a, 9), minutes=40)
    short = appointment(unit_a.karim, morning, unit_a.consultation, at(unit_a, 10), minutes=20)

    exchange(alice, long, short)

    short.refresh_from_db()
    assert short.starts_at == at(unit_a, 9)


def test_longer_one_does_not_run_into_the_next_person(
    unit_a: Unit, morning: ConsultationSession, paul: Appointment, alice: User
) -> None:
    third = DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building)
    appointment(third, morning, unit_a.consultation, at(unit_a, 9, 10))
    long = appointment(unit_a.karim, morning, unit_a.consultation, at(unit_a, 11), minutes=40)

    with pytest.raises(BookingRefused) as refused:
        exchange(alice, paul, long)

    assert refused.value.code == "short"
    paul.refresh_from_db()
    assert (paul.starts_at, paul.revision) == (at(unit_a, 8, 50), 1)


def test_person_expected_elsewhere_at_the_new_time_is_not_exchanged(
    unit_a: Unit, paul: Appointment, karim: Appointment, alice: User
) -> None:
    elsewhere = open_session(unit_a.psychiatrist, workday())
    appointment(unit_a.paul, elsewhere, unit_a.psychiatry, at(unit_a, 11))

    with pytest.raises(BookingRefused) as refused:
        exchange(alice, paul, karim)

    assert refused.value.code == "person"


def test_exchange_asks_for_the_right_on_both_agendas(unit_a: Unit, paul: Appointment, alice: User) -> None:
    elsewhere = open_session(unit_a.psychiatrist, workday())
    karim = appointment(unit_a.karim, elsewhere, unit_a.psychiatry, at(unit_a, 10))

    for one, other in ((paul, karim), (karim, paul)):
        with pytest.raises(BookingRefused) as refused:
            exchange(alice, one, other)
        assert refused.value.code == "right"


def test_exchange_needs_two_booked_appointments_as_they_were_seen(
    unit_a: Unit, paul: Appointment, karim: Appointment, alice: User
) -> None:
    with pytest.raises(BookingRefused, match="exchanged with another one"):
        exchange(alice, paul, paul)
    with pytest.raises(ChangedMeanwhile):
        booking.exchange(by=alice, one=paul, one_revision=1, other=karim, other_revision=7)
    booking.cancel(by=alice, appointment=karim, revision=1, reason=CancelReason.MISTAKE)
    karim.refresh_from_db()
    with pytest.raises(BookingRefused) as refused:
        exchange(alice, paul, karim)
    assert refused.value.code == "status"


def test_page_lists_the_day_exchanges_and_offers_to_exchange_back(
    unit_a: Unit, paul: Appointment, karim: Appointment, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    url = browser.url("appointment_exchange", paul.pk)

    page = browser.get(url)
    unchosen = browser.post(url, {"revision": 1})
    done = browser.post(url, {"revision": 1, "other": f"{karim.pk}|1"}, follow=True)

    assert "BENALI Karim" in page.text
    assert (unchosen.status_code, "Choose the appointment that takes this time." in unchosen.text) == (422, True)
    assert "Exchange them back" in done.text
    back = browser.post(url, {"revision": 2, "other": f"{karim.pk}|2"}, follow=True)
    assert back.status_code == 200
    paul.refresh_from_db()
    assert paul.starts_at == at(unit_a, 8, 50)


def test_stale_page_is_told_and_changes_nothing(
    unit_a: Unit, paul: Appointment, karim: Appointment, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    Appointment.objects.filter(pk=karim.pk).update(revision=5)

    answer = browser.post(browser.url("appointment_exchange", paul.pk), {"revision": 1, "other": f"{karim.pk}|1"})

    assert answer.status_code == 409
    assert "Somebody else changed this appointment meanwhile" in answer.text
    assert f"{karim.pk}|5" in answer.text


def test_exchange_with_a_full_half_day_gives_its_own_time_and_takes_the_hour(
    unit_a: Unit, paul: Appointment, alice: User
) -> None:
    half_day = shared_session(unit_a.doctor, workday(), capacity=1)
    karim = appointment(unit_a.karim, half_day, unit_a.consultation, half_day.starts_at, minutes=180)

    exchange(alice, paul, karim)

    paul.refresh_from_db()
    karim.refresh_from_db()
    assert (paul.session, paul.shares_time, paul.ends_at) == (half_day, True, half_day.ends_at)
    assert (karim.shares_time, karim.starts_at, karim.ends_at) == (False, at(unit_a, 8, 50), at(unit_a, 9, 10))


def test_two_of_one_half_day_have_nothing_to_exchange(unit_a: Unit, alice: User) -> None:
    half_day = shared_session(unit_a.doctor, workday())
    both = [
        appointment(person, half_day, unit_a.consultation, half_day.starts_at, minutes=180)
        for person in (unit_a.paul, unit_a.karim)
    ]

    with pytest.raises(BookingRefused, match="nothing to exchange"):
        exchange(alice, *both)
