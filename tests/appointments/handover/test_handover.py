"""Open care goes to another unit in a file that it alone opens; it is taken over once, for whom somebody says."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyrage
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.enums import Role, Verb
from access.models import AuditEntry, User
from access.policy import give
from access.refusal import Refused
from appointments.handover.content import HandedEscort, HandedOver, HandedPerson, read, written
from appointments.handover.keys import NoKey, aloud, identity_of, path_of
from appointments.handover.sealing import BLOCK, LARGEST, Unopened, opened, sealed
from appointments.handover.sending import gathered, hand_over, reviewed
from appointments.models import (
    Appointment,
    Detainee,
    Escort,
    HandOver,
    HandOverTaken,
    PartnerUnit,
    Request,
)
from appointments.models.enums.appointment import CancelReason, Status
from appointments.models.enums.request import Closing, RequestStatus, Source
from appointments.registry import apply_import, plan_import
from appointments.registry.nominal_list import read_nominal_list
from appointments.registry.taking_back import take_back
from appointments.rights import Rights
from tests.appointments.handover.conftest import in_days, key_of, knows, somebody
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import RequestFactory, escort, member

pytestmark = pytest.mark.django_db
OpenCare = Callable[[], list[Appointment]]


def page_of(response: Any) -> str:
    return html.unescape(response.content.decode())


def sent_by(door: DoorClient, person: Detainee, partner: PartnerUnit, **fields: str) -> tuple[bytes, str]:
    """Review and seal as a head of unit does; return the file and the digits that are read aloud."""
    review = page_of(door.get(f"/people/{person.pk}/hand-over"))
    seen = re.search(r'name="seen" value="(\w+)"', review)
    assert seen, review
    made = door.post(f"/people/{person.pk}/hand-over", {"unit": partner.pk, "seen": seen[1], **fields})
    assert made.status_code == 201, page_of(made)
    found = re.search(r"base64,([A-Za-z0-9+/=]+)", made.content.decode())
    digits = re.search(r"(\d{5}(?: \d{5}){5})", made.content.decode())
    assert found
    assert digits
    return base64.b64decode(found[1]), digits[1]


def upload(door: DoorClient, data: bytes) -> Any:
    return door.post("/hand-over/open", {"file": SimpleUploadedFile("x.age", data)})


def taking(data: bytes, person: object, **fields: Any) -> dict[str, Any]:
    return {"sealed": base64.b64encode(data).decode(), "person": str(person), "compared": "1", **fields}


def test_open_care_goes_to_the_other_unit_with_the_day_of_the_first_request(
    unit_a: Unit,
    unit_b: Unit,
    helene: User,
    head_b: User,
    both_manage: None,
    partner: PartnerUnit,
    paul_there: Detainee,
    open_care: OpenCare,
) -> None:
    open_care()
    going = escort(unit_a.paul, in_days(12))
    asked = Request.objects.get()
    here, there = DoorClient("care").sign_in(helene), DoorClient("care").sign_in(head_b)
    people = Detainee.objects.count()

    data, digits = sent_by(here, unit_a.paul, partner, end_here="on")
    shown = upload(there, data)

    assert shown.status_code == 200
    text = page_of(shown)
    assert digits in text, "Both units read the same digits."
    assert f'value="{paul_there.pk}"\nchecked' in text, "The one strong candidate is the default."
    assert Request.objects.filter(establishment=unit_b.establishment).count() == 0, "Nothing is written by looking."
    there.post("/hand-over/take", taking(data, paul_there.pk, escorts=["0"]))
    taken = {one.part: (one.detainee_id, one.written) for one in HandOverTaken.objects.all()}
    assert taken == {"care": (paul_there.pk, 2), "escorts": (paul_there.pk, 1)}
    require_asked_since(asked, paul_there)
    planned = Escort.objects.get(detainee=paul_there)
    assert (planned.hospital, planned.expected_at) == (going.hospital, going.expected_at)
    assert Detainee.objects.count() == people, "Nobody was added."
    require_ended(asked, going)
    verbs = set(AuditEntry.objects.values_list("verb", "establishment_id"))
    assert {(Verb.HAND_OVER, unit_a.establishment.pk), (Verb.TAKE_OVER, unit_b.establishment.pk)} <= verbs


def require_asked_since(asked: Request, there: Detainee) -> None:
    """At the other unit the person waits since the same day, and a series is something to be planned."""
    got = {one.wanted: one for one in Request.objects.filter(detainee=there)}
    first = got["Consultation"]
    assert (first.received_on, first.due_on, first.times_asked, first.note) == (
        asked.received_on,
        asked.due_on,
        3,
        "Douleur dentaire",
    )
    assert first.source == Source.OTHER_UNIT
    assert "3 sessions left" in got["Psychiatric interview"].note


def require_ended(asked: Request, going: Escort) -> None:
    """At the unit that handed over, all of it ended for that reason, in the same step."""
    asked.refresh_from_db()
    going.refresh_from_db()
    assert (asked.status, asked.closing) == (RequestStatus.CLOSED, Closing.HANDED_OVER)
    assert set(Appointment.objects.values_list("status", "cancel_reason")) == {
        (Status.CANCELLED, CancelReason.MOVED_AWAY)
    }
    assert going.status == "cancelled"


def test_nothing_ends_here_unless_somebody_says_so(
    unit_a: Unit, helene: User, partner: PartnerUnit, open_care: OpenCare
) -> None:
    open_care()

    sent_by(DoorClient("care").sign_in(helene), unit_a.paul, partner)

    assert Request.objects.get().status == RequestStatus.OPEN
    assert set(Appointment.objects.values_list("status", flat=True)) == {Status.BOOKED}
    made = HandOver.objects.get()
    assert (made.made_by_id, made.requests, made.series, made.is_ended_here) == (helene.pk, 1, 1, False)


def test_second_opening_says_when_it_was_taken_over_and_writes_nothing(
    unit_a: Unit,
    unit_b: Unit,
    helene: User,
    head_b: User,
    partner: PartnerUnit,
    paul_there: Detainee,
    open_care: OpenCare,
) -> None:
    open_care()
    here, there = DoorClient("care").sign_in(helene), DoorClient("care").sign_in(head_b)
    data, _digits = sent_by(here, unit_a.paul, partner)
    assert there.post("/hand-over/take", taking(data, paul_there.pk)).status_code == 302
    number = Request.objects.count()

    for answer in (upload(there, data), there.post("/hand-over/take", taking(data, paul_there.pk))):
        assert answer.status_code == 409
        assert "This file was taken over already, on" in page_of(answer)
        assert str(head_b) in page_of(answer)
    # A second file of the same care asks for nothing twice.
    again, _digits = sent_by(here, unit_a.paul, partner)
    there.post("/hand-over/take", taking(again, paul_there.pk))
    assert Request.objects.count() == number
    assert HandOverTaken.objects.count() == 2


def test_other_unit_cannot_open_it_and_is_told_so(
    unit_a: Unit, unit_b: Unit, helene: User, head_b: User, partner: PartnerUnit, open_care: OpenCare
) -> None:
    open_care()
    here, there = DoorClient("care").sign_in(helene), DoorClient("care").sign_in(head_b)
    data, _digits = sent_by(here, unit_a.paul, partner)

    refused = upload(here, data)
    assert refused.status_code == 422
    assert "sealed for another unit" in page_of(refused), "Not even the unit that sealed it."
    # Whoever could open theirs and seals it anew for us makes it no file of ours.
    content = opened(data, unit_b.establishment)
    mine = identity_of(unit_a.establishment).to_public()
    forged = pyrage.encrypt(written(content), [mine])
    assert "made for another unit" in page_of(upload(here, forged))
    Path(path_of("mab") or "").unlink()
    lost = upload(there, data)
    assert lost.status_code == 422
    assert "This unit has no key" in page_of(lost)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda data: b"", "This file is empty."),
        (lambda data: b"PK\x03\x04 a document", "This is no sealed hand-over file."),
        (lambda data: data[:-40], "This file is damaged."),
        (lambda data: data[:200], "This file is damaged."),
        (lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:], "This file is damaged."),
        (lambda data: data + b" " * LARGEST, "far larger than a hand-over"),
    ],
)
def test_damaged_foreign_or_oversized_file_is_refused_with_a_sentence(
    unit_a: Unit,
    helene: User,
    head_b: User,
    partner: PartnerUnit,
    open_care: OpenCare,
    spoil: Callable[[bytes], bytes],
    sentence: str,
) -> None:
    open_care()
    data, _digits = sent_by(DoorClient("care").sign_in(helene), unit_a.paul, partner)
    there = DoorClient("care").sign_in(head_b)

    refused = upload(there, spoil(data))

    assert refused.status_code == 422
    assert sentence in page_of(refused)
    straight = there.post("/hand-over/take", taking(spoil(data), "x"))
    assert straight.status_code == 422
    assert not HandOverTaken.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"format": "other"},
        {"id": "no"},
        {"requests": [{}]},
        {"requests": "many"},
        {"requests": [{"received_on": "9999-12-31"}]},
        {"series": [{"left": 10**9}]},
        {"person": {"last_name": "X\x00", "first_name": "Y", "register_number": "1"}},
        {"person": None},
        {"escorts": [{"hospital": "x" * 5000}]},
    ],
)
def test_what_is_sealed_to_us_and_is_no_hand_over_is_refused(
    unit_b: Unit, head_b: User, partner: PartnerUnit, change: dict[str, Any]
) -> None:
    content = empty_file(partner)
    said = json.loads(written(content)) | change
    data = pyrage.encrypt(json.dumps(said).encode(), [pyrage.x25519.Recipient.from_str(partner.recipient)])

    refused = upload(DoorClient("care").sign_in(head_b), data)

    assert refused.status_code == 422
    assert "no hand-over that this version can read" in page_of(refused)


def empty_file(partner: PartnerUnit) -> HandedOver:
    person = HandedPerson("Durand", "Paul", "004217", date(1990, 5, 17))
    return HandedOver(uuid4(), partner.recipient, "MAA", date(2026, 1, 2), person)


def test_person_is_never_guessed_and_never_added(
    unit_a: Unit, unit_b: Unit, helene: User, head_b: User, partner: PartnerUnit, open_care: OpenCare
) -> None:
    open_care()
    there = DoorClient("care").sign_in(head_b)
    data, _digits = sent_by(DoorClient("care").sign_in(helene), unit_a.paul, partner)
    Detainee.objects.filter(pk=unit_b.paul.pk).update(birth_date="1960-01-01", register_number="7")
    people = Detainee.objects.count()

    assert "Nobody present here has this name" in page_of(upload(there, data))
    for key in (unit_b.paul.pk, unit_b.karim.pk, unit_a.paul.pk, "", "nobody"):
        assert there.post("/hand-over/take", taking(data, key)).status_code == 409
    twins = [somebody(unit_b, last_name="Durand", first_name="Paul") for _nth in range(2)]
    shown = page_of(upload(there, data))
    assert all(str(one.pk) in shown for one in twins)
    assert "checked" not in shown.split("Which person is it?")[1].split("</fieldset>")[0], "Two: nobody is the default."
    unsaid = there.post("/hand-over/take", {**taking(data, twins[0].pk), "compared": ""})
    assert unsaid.status_code == 422
    assert f'value="{twins[0].pk}"\nchecked' in page_of(unsaid), "What was chosen stays."
    assert Detainee.objects.count() == people + 2
    assert not Request.objects.filter(establishment=unit_b.establishment).exists()


def test_escorts_go_and_come_only_with_whoever_plans_them(
    unit_a: Unit,
    unit_b: Unit,
    helene: User,
    head_b: User,
    partner: PartnerUnit,
    paul_there: Detainee,
) -> None:
    RequestFactory(detainee=unit_a.paul)
    escort(unit_a.paul, in_days(9))
    here, there = DoorClient("care").sign_in(helene), DoorClient("care").sign_in(head_b)

    assert "CHU Nord" not in page_of(here.get(f"/people/{unit_a.paul.pk}/hand-over"))
    data, _digits = sent_by(here, unit_a.paul, partner, end_here="on")
    assert opened(data, unit_b.establishment).escorts == ()
    assert Escort.objects.get().status == "planned", "Nor is it ended by who may not know of it."
    full = sealed(replace(opened(data, unit_b.establishment), escorts=(sample_escort(),)))
    shown = page_of(upload(there, full))
    assert "CHU Sud" not in shown
    assert "scort" not in shown.split("<main")[1].split("</main>")[0], "Not even that there is one."
    there.post("/hand-over/take", taking(full, paul_there.pk, escorts=["0"]))
    assert not Escort.objects.filter(detainee=paul_there).exists()
    # Whoever plans escorts takes their part of the same file, and sees no request.
    secretary = member(Role.SECRETARY, unit_b.establishment, username="sonia")
    assert DoorClient("care").sign_in(secretary).get("/hand-over/").status_code == 403
    give(secretary, "manage_escorts", unit_b.establishment)
    planner = DoorClient("care").sign_in(secretary)
    shown = page_of(upload(planner, full))
    assert "CHU Sud" in shown
    assert "General medicine" not in shown
    for _nth in range(2):
        planner.post("/hand-over/take", taking(full, paul_there.pk, escorts=["0"]))
    assert Escort.objects.get(detainee=paul_there).hospital == "CHU Sud"
    assert {one.part: one.written for one in HandOverTaken.objects.all()} == {"care": 1, "escorts": 1}
    assert upload(there, full).status_code == upload(planner, full).status_code == 409


def sample_escort() -> Any:
    return HandedEscort("CHU Sud", "", in_days(4), ())


def test_what_changed_since_the_review_is_not_sealed(
    unit_a: Unit, helene: User, partner: PartnerUnit, open_care: OpenCare
) -> None:
    open_care()
    seen = reviewed(gathered(unit_a.paul, partner, rights=Rights(helene, unit_a.establishment)))
    RequestFactory(detainee=unit_a.paul)
    door = DoorClient("care").sign_in(helene)

    refused = door.post(f"/people/{unit_a.paul.pk}/hand-over", {"unit": partner.pk, "seen": seen})

    assert refused.status_code == 409
    assert "changed since you looked" in page_of(refused)
    assert not HandOver.objects.exists()
    empty = reviewed(gathered(unit_a.karim, partner, rights=Rights(helene, unit_a.establishment)))
    with pytest.raises(Refused, match="nothing to hand over"):
        hand_over(by=helene, person=unit_a.karim, partner=partner, seen=empty, end_here=False)


def test_length_of_a_file_tells_nothing_of_the_care(
    unit_a: Unit, helene: User, partner: PartnerUnit, open_care: OpenCare
) -> None:
    rights = Rights(helene, unit_a.establishment)
    nothing = sealed(gathered(unit_a.paul, partner, rights=rights))
    open_care()
    something = sealed(gathered(unit_a.paul, partner, rights=rights))

    # age itself puts lines of a random length before what is sealed.
    lengths = {len(data[data.index(b"\n--- ") :]) for data in (nothing, something)}
    assert len(lengths) == 1
    assert min(lengths) > BLOCK
    assert b"Douleur" not in something
    assert read(written(gathered(unit_a.paul, partner, rights=rights))).requests[0].note == "Douleur dentaire"


def test_key_of_another_unit_needs_the_digits_read_aloud(unit_a: Unit, unit_b: Unit, helene: User) -> None:
    key_of(unit_a)
    theirs = key_of(unit_b)
    digits = aloud(theirs)
    door = DoorClient("care").sign_in(helene)
    form = {"name": "USMP du Sud", "key": theirs, "digits": digits[-11:]}

    for wrong in (
        {"digits": "00000 00000"},
        {"digits": ""},
        {"key": theirs[:-1] + ("q" if theirs[-1] != "q" else "p")},
        {"key": "age1"},
        {"key": "AGE-SECRET-KEY-1"},
    ):
        refused = door.post("/hand-over/units", form | wrong)
        assert refused.status_code == 422
        assert "USMP du Sud" in page_of(refused), "What was typed stays."
    assert not PartnerUnit.objects.exists()
    assert door.post("/hand-over/units", form).status_code == 302
    unit = PartnerUnit.objects.get()
    assert (unit.recipient, unit.verified_by_name) == (theirs, str(helene))
    assert "entered already" in page_of(door.post("/hand-over/units", form))
    page = page_of(door.get("/hand-over/"))
    assert str(identity_of(unit_a.establishment).to_public()) in page
    assert digits in page
    assert "AGE-SECRET-KEY" not in page
    assert door.post(f"/hand-over/units/{unit.pk}/retire").status_code == 302
    assert "No other unit" in page_of(door.get(f"/people/{unit_a.paul.pk}/hand-over"))


def test_private_key_is_its_owners_file_and_stands_in_no_database(unit_a: Unit, keys: Path, capsys: Any) -> None:
    call_command("handover_key", establishment="MAA")
    said = capsys.readouterr().out

    path = keys / "maa.agekey"
    assert path.stat().st_mode & 0o777 == 0o600
    assert str(identity_of(unit_a.establishment).to_public()) in said
    assert "AGE-SECRET-KEY" not in said
    with pytest.raises(CommandError, match="there already"):
        call_command("handover_key", establishment="MAA")
    with pytest.raises(CommandError, match="letters, digits"):
        call_command("handover_key", establishment="../MAA")
    path.chmod(0o640)
    with pytest.raises(NoKey, match="Others can read"):
        identity_of(unit_a.establishment)
    path.chmod(0o600)
    path.write_text("AGE-SECRET-KEY-1NOT")
    with pytest.raises(NoKey, match="cannot be read"):
        identity_of(unit_a.establishment)


def test_file_sealed_to_a_key_that_was_replaced_is_another_units(unit_b: Unit, partner: PartnerUnit) -> None:
    data = sealed(empty_file(partner))
    Path(path_of(unit_b.establishment.code) or "").unlink()
    knows(unit_b, unit_b, key_of(unit_b))

    with pytest.raises(Unopened, match="sealed for another unit"):
        opened(data, unit_b.establishment)


def test_leaving_soon_shows_the_open_care_and_nothing_beyond_ones_sight(
    unit_a: Unit,
    alice: User,
    bob: User,
    helene: User,
    emma: User,
    open_care: OpenCare,
    django_assert_max_num_queries: Any,
) -> None:
    open_care()
    escort(unit_a.paul, in_days(9))
    soon = unit_a.establishment.today()
    for person, days in ((unit_a.paul, 20), (unit_a.karim, 70)):
        Detainee.objects.filter(pk=person.pk).update(leaves_on=soon.fromordinal(soon.toordinal() + days))
    gone = somebody(unit_a)
    Detainee.objects.filter(pk=gone.pk).update(leaves_on=soon, released_on=soon, building=None, cell="")

    seen = {
        user.username: page_of(DoorClient("care").sign_in(user).get("/people/leaving"))
        for user in (alice, bob, helene, emma)
    }

    assert all("DURAND Paul" in page and "BENALI" not in page for page in seen.values())
    assert all(gone.display_name not in page for page in seen.values()), "Whoever has left leaves no more."
    assert "CHU Nord" in seen["emma"]
    assert "CHU Nord" not in seen["helene"] + seen["alice"] + seen["bob"]
    assert "Consultation" in seen["alice"]
    assert "Consultation" not in seen["bob"]
    assert "Hand over to another unit" in seen["helene"]
    assert "Hand over to another unit" not in seen["alice"]
    door = DoorClient("care").sign_in(helene)
    assert "BENALI" in page_of(door.get("/people/leaving", {"weeks": "12"}))
    for weeks in ("0", "27", "x", "99999999999999999999"):
        assert door.get("/people/leaving", {"weeks": weeks}).status_code == 422


def test_page_of_leavers_asks_a_constant_number_of_questions(unit_a: Unit, helene: User, open_care: OpenCare) -> None:
    open_care()
    door, soon = DoorClient("care").sign_in(helene), unit_a.establishment.today()
    counts = []
    for number in (1, 6):
        for _nth in range(number):
            person = somebody(unit_a)
            RequestFactory(detainee=person)
            Detainee.objects.filter(pk=person.pk).update(leaves_on=soon)
        with CaptureQueriesContext(connection) as asked:
            door.get("/people/leaving")
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_list_with_its_column_of_days_is_kept_and_taken_back(unit_a: Unit, helene: User) -> None:
    place, today = unit_a.establishment, unit_a.establishment.today()

    def applied(heading: str, said: str) -> Any:
        text = f"écrou;nom;prénom;né le;bâtiment;cellule;{heading}\n004217;DURAND;Paul;17/05/1990;A;A-2-214;{said}\n"
        plan = lambda: plan_import(place, read_nominal_list(text.encode(), today=today), today=today)  # noqa: E731
        return apply_import(plan, establishment=place, by=helene, file_digest="0" * 64)

    def leaves() -> Any:
        return Detainee.objects.get(pk=unit_a.paul.pk).leaves_on

    day = today.fromordinal(today.toordinal() + 30)
    first = applied("Fin de peine", f"{day:%d/%m/%Y}")
    assert (leaves(), first.unchanged) == (day, 1)
    applied("remarque", "")
    assert leaves() == day, "A list without that column says nothing of it."
    last = applied("Date de libération", "")
    assert leaves() is None, "A day that the list no longer names is forgotten."
    take_back(by=helene, done=last)
    assert leaves() == day
