"""Two worlds that differ only in what is secret look the same, byte for byte, from the prison side.

One test for each channel of docs/neutrality.md that the product has today. Each first makes sure that the worlds do
differ for care; the last tests make sure that a difference which is the prison's business does show.
"""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from access.enums import Role
from access.models import User
from appointments import booking, projection
from appointments.booking import BookingRefused
from appointments.models import Alert, Appointment, Detainee, Room
from appointments.models.enums.appointment import CancelReason, NotComeReason, Status
from appointments.models.enums.movement import Urgency
from appointments.models.enums.planning import Discipline, SessionMode
from appointments.prison.models import PrisonAlert
from appointments.requests.alerts import receive
from tests.conftest import Unit
from tests.doors import carry, through
from tests.factories import appointment, away, member, open_session
from tests.leaks.worlds import TODAY, TOMORROW, Care, Experiment, Look, World, differences, experiment

GP, PSYCHIATRIST, DENTIST, SMPR = range(4)
CONSULTATION, PSYCHIATRY, TEETH, SUBSTITUTION = range(4)


@pytest.fixture
def worlds(unit_a: Unit, helene: User, oscar: User, olga: User) -> Iterator[Experiment]:
    """Unit A seen by Oscar, who works in building A, and by Olga, who sees the whole house."""
    with experiment(unit_a, helene, {"oscar": oscar, "olga": olga}) as found:
        yield found


def usual(care: Care) -> None:
    """Three people tomorrow and one today, so that no list is empty."""
    care.book(1, "09:30")
    care.book(2, "09:50")
    care.book(3, "15:00")
    care.book(4, "10:30", day=TODAY)


def paul_tomorrow(clock: str = "10:30", **secret: object) -> World:
    """The usual people, and Paul called at 10:30, for a reason that nobody else need know."""

    def world(care: Care) -> None:
        usual(care)
        care.book(0, clock, **secret)  # type: ignore[arg-type]

    return world


def bodies(seen: Look, words: str) -> list[bytes]:
    """The bodies of the answers whose name holds `words`."""
    return [answer["body"] for name, answer in seen.items() if isinstance(answer, dict) and words in name]  # type: ignore[misc]


# --- Payload ----------------------------------------------------------------------------------------


def test_payload_kind_and_discipline_do_not_show(worlds: Experiment) -> None:
    worlds.require_neutral(paul_tomorrow(kind=CONSULTATION, minutes=20), paul_tomorrow(kind=SUBSTITUTION, minutes=20))


def test_payload_practitioner_does_not_show(worlds: Experiment) -> None:
    worlds.require_neutral(paul_tomorrow(agenda=GP), paul_tomorrow(agenda=PSYCHIATRIST))


def test_payload_duration_does_not_show(worlds: Experiment) -> None:
    worlds.require_neutral(paul_tomorrow(minutes=10), paul_tomorrow(minutes=60))


def test_payload_who_booked_does_not_show(worlds: Experiment, unit_a: Unit) -> None:
    second = member(Role.HEAD, unit_a.establishment, username="second")

    worlds.require_neutral(paul_tomorrow(by=None), paul_tomorrow(by=second))


def test_payload_no_clinical_word_stands_in_any_answer(worlds: Experiment) -> None:
    def world(care: Care) -> None:
        for person, (agenda, kind) in enumerate([(GP, TEETH), (PSYCHIATRIST, PSYCHIATRY), (SMPR, SUBSTITUTION)]):
            care.book(person, "10:40", agenda=agenda, kind=kind)

    _secret, seen = worlds.see(world)

    text = repr([seen["database"], seen["log lines"], *bodies(seen, "")]).lower()
    names = [each.name for each in (*worlds.care.agendas, *worlds.care.kinds)]
    secret_words = [*names, *Discipline.values, *map(str, Discipline.labels), worlds.care.head.username, "10:40"]
    assert [word for word in secret_words if word.lower() in text] == []
    assert "10:30" in text
    assert "durand" in text


# --- Exact time, place ------------------------------------------------------------------------------


@pytest.mark.parametrize("clock", ["10:35", "11:40"])
def test_exact_time_inside_an_arrival_time_does_not_show(worlds: Experiment, clock: str) -> None:
    worlds.require_neutral(paul_tomorrow("10:30"), paul_tomorrow(clock))


