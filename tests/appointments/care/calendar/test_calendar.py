"""A practitioner's calendar: their own time, nobody's name."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

import vobject
from django.core.management import call_command
from django.utils import timezone

from access.models import CalendarAddress, Membership, User
from access.policy import take_back
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import appointment, local, open_session, paris_day, workday


def address_of(browser, agenda) -> str:
    page = browser.post(browser.url("calendar_open", agenda.pk), follow=True).content.decode()
    found = re.search(r'value="http://testserver(/calendar/feed/[^"]+\.ics)"', page)
    assert found
    return found[1]


def test_feed_is_read_by_another_parser_and_names_nobody(unit_a: Unit, bob: User, at_door) -> None:
    day = workday(1)
    session = open_session(unit_a.psychiatrist, day)
    made = appointment(unit_a.paul, session, unit_a.psychiatry, local(unit_a.establishment, day, 9, 10), minutes=30)
    path = address_of(at_door(bob), unit_a.psychiatrist)

    content = DoorClient("care").get(path).content.decode()

    events = {event.uid.value: event for event in vobject.readOne(content).vevent_list}
    assert events[f"{made.pk}@carehub.invalid"].dtstart.value == made.starts_at
    assert events[f"{made.pk}@carehub.invalid"].summary.value == "Psychiatric interview"
    assert len(events) == 2
    for secret in ("Durand", "DURAND", "Paul", "004217", "A-2-214"):
        assert secret not in content


def test_feed_ends_with_the_address_the_right_and_the_account(unit_a: Unit, bob: User, alice: User, at_door) -> None:
    browser = at_door(bob)
    first = address_of(browser, unit_a.psychiatrist)
    second = address_of(browser, unit_a.psychiatrist)
    reader = DoorClient("care")

    assert reader.get(first).status_code == 404
    assert reader.get(second).status_code == 200
    assert DoorClient("prison").get(second.replace("/feed", "")).status_code == 404

    take_back(bob, "view_agenda", unit_a.psychiatrist)
    assert reader.get(second).status_code == 404

    third = address_of(at_door(alice), unit_a.doctor)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert reader.get(third).status_code == 404


def test_address_ends_by_itself_and_is_renewed_with_one_click(unit_a: Unit, bob: User, alice: User, at_door) -> None:
    browser, key = at_door(bob), unit_a.psychiatrist.pk
    path = address_of(browser, unit_a.psychiatrist)
    page = browser.get("/calendar/").content.decode()
    assert ("works until" in page, "not used yet" in page, "when your role ends" in page) == (True, True, False)
    bob.memberships.update(valid_until=paris_day() + timedelta(days=9))
    assert "when your role ends" in browser.get("/calendar/").content.decode()
    CalendarAddress.objects.update(expires_at=timezone.now() - timedelta(minutes=1))

    ended = DoorClient("care").get(path)
    assert (ended.status_code, b"VCALENDAR" in ended.content) == (404, False)
    assert "Its time is over" in browser.get("/calendar/").content.decode()

    assert at_door(alice).post(f"/calendar/{key}/renew").status_code == 404
    assert browser.post(f"/calendar/{key}/renew").status_code == 302
    assert DoorClient("care").get(path).status_code == 200
    ends_in = CalendarAddress.objects.get().expires_at - timezone.now()
    assert timedelta(days=182) < ends_in < timedelta(days=184)


def test_page_tells_the_last_day_of_the_role_where_it_comes_before_the_end_of_the_address(
    unit_a: Unit, bob: User, at_door
) -> None:
    last = unit_a.establishment.today() + timedelta(days=3)
    Membership.objects.filter(user=bob).update(valid_until=last)
    browser = at_door(bob)
    address_of(browser, unit_a.psychiatrist)

    page = browser.get(browser.url("calendar")).content.decode()

    assert re.search(rf"works until\s+{last:%d/%m/%Y}", page)


def test_address_ends_with_the_role_for_good(unit_a: Unit, bob: User, at_door) -> None:
    path = address_of(at_door(bob), unit_a.psychiatrist)
    role = Membership.objects.filter(user=bob)
    begun, ended = unit_a.establishment.today() - timedelta(days=9), unit_a.establishment.today() - timedelta(days=1)
    role.update(valid_from=begun, valid_until=ended)
    assert DoorClient("care").get(path).status_code == 404

    call_command("purge_leftovers", stdout=StringIO())
    role.update(valid_until=None)
    assert DoorClient("care").get(path).status_code == 404
    assert CalendarAddress.objects.count() == 1
    # Long over, its row goes, too.
    CalendarAddress.objects.update(revoked_at=timezone.now() - timedelta(days=31))
    call_command("purge_leftovers", stdout=StringIO())
    assert not CalendarAddress.objects.exists()


def test_revoked_address_is_worth_nothing(unit_a: Unit, bob: User, at_door) -> None:
    browser = at_door(bob)
    path = address_of(browser, unit_a.psychiatrist)

    browser.post(browser.url("calendar_revoke", unit_a.psychiatrist.pk))

    assert DoorClient("care").get(path).status_code == 404
