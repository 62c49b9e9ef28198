"""The unit's figures, against a small world that was counted by hand, and sums that must agree in any world."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.formats import date_format
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.models import Establishment, User
from access.policy import give
from appointments.care.statistics import chart
from appointments.models import Agenda, Appointment, CountedFigures
from appointments.models.enums.appointment import CARE_MAY_SAY, PRISON_MAY_SAY, CancelReason, NotComeReason, Status
from appointments.models.enums.request import RequestStatus
from appointments.rights import Rights
from appointments.statistics import Period
from appointments.statistics.causes import GROUPS, PRISON_SIDE
from appointments.statistics.counting import WeekOutcomes
from appointments.statistics.kept import MOST_ASKED, count_asked, count_night
from appointments.statistics.report import Share, causes, outcomes
from tests.appointments.statistics.counted import asked_for, figures_now
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import DetaineeFactory, RequestFactory, appointment, escort, local, open_session, paris_day

At = Callable[[User], DoorClient]
# A busy machine is slow, not wrong.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
BACK = 10


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Labels are compared as words, whatever language the last page of another test was in."""
    with translation.override("en"):
        yield


def day(number: int = 0) -> date:
    """A day that is past, some days after the first of the small world."""
    return paris_day() - timedelta(days=BACK - number)


def past(unit: Unit, at: tuple[int, int, int], status: str, **fields: object) -> Appointment:
    """An appointment of the past: (day, hour, minute), booked four days before unless told otherwise."""
    number, hour, minute = at
    agenda = fields.pop("agenda", unit.doctor)
    starts_at = local(unit.establishment, day(number), hour, minute)
    session = agenda.sessions.filter(starts_at__lte=starts_at, ends_at__gt=starts_at).first()
    if session is None:
        half = (8, 12) if hour < 13 else (13, 17)
        session = open_session(agenda, day(number), *half, start_minute=0)
    waited = fields.pop("waited", 4.0)
    fields.setdefault("detainee", unit.paul)
    row = Appointment.objects.create(
        establishment=unit.establishment,
        agenda=agenda,
        session=session,
        kind=fields.pop("kind", unit.consultation),
        called_at=starts_at,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=20),
        status=status,
        **fields,
    )
    Appointment.objects.filter(pk=row.pk).update(booked_at=starts_at - timedelta(days=waited))
    return row


@pytest.fixture
def small_world(unit_a: Unit) -> Unit:
    """Twelve appointments of two agendas on three days."""
    # The doctor's first morning: of four booked two were not brought, so that the half-day is lost.
    past(unit_a, (0, 9, 0), Status.SEEN, waited=2)
    past(unit_a, (0, 9, 30), Status.SEEN, waited=10)
    past(unit_a, (0, 10, 0), Status.NOT_COME, not_come_declared="EFFECTIF")
    past(unit_a, (0, 10, 30), Status.NOT_COME, not_come_declared="PARLOIR", detainee=unit_a.karim)
    # The next morning: a reported refusal, a confirmed one, one that care knows better; one booked by mistake.
    past(unit_a, (1, 9, 0), Status.NOT_COME, not_come_declared="REF_DECL")
    past(unit_a, (1, 9, 30), Status.NOT_COME, not_come_declared="REF_DECL", not_come_reason="REF_CONF")
    past(unit_a, (1, 10, 0), Status.NOT_COME, not_come_declared="REF_DECL", not_come_reason="NON_APPELE")
    past(unit_a, (1, 10, 30), Status.CANCELLED, cancel_reason=CancelReason.MISTAKE)
    # The psychiatrist's afternoon: no reason from care, a visit from the prison; a cancellation; nothing noted yet.
    other = {"agenda": unit_a.psychiatrist, "kind": unit_a.psychiatry}
    past(unit_a, (1, 14, 0), Status.NOT_COME, not_come_declared="PARLOIR", not_come_reason="SANS_MOTIF", **other)
    past(unit_a, (1, 14, 30), Status.CANCELLED, cancel_reason=CancelReason.UNIT_ABSENT, **other)
    past(unit_a, (1, 15, 0), Status.BOOKED, detainee=unit_a.karim, **other)
    past(unit_a, (2, 14, 0), Status.SEEN, waited=1, **other)
    return unit_a