def test_place_every_agenda_calls_to_the_one_health_unit(worlds: Experiment) -> None:
    seen = worlds.require_neutral(paul_tomorrow(agenda=GP), paul_tomorrow(agenda=SMPR))

    [csv] = bodies(seen, "olga en /mouvements.csv?day=tomorrow")
    assert {line.split(";")[-5] for line in csv.decode("utf-8-sig").splitlines()[1:]} == {"Health unit"}
    assert {place for feed in bodies(seen, "feed") for place in re.findall(rb"LOCATION:(.*)\r", feed)} == {
        "Unité sanitaire".encode()
    }


def test_place_opening_hours_of_a_discipline_do_not_show(worlds: Experiment) -> None:
    def evenings(agenda: int) -> World:
        def world(care: Care) -> None:
            usual(care)
            open_session(care.agendas[agenda], care.day(TOMORROW), 18, 20, start_minute=0)

        return world

    worlds.require_neutral(evenings(DENTIST), evenings(SMPR))


def test_planning_of_shared_time_rooms_and_absences_does_not_show(worlds: Experiment) -> None:
    """A group of an evening, a flexible half-day, or times of their own; a room; somebody away while people stay."""

    def evening(mode: SessionMode, **planning: object) -> World:
        def world(care: Care) -> None:
            usual(care)
            session = open_session(
                care.agendas[PSYCHIATRIST], care.day(TOMORROW), 18, 20, start_minute=0, mode=mode, **planning
            )
            if mode == SessionMode.FIXED:
                room = Room.objects.create(establishment=care.place, name="Salle 9")
                type(session).objects.filter(pk=session.pk).update(room=room)
            for person in (0, 1):
                # The last arrival time is at four o'clock: all of them are called then.
                care.book(person, f"18:{person}0", agenda=PSYCHIATRIST, minutes=10)
            if mode == SessionMode.FLEXIBLE:
                away(care.agendas[PSYCHIATRIST], care.at("18:00"), care.at("20:00"))

        return world

    worlds.require_neutral(evening(SessionMode.FIXED), evening(SessionMode.GROUP, capacity=4))
    worlds.require_neutral(evening(SessionMode.FIXED), evening(SessionMode.FLEXIBLE, capacity=9))


# --- Order, identifiers, count of rows --------------------------------------------------------------


def test_order_of_booking_and_grouping_by_practitioner_do_not_show(worlds: Experiment) -> None:
    def in_order(people: list[int]) -> World:
        def world(care: Care) -> None:
            for place, person in enumerate(people):
                care.book(person, "10:30", agenda=place % 4)

        return world

    worlds.require_neutral(in_order([0, 1, 2, 3]), in_order([3, 1, 0, 2]))


def test_identifiers_stay_when_an_appointment_is_cancelled_and_booked_again(worlds: Experiment) -> None:
    def twice(care: Care) -> None:
        first = care.book(0, "10:50", agenda=DENTIST)
        usual(care)
        care.cancel(first)
        care.book(0, "10:30")

    worlds.require_neutral(paul_tomorrow(), twice)


def test_identifiers_stay_when_an_appointment_is_moved_away_and_back(worlds: Experiment) -> None:
    def moved(care: Care) -> None:
        usual(care)
        made = care.book(0, "15:20")
        made = care.move(made, "10:50", agenda=PSYCHIATRIST)
        care.move(made, "10:30")

    worlds.require_neutral(paul_tomorrow(), moved)


def test_identifiers_stay_when_a_person_changes_cell_and_comes_back(worlds: Experiment) -> None:
    def moved(care: Care) -> None:
        usual(care)
        care.book(0, "10:30", agenda=SMPR)
        for cell in ("QD-01", "A-2-214"):
            Detainee.objects.filter(pk=care.people[0].pk).update(cell=cell)
            projection.follow([Detainee.objects.get(pk=care.people[0].pk)])

    worlds.require_neutral(paul_tomorrow(agenda=GP), moved)


