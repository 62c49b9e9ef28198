"""The invented establishments: plausible, the same for everybody on one day, and within every rule of the database."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import mean, median, quantiles
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q
from django.test import override_settings
from django.utils import timezone, translation
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.enums import Role, Side
from access.models import Building, Establishment, Membership, User
from access.policy import granted
from appointments.arithmetic.timegrid import at_local, time_of, wave_for
from appointments.courier.reports import something_waits
from appointments.models import (
    Agenda,
    Alert,
    Appointment,
    ConsultationSession,
    Detainee,
    Freeze,
    Movement,
    MovementEvent,
    ObstructionReader,
    ObstructionReport,
    Question,
    RegistryImport,
    Request,
)
from appointments.models.enums.appointment import Status
from appointments.models.enums.movement import MovementState
from appointments.models.enums.obstruction import ObstructionKind
from appointments.models.enums.planning import Discipline
from appointments.models.enums.report import FileFormat, ReportKind, ReportStatus
from appointments.neutrality.batches import measure_batches
from appointments.neutrality.counting import last_weeks
from appointments.obstruction.reports.drafting import begin_report, choose_facts, offered_facts
from appointments.obstruction.reports.judging import judge_texts
from appointments.obstruction.reports.reading import approve, hand_in
from appointments.obstruction.reports.wording import neutral_words
from appointments.obstruction.reports.words import kinds_with_wording, usual_wording
from appointments.prison.models import Edition, LineState, PrisonAlert, PrisonFreeze
from appointments.registry.nominal_list import read_nominal_list
from appointments.rights import Rights, agendas_bookable_by, agendas_visible_to
from carehub.doctor.integrity import findings
from carehub.tools import demo
from carehub.tools.demo.days import Calendar, is_working_day, public_holidays
from carehub.tools.demo.desk import write_desk
from carehub.tools.demo.nominal_file import nominal_file
from carehub.tools.demo.obstructions import frozen_week
from carehub.tools.demo.queues import QueuedCall, passages
from carehub.tools.demo.simulation import Outcome, Simulation, Visit
from carehub.tools.demo.sites import ARRIVAL_TIMES, REMAND
from carehub.tools.demo.waiting_room import write_waiting_room
from tests import demonstration
from tests.appointments.papers.text import text_of_odt, text_of_pdf
from tests.conftest import Unit
from tests.databases import SIDES
from tests.demonstration import Loaded, forgotten_afterwards, take_away_everything
from tests.doors import at_prison
from tests.factories import appointment, local, open_session, workday

# Without the mark a run of this module alone would not be given a database of its own.
pytestmark = pytest.mark.django_db

WHAT_IS_COMPARED = {
    Detainee: ["id", "establishment__code", "register_number", "last_name", "first_name", "birth_date", "cell",
               "released_on"],
    Appointment: ["id", "agenda__name", "kind__name", "detainee", "session__starts_at", "starts_at", "ends_at",
                  "called_at", "status", "cancel_reason", "not_come_reason", "booked_by__username"],
    Movement: ["establishment__code", "building__name", "cell", "register_number", "expected_at"],
    ConsultationSession: ["agenda__name", "starts_at", "ends_at", "slot_minutes"],
    RegistryImport: ["establishment__code", "file_digest", "new", "moved", "released", "unchanged"],
    Request: ["id", "detainee", "kind__name", "discipline", "source", "priority", "received_on", "due_on", "status",
              "appointment", "returned_from", "times_asked", "note"],
    Question: ["id", "appointment", "cause"],
}  # fmt: skip


def digest() -> str:
    """One number for all that was loaded, without the keys that the database counts up."""
    lines = [
        repr(row)
        for model, fields in WHAT_IS_COMPARED.items()
        for row in sorted(model.objects.order_by().values_list(*fields), key=repr)
    ]
    lines += [
        repr([edition.day, edition.version, edition.planned_for, *map(without_keys, edition.lines)])
        for edition in Edition.objects.using("prison").order_by("establishment__code", "day")
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def without_keys(line: dict[str, Any]) -> dict[str, Any]:
    """The line's own key, too, is made of the establishment's."""
    return {word: said for word, said in line.items() if word not in {"building", "id"}}


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Loaded]:
    """The demonstration, which the tests of this module only read, in the minutes after its load.

    Who has been seen by now follows the clock: between two moments of a morning the next person has had a turn.
    """
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        demonstration.loaded() as found,
        time_machine.travel(found.moment),
    ):
        yield found


@pytest.fixture(scope="module")
def simulated() -> Outcome:
    """Half a year of the larger establishment, without a database."""
    return Simulation(REMAND, Calendar(date(2026, 11, 24))).run(progress=lambda _share: None)


@pytest.mark.slow
def test_two_loads_of_one_day_agree(loaded: Loaded) -> None:
    first, accounts = digest(), demo.accounts()
    for side in SIDES:
        take_away_everything(side)

    with time_machine.travel(loaded.moment, tick=False):
        assert demo.load(progress=lambda _line: None) == accounts == loaded.accounts

    assert digest() == first
    assert demo.is_loaded()
    assert loaded.said[-1].startswith("100 %")
    assert [int(line[:3]) for line in loaded.said] == sorted(int(line[:3]) for line in loaded.said)


def test_establishment_is_crowded_and_spread_over_its_buildings(loaded: Loaded) -> None:
    people = Detainee.objects.filter(establishment=loaded.place).present()

    assert 560 <= people.count() <= 680
    by_building = dict(people.values_list("building__name").annotate(n=Count("id")).order_by("building__name"))
    assert set(by_building) == {"A", "B", "C", "Arrivants", "QD", "QI"}
    assert all(by_building[name] > 120 for name in "ABC")
    assert max(people.values_list("cell").annotate(n=Count("id")).order_by().values_list("n", flat=True)) <= 3
    agendas = Counter(Agenda.objects.filter(establishment=loaded.place).values_list("unit__sees_arrivals", flat=True))
    assert 8 <= agendas[True] <= 10
    assert agendas[False] == 2


def test_people_have_the_names_that_make_lists_difficult(loaded: Loaded) -> None:
    people = list(Detainee.objects.filter(establishment=loaded.place).present())
    names = Counter((person.last_name, person.first_name) for person in people)
    ages = Counter((person.last_name, person.first_name, person.birth_date.year) for person in people)

    assert sum(1 for count in names.values() if count > 1) >= 5
    assert any(count > 1 for count in ages.values())
    assert all(person.register_number.startswith("0") and len(person.register_number) == 6 for person in people)
    assert len({person.register_number for person in people}) == len(people)
    spelled = " ".join(f"{person.last_name} {person.first_name}" for person in people)
    for difficult in ("é", "’", "-", "LE GOFF", "Ç"):
        assert difficult in spelled
    spelled.encode("cp1252")
    assert {person.search_text for person in people} > {people[0].search_text}


@pytest.mark.parametrize(
    "today", [date(2026, 11, 24), date(2026, 8, 1), date(2027, 1, 1), date(2026, 3, 29), date(2028, 2, 29)], ids=str
)
def test_volume_is_that_of_such_a_unit_on_whatever_day_it_is_loaded(today: date) -> None:
    calendar = Calendar(today)
    outcome = Simulation(REMAND, calendar).run(progress=lambda _share: None)
    past = [day for day in calendar.working_days() if calendar.first <= day < today]
    on = Counter(visit.session.day for visit in outcome.visits if visit.status != Status.CANCELLED)

    assert 55 <= sum(on[day] for day in past) / len(past) <= 75
    assert min(on[day] for day in past) >= 20
    assert 4 <= sum(len(changes.arrived) for changes in outcome.days.values()) / len(outcome.days) <= 5.2
    due = [visit for visit in outcome.visits if visit.status in {Status.SEEN, Status.NOT_COME}]
    assert 0.19 <= sum(visit.status == Status.NOT_COME for visit in due) / len(due) <= 0.26
    assert all(visit.session.day < today for visit in due)
    assert all(visit.asked_on <= today for visit in outcome.visits)


def test_coming_weeks_are_less_and_less_full(simulated: Outcome) -> None:
    monday = date(2026, 11, 23)
    weeks = Counter(
        (visit.session.day - monday).days // 7 for visit in simulated.visits if visit.status == Status.BOOKED
    )

    assert weeks[0] > weeks[1] > weeks[2] > weeks[3] > 0
    assert weeks[4] > 0


def test_the_same_people_come_back_to_psychiatry_every_few_weeks(simulated: Outcome) -> None:
    seen = [
        v for v in simulated.visits if v.consultation.discipline == Discipline.PSYCHIATRY and v.status == Status.SEEN
    ]
    by_person = Counter(visit.person for visit in seen)
    regular = [person for person, visits in by_person.items() if visits >= 3]
    gaps = []
    for person in regular:
        days = sorted(visit.session.day for visit in seen if visit.person is person)
        gaps += [(later - earlier).days for earlier, later in pairwise(days)]

    assert len(regular) > 50
    assert 14 <= sorted(gaps)[len(gaps) // 2] <= 35


def test_some_are_called_on_the_day_itself(simulated: Outcome) -> None:
    urgent = [visit for visit in simulated.visits if visit.is_urgent]

    assert 0.015 < len(urgent) / len(simulated.visits) < 0.05
    assert all(visit.asked_on == visit.session.day for visit in urgent)
    assert {visit.consultation.discipline for visit in urgent} == {"nursing", "general", "psychiatry"}


def test_withdrawals_have_a_moment_and_absent_practitioners_show_as_batches_of_their_own(loaded: Loaded) -> None:
    cancelled = Appointment.objects.filter(status=Status.CANCELLED)
    assert not cancelled.filter(changes__isnull=True).exists()
    assert not Appointment.objects.filter(booked_at__gt=F("starts_at")).exists()

    found = measure_batches(last_weeks(loaded.place))

    # Some 4 % single cancellations and 1 % of half-days without the practitioner (domain figures).
    assert found.lines > 50
    assert found.of_one > 3
    assert found.practitioner is not None
    assert found.practitioner > found.practitioner_by_chance + 0.1


def test_nobody_works_on_public_holidays(loaded: Loaded) -> None:
    days = {
        moment.astimezone(loaded.place.zone).date()
        for moment in ConsultationSession.objects.values_list("starts_at", flat=True)
    }

    assert all(day not in public_holidays(day.year) for day in days)
    # Nurses work on Saturdays and Sundays as well.
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4, 5, 6}


def test_any_day_is_a_working_one_for_a_visitor(loaded: Loaded) -> None:
    """Weekends included: README's first steps can be done on every day but a public holiday."""
    today = timezone.localdate(timezone=loaded.place.zone)
    days = [today + timedelta(days=number) for number in range(8)]
    booked = {
        moment.astimezone(loaded.place.zone).date()
        for moment in Appointment.objects.values_list("starts_at", flat=True)
    }

    assert [day for day in days if day not in booked and day not in public_holidays(day.year)] == []