def report(unit: Unit, user: User, **chosen: object):
    period = Period(day(), paris_day())
    return figures_now(Rights(user, unit.establishment), period, agendas=chosen.pop("agendas", None), **chosen)


def numbers(parts: list[Share]) -> dict[str, int]:
    return {str(part.label): part.number for part in parts if part.number}


def test_outcomes_add_up_to_what_was_booked(small_world: Unit, helene: User) -> None:
    found = report(small_world, helene)

    assert numbers(found.outcomes) == {
        "Seen": 3,
        "Did not come": 6,
        "Cancelled by care": 1,
        "Outcome not recorded yet": 1,
    }
    assert (found.booked, found.mistakes) == (11, 1)


def test_refusal_counts_once_care_has_confirmed_it_and_waits_before(small_world: Unit, helene: User) -> None:
    found = report(small_world, helene)

    assert numbers(found.causes) == {
        "Refusal, confirmed with the patient": 1,
        "Refusal reported by the prison, not verified": 1,
        "Kept by another activity or summons": 2,
        "Not brought, or brought too late": 2,
    }
    # Care says that the person was not called: its word holds against the refusal reported by the prison.
    [not_brought] = [part for part in found.causes if "Not brought" in str(part.label)]
    assert numbers(not_brought.parts) == {"Staff shortage": 1, "Not called, says the patient": 1}


def test_lost_half_day_needs_half_of_at_least_two_for_the_prisons_reasons(small_world: Unit, helene: User) -> None:
    found = report(small_world, helene)

    # Two of four on the first morning; one of two in the psychiatrist's afternoon; one of three the next morning.
    assert [(one.agenda, one.booked, one.lost) for one in found.lost] == [("Dr Bob", 2, 1), ("Dr Leroy", 4, 2)]
    assert found.sessions == 3


def test_waits_are_counted_from_the_request_else_from_the_booking(small_world: Unit, helene: User) -> None:
    interview = Appointment.objects.get(agenda=small_world.psychiatrist, status=Status.SEEN)
    asked_on = day(2) - timedelta(days=20)
    RequestFactory(
        detainee=interview.detainee,
        kind=small_world.psychiatry,
        appointment=interview,
        status=RequestStatus.ANSWERED,
        received_on=asked_on,
    )

    found = report(small_world, helene)

    assert [(wait.kind, wait.number, wait.asked) for wait in found.waits] == [
        ("Consultation", 2, 0),
        ("Psychiatric interview", 1, 1),
    ]
    assert [(round(wait.median, 2), round(wait.ninth, 2)) for wait in found.waits] == [
        (6.0, 9.2),
        (pytest.approx(20 + 14 / 24, abs=0.06), pytest.approx(20 + 14 / 24, abs=0.06)),
    ]


def test_half_days_and_buildings_count_the_same_appointments(small_world: Unit, helene: User) -> None:
    found = report(small_world, helene)

    halves = [(half.building, half.is_morning, half.booked, half.seen, half.not_come) for half in found.halves]
    assert halves == [("A", True, 6, 2, 4), ("A", False, 2, 1, 1), ("B", True, 1, 0, 1), ("B", False, 1, 0, 0)]
    assert sum(half.booked for half in found.halves) == found.booked - 1  # the cancelled one
    assert sum(week.seen for week in found.weeks) == 3


def test_cancellations_are_counted_by_reason_without_mistakes(small_world: Unit, helene: User) -> None:
    assert numbers(report(small_world, helene).cancellations) == {"Practitioner absent": 1}


def test_nothing_that_is_still_to_come_is_counted(unit_a: Unit, helene: User) -> None:
    tomorrow = paris_day() + timedelta(days=1)
    session = open_session(unit_a.doctor, tomorrow)
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, tomorrow, 9))

    period = Period(day(), paris_day() + timedelta(days=30))

    assert figures_now(Rights(helene, unit_a.establishment), period, agendas=None).booked == 0