def test_count_of_rows_two_appointments_at_one_arrival_time_are_one_line(worlds: Experiment) -> None:
    def two(care: Care) -> None:
        paul_tomorrow()(care)
        care.book(0, "11:00", agenda=PSYCHIATRIST, kind=PSYCHIATRY)

    seen = worlds.require_neutral(paul_tomorrow(), two)

    assert [body.count(b"DURAND") for body in bodies(seen, "en /mouvements.csv?day=tomorrow")] == [1, 1]


def test_count_of_rows_cancelling_one_of_two_leaves_the_line_as_it_is(worlds: Experiment) -> None:
    def one_of_two(care: Care) -> None:
        usual(care)
        first = care.book(0, "10:30")
        care.book(0, "11:00", agenda=PSYCHIATRIST, kind=PSYCHIATRY)
        care.cancel(first)

    worlds.require_neutral(paul_tomorrow("11:00", agenda=PSYCHIATRIST, kind=PSYCHIATRY), one_of_two)


# --- Reasons, history, recurrence -------------------------------------------------------------------


def test_reasons_of_a_cancellation_do_not_show(worlds: Experiment) -> None:
    def because(reason: CancelReason) -> World:
        def world(care: Care) -> None:
            usual(care)
            care.cancel(care.book(0, "10:30"), reason)

        return world

    seen = worlds.require_neutral(because(CancelReason.REFUSED), because(CancelReason.UNIT_ABSENT))
    _secret, never_booked = worlds.see(usual)
    assert differences(seen, never_booked) == []


def test_reasons_and_outcomes_of_today_do_not_show(worlds: Experiment) -> None:
    def became(**outcome: str) -> World:
        def world(care: Care) -> None:
            usual(care)
            made = care.book(0, "09:30", day=TODAY)
            Appointment.objects.filter(pk=made.pk).update(**outcome)

        return world

    worlds.require_neutral(
        became(status=Status.SEEN), became(status=Status.NOT_COME, not_come_reason=NotComeReason.REFUSAL_CONFIRMED)
    )


def goes_on(*verbs: Callable[..., Appointment], **values: object) -> World:
    """Two people are expected today at 9:30; of one of them care notes this and that at ten."""

    def world(care: Care) -> None:
        usual(care)
        made = care.book(0, "09:30", day=TODAY)
        care.book(1, "09:50", day=TODAY)
        with time_machine.travel(care.at("10:00", day=TODAY), tick=False):
            for verb in verbs:
                made.refresh_from_db()
                with through("care"):
                    verb(by=care.head, appointment=made, revision=made.revision, **values)

    return world


CONFIRMED = {"reason": NotComeReason.REFUSAL_CONFIRMED}


@pytest.mark.parametrize(
    "noted",
    [
        goes_on(booking.arrive),
        goes_on(booking.arrive, booking.start),
        goes_on(booking.arrive, booking.start, booking.record_seen),
        goes_on(booking.record_seen, booking.undo),
        goes_on(booking.record_not_come),
        goes_on(booking.record_not_come, **CONFIRMED),
        goes_on(booking.record_not_come, booking.complete_reason, **CONFIRMED),
    ],
)
def test_outcomes_what_care_notes_of_a_person_does_not_show(worlds: Experiment, noted: World) -> None:
    worlds.require_neutral(goes_on(), noted)


def test_outcomes_a_cancellation_taken_back_does_not_show(worlds: Experiment) -> None:
    def taken_back(care: Care) -> None:
        usual(care)
        made = care.book(0, "10:30")
        care.cancel(made)
        made.refresh_from_db()
        with through("care"):
            booking.undo(by=care.head, appointment=made, revision=made.revision)

    worlds.require_neutral(paul_tomorrow(), taken_back)


def test_outcomes_a_second_summons_shows_as_a_first_one(worlds: Experiment) -> None:
    def again(care: Care) -> None:
        usual(care)
        missed = care.book(0, "09:30", day=TODAY)
        with time_machine.travel(care.at("10:00", day=TODAY), tick=False), through("care"):
            missed = booking.record_not_come(by=care.head, appointment=missed, revision=1)
        care.book(0, "10:30", follows=missed)

    def first(care: Care) -> None:
        usual(care)
        care.book(0, "09:30", day=TODAY)
        care.book(0, "10:30")

    worlds.require_neutral(first, again)