@pytest.mark.parametrize(
    ("year", "sunday"),
    [(2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5)), (2038, date(2038, 4, 25))],
)
def test_holidays_follow_easter(year: int, sunday: date) -> None:
    assert {sunday + timedelta(days=days) for days in (1, 39, 50)} | {date(year, 7, 14)} < public_holidays(year)
    assert not is_working_day(sunday + timedelta(days=1))


def test_only_the_last_days_and_the_coming_ones_have_movements(loaded: Loaded) -> None:
    today = timezone.localdate(timezone=loaded.place.zone)
    old = timezone.now() - timedelta(days=4)

    assert not Movement.objects.filter(expected_at__lt=old).exists()
    assert Appointment.objects.filter(starts_at__lt=old).exists()
    to_come = Appointment.objects.booked().filter(starts_at__gt=timezone.now())
    assert not to_come.filter(movement__isnull=True).exists()
    assert not to_come.exclude(movement__expected_at=F("called_at")).exists()
    assert to_come.filter(starts_at__date__gt=today).exists()


def test_everything_agrees(loaded: Loaded) -> None:
    assert [(rule.sentence, keys) for rule, keys in findings() if keys] == []


def test_nobody_who_left_is_still_expected(loaded: Loaded) -> None:
    left = Q(detainee__released_on__isnull=False)

    assert not Appointment.objects.filter(left, starts_at__gt=timezone.now()).booked().exists()
    assert Appointment.objects.filter(left, cancel_reason="TRANSFERT").exists()