def test_clinician_counts_his_own_agenda_only(small_world: Unit, bob: User, at_door: At) -> None:
    give(bob, "view_agenda", small_world.doctor)
    count_night(small_world.establishment)
    browser = at_door(bob)

    page = browser.get(browser.url("statistics"))
    foreign = browser.get(browser.url("statistics"), {"agenda": small_world.doctor.pk})

    assert page.context["report"].booked == 4
    assert foreign.status_code == 422
    assert "Dr Leroy" not in foreign.content.decode()


def test_clinician_without_an_agenda_of_his_own_counts_nothing(small_world: Unit, bob: User, at_door: At) -> None:
    Agenda.objects.update(owner=None)
    browser = at_door(bob)

    page = browser.get(browser.url("statistics"))

    assert "Nothing was booked in this period" in page.content.decode()


def test_file_holds_the_figures_and_says_that_they_are_confidential(
    small_world: Unit, helene: User, at_door: At
) -> None:
    count_night(small_world.establishment)
    browser = at_door(helene)

    answer = browser.get(browser.url("statistics_csv"))

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][0].startswith("Confidential")
    assert "confidentiel" in answer["Content-Disposition"]
    assert ["What became of the appointments", "Seen", "all", "3", "11"] in rows
    assert ["Lost half-days", "", "half-days", "2", "3"] in rows


def test_file_runs_no_name_as_a_formula(small_world: Unit, helene: User, at_door: At) -> None:
    Establishment.objects.update(name="=HYPERLINK(1)")
    Agenda.objects.filter(pk=small_world.doctor.pk).update(name="\uff1d1+1")
    browser, chosen = at_door(helene), {"since": day(0), "until": day(1), "agenda": small_world.doctor.pk}
    asked_for(browser, **chosen)
    answer = browser.get(browser.url("statistics_csv"), chosen)

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][:2] == ["'=HYPERLINK(1)", "'\uff1d1+1"]


def test_escorts_are_counted_for_whoever_may_know_of_them_only(unit_a: Unit, helene: User, at_door: At) -> None:
    for number, fields in enumerate(
        [
            {"status": "done", "departed_at": timezone.now()},
            {"status": "cancelled", "cancel_reason": "ESCORTE"},
            {"status": "cancelled", "cancel_reason": "ERREUR"},
        ]
    ):
        escort(unit_a.paul, local(unit_a.establishment, day(number), 9), **fields)
    count_night(unit_a.establishment)
    browser = at_door(helene)
    assert "Hospital escorts" not in browser.get(browser.url("statistics_csv")).content.decode()

    give(helene, "manage_escorts", unit_a.establishment)

    shown = browser.get(browser.url("statistics")).context["report"].escorts
    assert numbers(shown) == {"Done": 1, "Cancelled": 1}
    assert "Prison: no escort or no vehicle" in browser.get(browser.url("statistics_csv")).content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"since": "2026-05-02", "until": "2026-05-01"}, "comes before the first"),
        ({"since": "1999-01-01", "until": "1999-02-01"}, "between 2000 and 2100"),
        ({"since": "2020-01-01", "until": "2026-01-01"}, "at most three years"),
        ({"since": "yesterday"}, "Enter a valid date"),
    ],
)
def test_period_that_cannot_be_counted_says_why(
    unit_a: Unit, helene: User, at_door: At, query: dict[str, str], words: str
) -> None:
    browser = at_door(helene)

    answer = browser.get(browser.url("statistics"), query)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert browser.get(browser.url("statistics_csv"), query).status_code == 400