def every_week(weeks: range, *, agenda: int, kind: int) -> World:
    """Paul has an appointment every week, besides the usual people."""

    def world(care: Care) -> None:
        usual(care)
        for week in weeks:
            session = open_session(care.agendas[agenda], care.day(7 * week))
            appointment(care.people[0], session, care.kinds[kind], session.starts_at)

    return world


def test_history_half_a_year_of_appointments_does_not_show(worlds: Experiment) -> None:
    half_a_year = range(-26, 0)

    seen = worlds.require_neutral(
        every_week(half_a_year, agenda=GP, kind=CONSULTATION),
        every_week(half_a_year, agenda=PSYCHIATRIST, kind=PSYCHIATRY),
    )
    _secret, without = worlds.see(usual)
    assert differences(seen, without) == []


def test_recurrence_in_the_weeks_to_come_does_not_show(worlds: Experiment) -> None:
    worlds.require_neutral(usual, every_week(range(1, 5), agenda=PSYCHIATRIST, kind=PSYCHIATRY))


# --- Feeds, logs, file names, what officers report -----------------------------------------------------------


def test_feeds_hold_no_property_that_tells_when_a_line_was_written(worlds: Experiment) -> None:
    _secret, seen = worlds.see(usual)

    for body in bodies(seen, "feed"):
        events = body.split(b"END:VTIMEZONE")[1]
        names = {re.split(rb"[;:]", line)[0].decode() for line in events.splitlines() if line[:1].isalpha()}
        assert names == {
            *("BEGIN", "END", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION", "TRANSP"),
        }
        # An end says nothing: all last the same.
        lengths = {each.end - each.start for each in Calendar.from_ical(body).events}
        assert lengths == {timedelta(minutes=15)}
        uids = re.findall(rb"UID:(\S+)", events)
        assert len(set(uids)) == len(uids) == events.count(b"BEGIN:VEVENT") > 0


def test_logs_name_nobody_and_hold_no_secret_address(worlds: Experiment) -> None:
    _secret, seen = worlds.see(usual)

    keys = "|".join(map(str, worlds.care.lines()))
    refused = rf"Not Found: /(alerts|line/({keys})/impediment)?|Forbidden \(Permission denied\): /board(/lines)?"
    lines_of_log = {line for _name, line in seen["log lines"]}  # type: ignore[attr-defined]
    assert [line for line in lines_of_log if not re.fullmatch(refused, line)] == []
    assert "Not Found: /" in lines_of_log
    lines = repr(seen["access log"])
    assert "olga" in lines
    assert [person.last_name for person in worlds.care.people if person.last_name in lines] == []
    assert [secret for secret in worlds.prison.secrets.values() if secret in lines] == []


def test_file_names_and_titles_say_the_day_and_nothing_else(worlds: Experiment) -> None:
    _secret, seen = worlds.see(usual)

    headers = {pair for answer in seen.values() if isinstance(answer, dict) for pair in answer["headers"]}
    days = [worlds.care.day(day) for day in (TODAY, TOMORROW)]
    assert sorted(value for name, value in headers if name == "Content-Disposition") == [
        f'attachment; filename="mouvements-{day:%Y-%m-%d}-a-detruire-le-{day + timedelta(days=1):%Y-%m-%d}.csv"'
        for day in days
    ] + ['inline; filename="mouvements.ics"']
    pages = [body.decode() for body in bodies(seen, "en /") if b"<title>" in body]
    titles = {re.findall("<title>(.*?) · ", page)[0] for page in pages}
    assert titles == {
        *("Movement list", "Calendar address", "Nothing here", "Not open to you"),
        *("Board", "Frozen movements", "Alert the health unit", "Impediment"),
    }


def test_answers_carry_no_tag_and_no_date_of_change(worlds: Experiment) -> None:
    _secret, seen = worlds.see(usual)

    for name, answer in seen.items():
        if isinstance(answer, dict):
            headers = dict(answer["headers"])
            # The board's tag is a digest of what it shows: it is compared like the page itself.
            kept = {"ETag"} if "/board/lines" in name else set()
            assert headers.keys() & {"ETag", "Last-Modified", "Age", "Expires"} <= kept, name
            assert headers["Cache-Control"] == "no-store, private", name


def test_officers_who_report_are_given_no_field_to_write_in(worlds: Experiment) -> None:
    _secret, seen = worlds.see(usual)

    field = rb"<textarea|<input(?![^>]*(?:type=\"hidden\"|type=\"radio\"|readonly))[^>]*"
    written = {
        each for name in seen if " en /" in name for body in bodies(seen, name) for each in re.findall(field, body)
    }
    # Who should be seen is told by their number; a cell narrows what is shown. Nothing else is typed.
    assert {re.findall(rb'name="(\w+)"', each)[0] for each in written} == {b"register_number", b"cell"}


# --- What officers record, and how a page asks again --------------------------------------------------


def test_what_officers_report_looks_the_same_whatever_they_are_called_for(worlds: Experiment, olga: User) -> None:
    def recorded(**secret: object) -> World:
        def world(care: Care) -> None:
            usual(care)
            care.book(0, "09:40", day=TODAY, **secret)  # type: ignore[arg-type]
            care.record(0, "called")
            care.record(4, "impeded", "PARLOIR")

        return world

    one, here = worlds.see(recorded(agenda=GP, kind=CONSULTATION, minutes=20))
    other, there = worlds.see(recorded(agenda=PSYCHIATRIST, kind=PSYCHIATRY, minutes=50))

    assert one != other
    assert differences(without_stamps(here), without_stamps(there)) == []
    assert b"Called" in bodies(here, "olga en /board")[0]


def without_stamps(seen: Look) -> Look:
    """The same look without the first half of the board's tag, which counts the officers' own taps (docs/adr/0012)."""

    def without(value: object) -> object:
        if isinstance(value, dict):
            return {name: without(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [without(each) for each in value]
        if isinstance(value, bytes):
            return re.sub(rb"(&quot;|\")[0-9a-f]{16}\.", rb"\1", value)
        return re.sub(r'"[0-9a-f]{16}\.', '"', value) if isinstance(value, str) else value

    return {name: without(each) for name, each in seen.items()}


def test_page_that_asks_again_is_not_told_that_care_changed_its_mind(worlds: Experiment, olga: User) -> None:
    def again(browser: Client, tag: str) -> tuple[int, str, bytes, list[str]]:
        carry()
        with through("prison"), CaptureQueriesContext(connections["prison"]) as queries:
            response = browser.get("/board/lines", headers={"if-none-match": tag})
        asked = [query["sql"] for query in queries if not re.search("access_session|SAVEPOINT", query["sql"])]
        assert len(queries)
        return response.status_code, response["ETag"], response.content, asked

    browser, care = worlds.prison.officers["olga"], worlds.care
    usual(care)
    first = care.book(0, "09:40", day=TODAY)
    tag = again(browser, "")[1]
    idle = again(browser, tag)

    second = care.book(0, "10:00", day=TODAY, agenda=PSYCHIATRIST, kind=PSYCHIATRY)
    care.cancel(first)
    assert again(browser, tag) == idle
    care.cancel(second)
    care.book(0, "09:50", day=TODAY, agenda=SMPR)

    assert again(browser, tag) == idle
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        status, _tag, body, _queries = again(browser, tag)
        assert (status, body) == (304, b"")


def test_line_written_again_stands_as_officers_left_it(worlds: Experiment, olga: User) -> None:
    care = worlds.care
    usual(care)
    first = care.book(0, "09:40", day=TODAY)
    care.record(0, "impeded", "TRAVAIL")
    carry()
    with through("prison"):
        before = worlds.prison.answer(worlds.prison.officers["olga"], "/board/lines")

    care.cancel(first)
    carry()
    care.book(0, "09:50", day=TODAY, agenda=SMPR)
    carry()

    with through("prison"):
        after = worlds.prison.answer(worlds.prison.officers["olga"], "/board/lines")
    since = re.compile(rb'(class="since">)[^<]+')
    assert since.sub(b"", before["body"]) == since.sub(b"", after["body"])  # type: ignore[arg-type]


def test_answer_to_an_alert_is_one_word_whoever_receives_it_and_whatever_follows(
    worlds: Experiment, olga: User, alice: User, helene: User
) -> None:
    def received(by: User, **secret: object) -> World:
        def world(care: Care) -> None:
            usual(care)
            sent = PrisonAlert.objects.using("prison").create(
                id=uuid.UUID(int=7),
                establishment_id=care.place.pk,
                building_id=care.unit.building.pk,
                register_number=care.people[0].register_number,
                last_name=care.people[0].last_name,
                urgency=Urgency.NOW,
                raised_at=care.at("18:00", day=-1),
                raised_by=olga,
            )
            carry()
            with through("care"):
                receive(by=by, alert=Alert.objects.get(pk=sent.pk))
            care.book(0, "10:40", **secret)  # type: ignore[arg-type]

        return world

    seen = worlds.require_neutral(received(alice, agenda=GP), received(helene, agenda=SMPR, minutes=45))

    assert b"received</span>" in bodies(seen, "olga en /alerts")[0]


# --- All at once ------------------------------------------------------------------------------------


def busy_days(seed: int) -> World:
    """Two full days: who is called when is fixed, all the rest is drawn by `seed`."""
    waves = {"08:30": 12, "09:30": 12, "10:30": 18, "14:00": 12, "15:00": 12, "16:00": 12}
    called = [
        (person, day, sorted(waves)[(person * 5 + day * 2 + again * 3) % len(waves)])
        for person in range(6)
        for day in (TODAY, TOMORROW)
        for again in (0, 1)
    ]

    def world(care: Care) -> None:
        draw = random.Random(seed)
        for person, day, wave in draw.sample(called, len(called)):
            slots = [(agenda, step) for agenda in range(4) for step in range(waves[wave])]
            for agenda, step in draw.sample(slots, len(slots)):
                hour, minute = divmod(int(wave[:2]) * 60 + int(wave[3:]) + 5 * step, 60)
                how = {"agenda": agenda, "kind": draw.randrange(4), "minutes": draw.choice((5, 10, 20))}
                try:
                    care.book(person, f"{hour:02}:{minute:02}", day=day, **how)
                    break
                except BookingRefused:
                    continue
            else:
                pytest.fail("No slot is left: the world is too small.")

    return world


def test_two_days_drawn_anew_look_the_same_on_every_page_in_both_languages(worlds: Experiment) -> None:
    seen = worlds.require_neutral(busy_days(1), busy_days(2), everything=True)

    assert len(seen["database"]) == 24  # type: ignore[arg-type]


# --- What is the prison's business does show --------------------------------------------------------


def test_looking_twice_at_one_world_gives_the_same_bytes(worlds: Experiment) -> None:
    assert differences(worlds.see(busy_days(1))[1], worlds.see(busy_days(1))[1]) == []


def test_another_cell_shows_in_every_form_of_the_list(worlds: Experiment) -> None:
    def in_cell(cell: str) -> World:
        def world(care: Care) -> None:
            Detainee.objects.filter(pk=care.people[0].pk).update(cell=cell)
            care.book(0, "10:30")

        return world

    (_one, here), (_other, there) = worlds.see(in_cell("A-2-214")), worlds.see(in_cell("A-2-215"))

    found = differences(here, there)
    for form in ("en /?day=tomorrow", "en /print?day=tomorrow", "en /mouvements.csv?day=tomorrow", "feed"):
        for officer in ("oscar", "olga"):
            assert any(line.startswith(f"{officer} {form}: body") for line in found), (officer, form)
    assert any(line.startswith("database") for line in found)


@pytest.mark.parametrize(("person", "clock"), [(0, "14:00"), (5, "10:30"), (None, "")])
def test_another_arrival_time_person_or_number_of_people_shows(
    worlds: Experiment, person: int | None, clock: str
) -> None:
    def other(care: Care) -> None:
        usual(care)
        if person is not None:
            care.book(person, clock)

    (_one, here), (_other, there) = worlds.see(paul_tomorrow()), worlds.see(other)

    assert any(line.startswith("olga en /?day=tomorrow: body") for line in differences(here, there))


def test_officer_of_one_building_is_told_nothing_of_another(worlds: Experiment) -> None:
    def with_karim(care: Care) -> None:
        care.book(0, "10:30")
        care.book(1, "10:50")

    (_one, here), (_other, there) = worlds.see(lambda care: care.book(0, "10:30")), worlds.see(with_karim)

    found = differences(here, there)
    assert worlds.care.people[1].building == worlds.care.unit.other_building
    assert any(line.startswith("olga") for line in found)
    assert [line for line in found if line.startswith("oscar")] == []