def test_accounts_open_with_the_password_and_the_code_that_are_printed(loaded: Loaded) -> None:
    for account in loaded.accounts:
        side = "prison" if account["door"] == Side.PRISON else "default"
        user = User.objects.using(side).get(username=account["username"])
        assert user.side == account["door"]
        assert user.check_password(account["password"])
        device = TOTPDevice.objects.using(side).filter(user=user).first()
        assert (device is not None) == bool(account["totp_secret"])
        if device is not None:
            assert totp(base64.b32decode(account["totp_secret"])) == totp(device.bin_key)
    assert {account["door"] for account in loaded.accounts} == set(Side.values)
    assert not User.objects.filter(side=Side.PRISON).exists()
    assert not User.objects.using("prison").exclude(side=Side.PRISON).exists()
    assert [account["username"] for account in loaded.accounts if not account["totp_secret"]] == ["nouvelle"]


def test_each_account_sees_its_own_part_only(loaded: Loaded) -> None:
    users = {user.username: user for user in User.objects.all()}
    here, there = loaded.place, Establishment.objects.get(code="CD-DEMO")

    assert [agenda.owner for agenda in agendas_visible_to(Rights(users["psychiatre"], here))] == [users["psychiatre"]]
    booked = {agenda.discipline for agenda in agendas_bookable_by(Rights(users["infirmiere"], here))}
    assert Discipline.NURSING in booked
    assert Discipline.PSYCHIATRY not in booked
    every = Agenda.objects.filter(establishment=here, unit__sees_arrivals=True).count()
    for name in ("infirmiere", "secretaire", "cheffe"):
        assert agendas_visible_to(Rights(users[name], here)).count() == every
        assert not agendas_visible_to(Rights(users[name], there)).exists()
    # The second unit's head and nurse see its agendas and nothing of the first.
    for name in ("cheffe.smpr", "infirmiere.smpr"):
        seen = agendas_visible_to(Rights(users[name], here))
        assert {agenda.unit.name for agenda in seen} == {"SMPR (CHS des Ormes)"}
        assert seen.count() == 2
    assert not agendas_visible_to(Rights(users["infirmiere.cd"], here)).exists()
    assert agendas_bookable_by(Rights(users["infirmiere.cd"], there)).exists()
    assert Rights(users["cheffe.cd"], there).leads_unit
    assert not Rights(users["cheffe.cd"], here).leads_unit
    with at_prison():
        officers = {user.username: user for user in User.objects.all()}
        floor = granted(officers["etage.a"], "view_movements", Building)
        assert [(building.name, building.establishment.code) for building in floor] == [("A", here.code)]
        assert [place.code for place in granted(officers["poste.us"], "view_all_movements", Establishment)] == [
            here.code
        ]