def test_figures_take_the_same_queries_for_few_and_many(unit_a: Unit, helene: User, at_door: At) -> None:
    browser = at_door(helene)

    def queries() -> int:
        count_night(unit_a.establishment)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(browser.url("statistics")).status_code == 200
        return len(captured)

    past(unit_a, (0, 8, 0), Status.SEEN)
    queries()
    few = queries()
    for number in range(60):
        person = DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building)
        at = (number // 8, 8 + number % 8 // 2, 30 * (number % 2))
        past(unit_a, at, Status.NOT_COME, not_come_declared="EFFECTIF", detainee=person)

    assert queries() == few


def test_every_reason_belongs_to_one_group() -> None:
    counted = Counter(reason for group in GROUPS for reason in group.reasons)

    assert counted == Counter(dict.fromkeys(NotComeReason, 1))
    assert NotComeReason.REFUSAL_REPORTED not in PRISON_SIDE
    assert set(CARE_MAY_SAY) | set(PRISON_MAY_SAY) == set(counted)


@unhurried
@given(st.dictionaries(st.sampled_from(NotComeReason.values), st.integers(0, 500)))
def test_causes_add_up_to_those_who_did_not_come(counts: dict[str, int]) -> None:
    missed = sum(counts.values())

    parts = causes(counts, missed)

    assert sum(part.number for part in parts) == missed
    assert all(part.number == sum(finer.number for finer in part.parts) for part in parts if part.parts)


@unhurried
@given(st.dictionaries(st.sampled_from([*Status.values, "mistake"]), st.integers(0, 500)))
def test_outcomes_always_add_up(status: dict[str, int]) -> None:
    booked = sum(number for key, number in status.items() if key != "mistake")

    assert sum(part.number for part in outcomes(status, booked)) == booked


@unhurried
@given(st.lists(st.tuples(*[st.integers(0, 3000)] * 4), max_size=170))
def test_drawing_of_the_weeks_stays_inside_its_frame(counts: list[tuple[int, int, int, int]]) -> None:
    weeks = [WeekOutcomes(date(2026, 1, 5) + timedelta(weeks=number), *each) for number, each in enumerate(counts)]

    drawn = chart.columns(weeks)

    for box in drawn.boxes:
        assert drawn.left <= box.x
        assert box.x + box.width <= drawn.right + 0.2
        assert box.y >= 0
        assert box.y + box.height <= drawn.height
    assert len(drawn.labels) <= 9
    assert len(drawn.ticks) >= 2


# --- Obstruction, chains ----------------------------------------------------------------------------


def test_conditions_refused_count_as_obstruction_and_what_nobody_asked_as_unknown(
    small_world: Unit, helene: User, at_door: At
) -> None:
    for minute, why in enumerate(["AGENT", "ATTENTE", "MIEUX"]):
        past(
            small_world, (3, 9 + minute, 0), Status.NOT_COME, not_come_reason="REF_CONF", refusal_cause=why,
            detainee=small_world.karim,
        )  # fmt: skip

    found = report(small_world, helene)

    # Of nine, four for the prison's reasons; two of four refusals for the conditions, one with its cause unknown.
    assert (found.obstructed.number, found.obstructed.of) == (6, 9)
    assert numbers(found.obstructed.parts) == {
        "for reasons of the prison": 4,
        "refused for the conditions of the consultation": 2,
    }
    assert (found.unasked.number, found.unasked.of) == (1, 4)
    refused = next(part for part in found.causes if part.label == GROUPS[0].label)
    assert numbers(refused.parts) == {
        "An officer in the consultation room": 1,
        "Waited too long": 1,
        "Feels better": 1,
        "Cause not asked yet": 1,
    }
    count_night(small_world.establishment)
    browser = at_door(helene)
    rows = list(
        csv.reader(io.StringIO(browser.get(browser.url("statistics_csv")).content.decode("utf-8-sig")), delimiter=";")
    )
    title = "Obstructed, and what came of it"
    assert [title, "Care obstructed", "all", "6", "9"] in rows
    assert [title, "Refusals whose cause nobody has asked", "all", "1", "4"] in rows


def test_failure_stays_in_its_day_however_the_chain_ends(unit_a: Unit, helene: User, at_door: At) -> None:
    first = past(unit_a, (0, 9, 0), Status.NOT_COME, not_come_declared="EFFECTIF", waited=6)
    second = past(unit_a, (2, 9, 0), Status.NOT_COME, not_come_declared="EFFECTIF", waited=1, follows=first)
    past(unit_a, (3, 9, 0), Status.CANCELLED, cancel_reason=CancelReason.UNIT_ABSENT, waited=1, follows=second)
    past(unit_a, (4, 9, 0), Status.SEEN, waited=1, follows=second)
    never = past(unit_a, (0, 10, 0), Status.NOT_COME, not_come_declared="PARLOIR", detainee=unit_a.karim)
    assert never.follows_id is None

    whole = report(unit_a, helene)
    that_day = figures_now(Rights(helene, unit_a.establishment), Period(day(), day()), agendas=None)

    assert numbers(whole.again) == {"Summoned again": 2, "Seen at last": 2}
    assert whole.again[0].of == 3
    # Four days after the first failure, two after the second.
    assert whole.again_days == pytest.approx(3, abs=0.05)
    assert numbers(that_day.outcomes) == {"Did not come": 2}
    assert numbers(that_day.again) == {"Summoned again": 1, "Seen at last": 1}
    # Whoever is seen at last has waited since the first booking of the chain: six days before the first day.
    [wait] = whole.waits
    assert wait.median == pytest.approx(10, abs=0.05)
    count_night(unit_a.establishment)
    browser = at_door(helene)
    assert "Seen at last;days, median;3" in browser.get(browser.url("statistics_csv")).content.decode()


def test_delays_stand_on_the_page_and_in_the_file(small_world: Unit, helene: User, at_door: At) -> None:
    seen = Appointment.objects.filter(status=Status.SEEN).order_by("starts_at").first()
    assert seen is not None
    Appointment.objects.filter(pk=seen.pk).update(arrived_at=seen.called_at + timedelta(minutes=45))
    count_night(small_world.establishment)
    browser = at_door(helene)

    page = browser.get(browser.url("statistics"))
    file = browser.get(browser.url("statistics_csv")).content.decode()

    assert page.context["report"].delays.total.beyond == 1
    assert "1 arrival of 1 was more than 30 minutes late." in " ".join(page.text.split())
    assert "Delays from the time on the list;arrived at the unit;beyond 30 minutes;1;1" in file
    assert "Delays from the time on the list;arrived at the unit;time known;1;3" in file


def test_page_shows_what_the_night_counted_and_until_when(small_world: Unit, helene: User, at_door: At) -> None:
    browser = at_door(helene)
    before = browser.get(browser.url("statistics"))

    call_command("count_statistics", stdout=io.StringIO())
    Appointment.objects.filter(status=Status.SEEN).update(status=Status.NOT_COME, not_come_declared="EFFECTIF")
    page = browser.get(browser.url("statistics"))

    assert before.context["report"] is None
    assert "have not been counted yet" in before.text
    # Of the night, not of now.
    assert numbers(page.context["report"].outcomes)["Seen"] == 3
    assert f"Counted up to {date_format(paris_day() - timedelta(days=1), 'j F Y')}" in " ".join(page.text.split())


def test_page_reads_no_appointment(small_world: Unit, helene: User, at_door: At) -> None:
    count_night(small_world.establishment)
    browser = at_door(helene)

    with CaptureQueriesContext(connection) as captured:
        browser.get(browser.url("statistics"))

    counted = [each["sql"] for each in captured if " appointments_appointment " in each["sql"].replace('"', " ")]
    # The numbers of the menu alone.
    assert len(counted) <= 1


def test_day_of_another_week_is_counted_by_the_worker_when_asked_for(
    small_world: Unit, helene: User, at_door: At
) -> None:
    browser, asked = at_door(helene), {"since": day(0), "until": day(0), "agenda": small_world.doctor.pk}
    nothing = browser.get(browser.url("statistics"), asked)
    answer = browser.post(browser.url("statistics_count"), asked)
    waiting = browser.get(answer["Location"])
    file = browser.get(browser.url("statistics_csv"), asked)

    [row] = count_asked()
    page = browser.get(answer["Location"])

    assert (nothing.context["report"], waiting.context["report"], file.status_code) == (None, None, 400)
    assert "These days are being counted" in waiting.text
    assert page.context["report"].booked == 4
    assert 'hx-trigger="every 2s"' not in page.text
    assert (row.is_nightly, row.agendas) == (False, [small_world.doctor.pk])


def test_asking_anew_shows_the_count_before_until_there_is_another(
    small_world: Unit, helene: User, at_door: At
) -> None:
    browser, asked = at_door(helene), {"since": day(0), "until": day(2)}
    assert asked_for(browser, **asked).context["report"].booked == 11
    Appointment.objects.filter(status=Status.BOOKED).update(status=Status.CANCELLED, cancel_reason=CancelReason.MISTAKE)

    meanwhile = browser.get(browser.post(browser.url("statistics_count"), asked)["Location"])

    assert meanwhile.context["report"].booked == 11
    assert "counted anew" in meanwhile.text
    assert asked_for(browser, **asked).context["report"].booked == 10


def test_nobody_reads_figures_with_an_agenda_more_than_they_may(
    small_world: Unit, helene: User, bob: User, at_door: At
) -> None:
    asked = {"since": day(0), "until": day(2)}
    assert asked_for(at_door(helene), **asked).context["report"].booked == 11

    browser = at_door(bob)
    foreign = browser.post(browser.url("statistics_count"), asked | {"agenda": small_world.doctor.pk})

    assert browser.get(browser.url("statistics"), asked).context["report"] is None
    assert asked_for(browser, **asked).context["report"].booked == 4
    assert foreign.status_code == 422


def test_only_so_many_periods_wait(unit_a: Unit, helene: User, at_door: At) -> None:
    browser = at_door(helene)
    for number in range(MOST_ASKED + 1):
        browser.post(browser.url("statistics_count"), {"since": day(-number), "until": day()})

    assert CountedFigures.objects.count() == MOST_ASKED
    assert "Ask again in a minute" in browser.get(browser.url("statistics")).text


def test_each_night_replaces_the_one_before_and_forgets_what_was_asked_long_ago(unit_a: Unit, helene: User) -> None:
    whole = {"establishment": unit_a.establishment, "is_whole": True}
    done = {"state": "done", "counted_at": timezone.now(), "findings": {"version": 1}}
    CountedFigures.objects.create(**whole, since=day(), until=day(), is_nightly=True, **done)
    old = timezone.now() - timedelta(days=40)
    CountedFigures.objects.create(**whole, since=day(), until=day(1), asked_at=old, **done)
    kept = CountedFigures.objects.create(**whole, since=day(), until=day(2), **done)

    for _night in range(2):
        count_night(unit_a.establishment)

    rows = CountedFigures.objects.filter(**whole)
    assert set(rows.filter(is_nightly=False)) == {kept}
    assert rows.filter(is_nightly=True).values_list("until", flat=True).get() == paris_day() - timedelta(days=1)


def test_figures_of_another_version_are_counted_anew(small_world: Unit, helene: User, at_door: At) -> None:
    count_night(small_world.establishment)
    CountedFigures.objects.update(findings={"version": 0})
    browser = at_door(helene)

    assert browser.get(browser.url("statistics")).context["report"] is None


@pytest.mark.parametrize(
    "fields",
    [
        {"is_whole": False, "agendas": []},
        {"is_whole": True, "agendas": [1]},
        {"is_whole": True, "until": date(2020, 1, 1)},
        {"is_whole": True, "state": "done"},
        {"is_whole": True, "progress": 101},
    ],
)
def test_database_refuses_figures_that_make_no_sense(unit_a: Unit, fields: dict[str, object]) -> None:
    given = {"establishment": unit_a.establishment, "since": date(2026, 1, 1), "until": date(2026, 1, 2)} | fields

    with pytest.raises(IntegrityError), transaction.atomic():
        CountedFigures.objects.create(**given)
