"""The pages of requests at the care door: the mail, the queue, one request, the way to its appointment and back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.models import User
from appointments.models import Appointment, Request
from appointments.models.enums.appointment import Status
from appointments.models.enums.request import RequestAnswer, RequestStatus, Source
from tests.conftest import Unit
from tests.factories import DetaineeFactory, RequestFactory, appointment, local, open_session, workday


def letter(unit: Unit, name: str = "r0", **fields: object) -> dict[str, object]:
    """One line of the mail: Paul wants to see the doctor."""
    typed = {"q": "004217", "person": "", "wanted": f"kind-{unit.consultation.pk}", "within": "7", "source": "letter"}
    return {"line": name, **{f"{name}-{key}": value for key, value in {**typed, **fields}.items()}}


def lines(*letters: dict[str, object]) -> dict[str, object]:
    """Several lines, as the form without JavaScript sends them."""
    together = {"received_on": f"{timezone.localdate()}", "line": [each["line"] for each in letters]}
    for each in letters:
        together |= {key: value for key, value in each.items() if key != "line"}
    return together


def text(answer) -> str:
    return answer.content.decode()


# --- The mail ---------------------------------------------------------------------------------------


def test_line_is_saved_at_once_and_the_next_keeps_the_source(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    sent = lines(letter(unit_a, source="round", note="prefers the morning")) | {"save": "r0", "last": "r0"}

    answer = browser.post(browser.url("mail_line"), sent, headers={"hx-request": "true"})

    asked = Request.objects.get()
    assert (asked.detainee, asked.kind, asked.source) == (unit_a.paul, unit_a.consultation, Source.MEDICATION_ROUND)
    assert (asked.within_days, asked.note, asked.entered_by) == (7, "prefers the morning", alice)
    assert answer.status_code == 200
    assert "DURAND Paul" in text(answer)
    assert 'name="r1-q"' in text(answer)
    assert '<option value="round" selected>' in text(answer)
    assert "1 request entered today by you" in text(answer)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"q": ""}, "Say who is to be seen"),
        ({"q": "nobody"}, "Nobody present matches"),
        ({"q": "paul"}, "Several people match"),
        ({"within": "400"}, "365"),
        ({"within": ""}, "required"),
        ({"source": "pigeon"}, "pigeon"),
        ({"wanted": "kind-0"}, "kind-0"),
        ({"person": "00000000-0000-4000-8000-000000000000"}, "not registered here"),
    ],
)
def test_wrong_line_says_so_on_the_line_and_keeps_what_was_typed(
    unit_a: Unit, alice: User, at_door, fields: dict[str, str], sentence: str
) -> None:
    DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building, first_name="Paul")
    browser = at_door(alice)

    answer = browser.post(browser.url("mail_line"), lines(letter(unit_a, note="kept words", **fields)) | {"save": "r0"})

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "kept words" in text(answer)
    assert not Request.objects.exists()


def test_several_lines_without_javascript_are_saved_each_on_its_own(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)

    answer = browser.post(
        browser.url("mail"),
        lines(
            letter(unit_a),
            letter(unit_a, "r1", q="nobody"),
            letter(unit_a, "r2", q=""),
            letter(unit_a, "r3", q="benali"),
        ),
    )

    assert answer.status_code == 422
    assert set(Request.objects.values_list("detainee", flat=True)) == {unit_a.paul.pk, unit_a.karim.pk}
    assert "2 lines saved." in text(answer)
    assert [each.name for each in answer.context["letters"]] == ["r1"]
    again = browser.post(browser.url("mail"), lines(letter(unit_a, "r1", q="durand", wanted="")))
    assert again.status_code == 302


def test_duplicate_is_shown_while_typing_and_joined_or_entered_anyway(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    before = timezone.localdate() - timedelta(days=3)
    known = RequestFactory(detainee=unit_a.paul, kind=unit_a.consultation, received_on=before)

    typing = browser.get(browser.url("mail_people"), {"line": "r4", "r4-q": "durand"})
    assert f"already asked on {before:%d/%m}, Consultation" in text(typing)
    told = browser.post(browser.url("mail_line"), lines(letter(unit_a)) | {"save": "r0"})
    assert told.status_code == 422
    assert "Already asked on" in text(told)
    assert Request.objects.count() == 1

    joined = browser.post(browser.url("mail_line"), lines(letter(unit_a, again="join")) | {"save": "r0"})
    known.refresh_from_db()
    assert (joined.status_code, known.times_asked) == (200, 2)
    assert "asked 2 times" in text(joined)
    browser.post(browser.url("mail_line"), lines(letter(unit_a, again="anyway")) | {"save": "r0"})
    assert Request.objects.count() == 2


@pytest.mark.parametrize("day", ["", "2026-13-45", f"{timezone.localdate() + timedelta(days=1)}", "2001-01-01"])
def test_impossible_day_of_receipt_is_refused(unit_a: Unit, alice: User, at_door, day: str) -> None:
    browser = at_door(alice)

    for address in (browser.url("mail"), browser.url("mail_line")):
        answer = browser.post(address, lines(letter(unit_a)) | {"received_on": day, "save": "r0"})
        assert answer.status_code == 422
        assert 'value="004217"' in text(answer)
    assert not Request.objects.exists()


def test_carer_is_offered_the_kinds_of_the_disciplines_that_he_sees(unit_a: Unit, bob: User, at_door) -> None:
    browser = at_door(bob)
    page = text(browser.get(browser.url("mail")))

    assert unit_a.psychiatry.name in page
    assert unit_a.consultation.name not in page
    refused = browser.post(browser.url("mail_line"), lines(letter(unit_a)) | {"save": "r0"})
    assert refused.status_code == 422


# --- The queue and its appointment ------------------------------------------------------------------


def test_request_is_planned_from_the_queue_into_the_first_free_slot(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    open_session(unit_a.doctor, workday(1))
    first = RequestFactory(detainee=unit_a.paul, kind=unit_a.consultation, priority=1)
    second = RequestFactory(detainee=unit_a.karim, kind=unit_a.consultation)

    queue = browser.get(browser.url("triage"))
    assert [line.request for line in queue.context["queue"].lines] == [first, second]
    form = browser.get(browser.url("book"), {"request": first.pk, "next": second.pk})
    fields = form.context["form"]
    typed = {name: fields[name].value() for name in ("person", "kind", "agenda", "request", "request_revision")}
    assert (typed["person"], typed["kind"], typed["agenda"]) == (
        f"{unit_a.paul.pk}",
        unit_a.consultation.pk,
        unit_a.doctor.pk,
    )
    sent = {**typed, "day": f"{fields['day'].value()}", "time": f"{fields['time'].value():%H:%M}", "next": second.pk}
    done = browser.post(browser.url("book"), sent)

    assert done.status_code == 302
    assert done.url.startswith("/triage?")
    assert f"at={second.pk}" in done.url
    back = browser.get(done.url)
    assert [line.request for line in back.context["queue"].lines] == [second]
    assert "DURAND Paul (004217)" in text(back)
    first.refresh_from_db()
    assert first.status == RequestStatus.PLANNED
    stale = browser.post(browser.url("book"), sent)
    assert stale.status_code == 422
    assert "Somebody else changed this request" in text(stale)
    assert Appointment.objects.count() == 1

    browser.post(browser.url("request_reopen", first.pk), {"revision": first.revision})
    first.refresh_from_db()
    assert first.status == RequestStatus.OPEN
    assert Appointment.objects.get().status == Status.CANCELLED


def test_request_that_nobody_can_book_says_so(unit_a: Unit, alice: User, bob: User, at_door) -> None:
    RequestFactory(detainee=unit_a.paul, discipline="psychiatry")

    assert "You do not book in this discipline." in text(at_door(alice).get("/triage"))
    assert "You do not book in this discipline." not in text(at_door(bob).get("/triage"))


def test_request_is_sorted_accepted_answered_closed_and_put_back(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    asked = RequestFactory(detainee=unit_a.paul, discipline="")

    unsorted = browser.post(browser.url("request_accept", asked.pk), {"revision": 1})
    assert unsorted.status_code == 422
    sort = {"sort-wanted": "general", "sort-priority": "1", "sort-within": "2", "sort-note": "", "sort-revision": "1"}
    browser.post(browser.url("request_sort", asked.pk), sort)
    browser.post(browser.url("request_accept", asked.pk), {"revision": 2})
    stale = browser.post(browser.url("request_sort", asked.pk), sort)
    assert stale.status_code == 409
    browser.post(browser.url("request_answer", asked.pk), {"answer-answer": "written", "answer-revision": "3"})
    asked.refresh_from_db()
    assert (asked.discipline, asked.within_days, asked.answer) == ("general", 2, RequestAnswer.WRITTEN)
    browser.post(browser.url("request_reopen", asked.pk), {"revision": 4})
    browser.post(browser.url("request_close", asked.pk), {"close-reason": "withdrawn", "close-revision": "5"})
    asked.refresh_from_db()
    assert asked.status == RequestStatus.CLOSED


def test_appointment_that_the_person_has_is_taken_as_the_answer(unit_a: Unit, alice: User, bob: User, at_door) -> None:
    browser, day = at_door(alice), workday(1)
    booked = appointment(
        unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9, 30)
    )
    hidden = appointment(
        unit_a.paul, open_session(unit_a.psychiatrist, day), unit_a.psychiatry, local(unit_a.establishment, day, 11)
    )
    asked = RequestFactory(detainee=unit_a.paul, kind=unit_a.consultation)

    assert "This appointment answers it" in text(browser.get(browser.url("triage")))
    for_bob = RequestFactory(detainee=unit_a.paul, discipline="")
    answer = at_door(bob).post(browser.url("request_take", for_bob.pk), {"revision": 1, "appointment": booked.pk})
    assert answer.status_code == 404
    browser.post(browser.url("request_take", asked.pk), {"revision": 1, "appointment": booked.pk})

    asked.refresh_from_db()
    assert asked.appointment == booked
    assert hidden.requests.count() == 0


def test_requests_of_people_who_left_are_closed_in_one_go(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    gone = DetaineeFactory(establishment=unit_a.establishment, building=None, cell="", released_on=timezone.localdate())
    RequestFactory(detainee=gone)

    assert "Close the requests of those ticked" in text(browser.get(browser.url("triage"), {"show": "left"}))
    done = browser.post(browser.url("triage_left"), {"person": [f"{gone.pk}", "x"]}, follow=True)

    assert "1 request closed." in text(done)
    assert Request.objects.get().closing == "left"


# --- A person, the home page ------------------------------------------------------------------------


def test_person_page_lists_requests_and_adds_one(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)
    address = browser.url("request_new")
    typed = {
        "person": unit_a.paul.pk,
        "wanted": "general",
        "within": "3",
        "source": "family",
        "note": "",
        "received_on": f"{timezone.localdate()}",
    }

    assert "DURAND Paul" in text(browser.get(address, {"person": unit_a.paul.pk}))
    browser.post(address, typed)
    twice = browser.post(address, typed)
    assert twice.status_code == 422
    browser.post(address, {**typed, "again": "join"})

    assert Request.objects.get().times_asked == 2
    assert "Family or lawyer" in text(browser.get(browser.url("person", unit_a.paul.pk)))


def test_home_page_counts_what_waits(unit_a: Unit, alice: User, at_door) -> None:
    RequestFactory(detainee=unit_a.paul, discipline="")
    day = timezone.localdate() - timedelta(days=20)
    RequestFactory(detainee=unit_a.karim, source=Source.ARRIVAL, received_on=day, triaged_at=timezone.now())

    to_do = at_door(alice).get("/").context["to_do"]

    assert (to_do.to_sort, to_do.overdue, to_do.arrivals) == (1, 1, 1)


# --- What is not one's own --------------------------------------------------------------------------


def test_foreign_and_unseen_requests_do_not_exist(unit_a: Unit, unit_b: Unit, bob: User, at_door) -> None:
    browser = at_door(bob)
    unseen = RequestFactory(detainee=unit_a.paul, kind=unit_a.consultation)
    foreign = RequestFactory(detainee=unit_b.paul, discipline="")

    for asked in (unseen, foreign):
        assert browser.get(browser.url("request", asked.pk)).status_code == 404
        assert browser.get(browser.url("book"), {"request": asked.pk}).status_code == 404
        for verb in ("sort", "accept", "answer", "close", "reopen", "take"):
            assert browser.post(browser.url(f"request_{verb}", asked.pk), {"revision": 1}).status_code == 404
    assert browser.get(browser.url("request_new"), {"person": unit_b.paul.pk}).status_code == 404
    assert browser.get(browser.url("triage")).context["queue"].total == 0
    assert "Consultation" not in text(browser.get(browser.url("person", unit_a.paul.pk)))


@pytest.mark.slow
def test_pages_ask_the_same_queries_for_ten_and_a_thousand_requests(unit_a: Unit, alice: User, at_door) -> None:
    browser = at_door(alice)

    def wait(number: int) -> None:
        people = [
            DetaineeFactory.build(establishment=unit_a.establishment, building=unit_a.building, last_name="Wait")
            for _each in range(number)
        ]
        for person in people:
            person.fill_search_text()
        type(people[0]).objects.bulk_create(people)
        Request.objects.bulk_create(
            RequestFactory.build(detainee=person, establishment=unit_a.establishment, kind=unit_a.consultation)
            for person in people
        )

    def queries() -> list[int]:
        found = []
        for address in ("/", "/triage", "/triage?show=sort", "/mail", "/decisions", "/mail/people?line=r0&r0-q=wait"):
            with CaptureQueriesContext(connection) as seen:
                assert browser.get(address).status_code == 200
            found.append(len(seen))
        return found

    wait(10)
    queries()  # what is asked once and remembered
    few = queries()
    wait(990)

    assert queries() == few
    assert browser.get("/triage?page=20").context["queue"].page == 20