def test_lists_of_this_hour_stand_at_the_prison_side_as_care_knows_them(loaded: Loaded) -> None:
    editions = {edition.day: edition for edition in Edition.objects.filter(establishment=loaded.place.pk)}
    today = loaded.place.today()

    assert sorted(editions) == [today + timedelta(days=days) for days in (-1, 0, 1, 2)]
    lines = {UUID(line["id"]): line for line in editions[today].lines}
    called = [row for row in Movement.objects.filter(pk__in=lines) if row.withdrawn_from is None]
    of_today = [
        row.pk
        for row in Movement.objects.filter(establishment=loaded.place)
        if loaded.place.day_of(row.expected_at) == today
    ]
    assert set(lines) == set(of_today)
    assert {lines[row.pk]["mark"] for row in called} <= {"", "added"}
    assert all(lines[row.pk]["register_number"] == row.register_number for row in called)


def test_what_officers_recorded_is_the_same_on_both_sides(loaded: Loaded) -> None:
    here = {row.pk: (row.state, row.impediment) for row in Movement.objects.exclude(state="expected")}
    there = {row.line: (row.state, row.impediment) for row in LineState.objects.all()}
    assert here == there
    assert not LineState.objects.filter(state__in=["back", "expected"], at__isnull=False).exists()
    words = ("pk", "establishment__code", "building__name", "frozen_at", "lifted_at", "reason")
    assert list(Freeze.objects.values_list(*words)) == list(PrisonFreeze.objects.values_list(*words)) != []
    words = ("pk", "establishment__code", "building__name", "register_number", "urgency", "raised_at", "is_received")
    assert list(Alert.objects.values_list(*words)) == list(PrisonAlert.objects.values_list(*words))
    assert not something_waits("prison")


def test_sample_list_is_what_a_prison_exports_and_reads_without_refusal(loaded: Loaded) -> None:
    today = timezone.localdate(timezone=loaded.place.zone)
    data = nominal_file(loaded.place, today=today)
    read = read_nominal_list(data, today=today)

    assert data == nominal_file(loaded.place, today=today)
    assert (read.encoding, read.delimiter, read.refusals) == ("Windows-1252", ";", [])
    present = {
        person.register_number: person for person in Detainee.objects.filter(establishment=loaded.place).present()
    }
    listed = {row.register_number: row for row in read.rows}
    assert len(set(listed) - set(present)) == 5
    assert set(present) <= set(listed)
    assert [row.released_on for row in read.rows if row.released_on] == [today]
    moved = [number for number, person in present.items() if listed[number].cell != person.cell]
    assert 5 <= len(moved) <= 12
    assert all(listed[number].last_name == person.last_name for number, person in present.items())
    assert data == demo.nominal_list()


def test_sample_list_is_written_by_its_command_but_never_in_production(loaded: Loaded, tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / "liste.csv"
    call_command("demo_registry_file", out=out)
    assert out.read_bytes().startswith("N° d'écrou;Nom;".encode("cp1252"))
    with pytest.raises(CommandError, match="no establishment"):
        call_command("demo_registry_file", out=out, establishment="NOWHERE")
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("demo_registry_file", out=tmp_path / "missing" / "liste.csv")
    with override_settings(IS_PRODUCTION=True), pytest.raises(CommandError, match="production"):
        call_command("demo_registry_file", out=out)


def test_sample_list_is_imported_as_a_usual_morning(loaded: Loaded, tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "liste.csv"
    file.write_bytes(demo.nominal_list())

    with translation.override("en"):
        call_command("import_registry", str(file), establishment="MA-DEMO", dry_run=True)

    counts = {
        line.strip().split(None, 1)[1]: int(line.split()[0]) for line in capsys.readouterr().out.splitlines()[1:-1]
    }
    assert {name: counts[name] for name in ("Refused", "New", "Released", "Corrected")} == {
        "Refused": 0,
        "New": 5,
        "Released": 1,
        "Corrected": 0,
    }
    assert 5 <= counts["Moved"] <= 12


# --- How people pass through the unit --------------------------------------------------------------------


@pytest.fixture(scope="module")
def passed(simulated: Outcome) -> dict[str, list[tuple[float, float]]]:
    """By kind, over half a year: minutes from the call to the return, and minutes of waiting."""
    zone, found = ZoneInfo("Europe/Paris"), defaultdict(list)
    days: dict[date, list[Visit]] = defaultdict(list)
    for visit in simulated.visits:
        if visit.status == Status.SEEN:
            days[visit.session.day].append(visit)
    for day, visits in days.items():
        starts = {visit.key: at_local(day, time_of(visit.starts), zone) for visit in visits}
        done = passages(
            QueuedCall(
                visit.key.int,
                wave_for(starts[visit.key], ARRIVAL_TIMES, zone),
                starts[visit.key],
                visit.consultation.minutes,
                visit.consultation.discipline,
                agenda=visit.session.diary.name,
                building=visit.person.wing,
            )
            for visit in visits
        )
        for visit in visits:
            one, called = done[visit.key.int], wave_for(starts[visit.key], ARRIVAL_TIMES, zone)
            assert one.told < one.left <= one.arrived <= one.started < one.ended < one.back
            found[visit.consultation.name].append((minutes(one.back - called), minutes(one.started - one.arrived)))
    return found


def minutes(length: timedelta) -> float:
    return length.total_seconds() / 60


def test_returns_spread_as_those_of_a_real_queue(passed: dict[str, list[tuple[float, float]]]) -> None:
    for kind, visits in passed.items():
        back = [after for after, _waited in visits]
        lower, _median, upper = quantiles(back, n=4)
        assert 15 <= upper - lower <= 60, kind
        # A long tail to the right, and some who are forgotten.
        assert max(back) - median(back) > 1.3 * (median(back) - min(back)), kind
        assert quantiles(back, n=20)[-1] - median(back) >= 25, kind


def test_returns_depend_on_the_kind_so_that_their_hours_would_tell_it(
    passed: dict[str, list[tuple[float, float]]],
) -> None:
    middle = {kind: median(after for after, _waited in visits) for kind, visits in passed.items()}

    assert middle["Entretien psychologique"] > middle["Entretien psychiatrique"]
    assert middle["Entretien psychiatrique"] - middle["Soin infirmier"] >= 12
    assert middle["Entretien psychologique"] - middle["Vaccination"] >= 18
    # And yet no hour tells it for sure: the quarters in the middle overlap.
    psychiatry = quantiles([after for after, _waited in passed["Entretien psychiatrique"]], n=4)
    general = quantiles([after for after, _waited in passed["Consultation de médecine générale"]], n=4)
    assert psychiatry[0] < general[2]


def test_whoever_comes_into_a_full_room_waits_longer() -> None:
    at = datetime(2026, 11, 24, 8, tzinfo=UTC)

    def waits(number: int) -> float:
        """The mean wait of the last one of so many, seen by one nurse, over many days."""
        days = [
            [
                QueuedCall(day * 100 + one, at, at + timedelta(minutes=10 + one), 10, Discipline.NURSING, "nurse", "A")
                for one in range(number)
            ]
            for day in range(40)
        ]
        last = [passages(calls)[calls[-1].key] for calls in days]
        return mean(minutes(one.started - one.arrived) for one in last)

    assert waits(2) + 10 < waits(5)
    assert waits(5) + 20 < waits(10)


def test_people_of_one_building_go_back_together() -> None:
    at = datetime(2026, 11, 24, 8, tzinfo=UTC)
    calls = [
        QueuedCall(key, at, at + timedelta(minutes=10), 10, Discipline.GENERAL, f"agenda {key}", "AB"[key % 2])
        for key in range(16)
    ]

    groups = Counter((one.back, "AB"[key % 2]) for key, one in passages(calls).items())

    assert max(groups.values()) > 1
    assert all(size <= 4 for size in groups.values())
    assert passages(calls) == passages(reversed(calls))


def test_officers_record_the_steps_and_care_sees_the_same_day(unit_a: Unit, olga: User) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    for number, person in enumerate([unit_a.paul, unit_a.karim]):
        starts_at = local(unit_a.establishment, day, 9) + timedelta(minutes=20 * number)
        appointment(person, session, unit_a.consultation, starts_at, id=UUID(int=50 + number))
    lines = Movement.objects.filter(establishment=unit_a.establishment)
    lines.update(visible_from=None)

    with time_machine.travel(local(unit_a.establishment, day, 18), tick=False):
        write_desk(unit_a.establishment, today=day, officer=olga, buildings=[unit_a.building])
        write_waiting_room(unit_a.establishment, today=day)

    for line in lines.exclude(state=MovementState.IMPEDED):
        taps = list(
            MovementEvent.objects.filter(
                establishment=unit_a.establishment, register_number=line.register_number
            ).order_by("id")
        )
        assert [tap.state for tap in taps] == ["called", "left", "arrived", "back"]
        one = Appointment.objects.get(movement=line)
        assert one.status == Status.SEEN
        assert one.arrived_at < one.started_at < one.ended_at < line.state_at


def test_demonstration_holds_a_report_that_went_out_and_a_draft(loaded: Loaded) -> None:
    """The page of reports has something to tell: letters approved by another, answers awaited, and a draft."""
    sent, draft = ObstructionReport.objects.order_by("number")

    assert (sent.status, draft.status) == (ReportStatus.SENT, ReportStatus.DRAFT)
    version = sent.versions.get()
    assert version.decided_by_name not in {"", sent.author_name}
    assert version.files.count() == 2 * len(sent.addressees)
    assert 0 < version.sendings.count() < len(sent.addressees)
    frozen = sent.facts.filter(obstruction__kind=ObstructionKind.FROZEN)
    assert frozen.count() == len(frozen_week(Calendar(sent.establishment.today())))
    assert judge_texts(draft, draft.facts.all()) == []


def test_letters_and_balance_sheet_of_the_demonstration_name_nobody(loaded: Loaded) -> None:
    """Every name, register number and cell of the demonstration is searched for in every file of two reports."""
    head = User.objects.get(username="cheffe")
    establishment = Establishment.objects.get(pk=head.memberships.get().establishment_id)
    reader = Membership.objects.filter(establishment=establishment, role=Role.NURSE).first().user
    last = establishment.today() - timedelta(days=1)
    with forgotten_afterwards():
        ObstructionReader.objects.create(establishment=establishment, user=reader, named_by=head)
        texts = [
            text
            for kind in (ReportKind.COLLECTIVE, ReportKind.YEARLY)
            for text in texts_of_report(head, reader, establishment, kind, last - timedelta(days=90), last)
        ]
    people = Detainee.objects.filter(establishment=establishment)
    cells = {cell for cell in people.values_list("cell", flat=True) if any(map(str.isdigit, cell))}
    names = {name for row in people.values_list("last_name", "first_name") for name in row}
    numbers = set(people.values_list("register_number", flat=True))
    # “Mai” and “Blanc” are words too: as a word of the usual wording they name nobody.
    usual = {word for kind in kinds_with_wording() for word in re.findall(r"\w+", usual_wording(kind))}

    assert len(texts) == 2 * 5 + 2, "Five addressees in two formats, and the balance sheet in two."
    for text in texts:
        words = set(re.findall(r"[\w-]+", text)) - usual
        assert words & ({name.upper() for name in names} | names | numbers) == set()
        assert [cell for cell in cells if re.search(rf"(?<![\w-]){re.escape(cell)}(?![\w-])", text)] == []


def texts_of_report(
    author: User, reader: User, establishment: Establishment, kind: ReportKind, first: date, last: date
) -> list[str]:
    """What stands in each file of an approved report that tells five facts of the log."""
    report = begin_report(by=author, establishment=establishment, kind=kind, first_day=first, last_day=last)
    wordings = {fact.pk: neutral_words(fact, None) for fact in offered_facts(report)[:5]}
    choose_facts(by=author, report=report, revision=1, wordings=wordings)
    version = hand_in(by=author, report=report, revision=2)
    version.report.refresh_from_db()
    approve(by=reader, version=version)
    read = {FileFormat.PDF: text_of_pdf, FileFormat.ODT: text_of_odt}
    return [read[FileFormat(file.format)](bytes(file.content)) for file in version.files.all()]
