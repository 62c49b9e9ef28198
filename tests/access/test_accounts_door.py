"""The accounts door as Ada uses it, and all that it keeps from her and from others."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, OperationalError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.audit import record
from access.enums import Role, Verb
from access.log_kinds import KINDS, kind_in_words
from access.models import AuditEntry, Membership, User
from access.policy import give, granted
from access.views.log import name_in_words
from appointments.models import Agenda
from tests.conftest import Unit
from tests.doors import DoorClient, through
from tests.factories import agreed, confirmed, member, paris_day
from tests.reading import tight

Browser = Callable[[User], DoorClient]


def names(page: str) -> list[str]:
    """The people in the first column of a list."""
    return re.findall(r'<th scope="row">\s*<a\s+href="/accounts/\w+/\d+"\s*>([^<]+)</a>', page)


def new_nurse(unit: Unit, **fields: str) -> dict[str, str]:
    """What Ada types for a nurse who books for the doctor and sees the psychiatrist."""
    return {
        "full_name": "Nina Simon",
        "username": "nina",
        "email": "",
        "role": "nurse",
        "valid_from": paris_day().isoformat(),
        "valid_until": "",
        f"agenda-{unit.doctor.pk}": "book",
        f"agenda-{unit.psychiatrist.pk}": "view",
    } | fields


def test_list_shows_every_account_of_the_establishment_and_no_other(
    unit_a: Unit,
    alice: User,
    bob: User,
    helene: User,
    oscar: User,
    olga: User,
    chloe: User,
    ada: User,
    at_door: Browser,
) -> None:
    page = at_door(ada).get("/").content.decode()

    assert names(page) == ["Ada", "Alice", "Bob", "Helene", "Olga", "Oscar"]
    assert "6 accounts" in page
    words = re.sub(r"\s+", " ", page)
    assert "<div>Sees and books: Dr Leroy</div><div>Sees: Dr Bob</div>" in words
    assert "<div>Sees and books every agenda of their unit</div>" in words
    assert "<div>Sees the list of every building</div>" in words
    assert "<div>Sees the list: A</div>" in words


def test_list_shows_names_as_text_whatever_they_hold(unit_a: Unit, alice: User, ada: User, at_door: Browser) -> None:
    User.objects.filter(pk=alice.pk).update(full_name='"><script>alert(1)</script>', username="'><blink>")
    Agenda.objects.filter(pk=unit_a.doctor.pk).update(name="<blink>")

    page = at_door(ada).get("/").content.decode()

    assert not re.search("<script>alert|<blink", page)
    assert page.count("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;") == 2
    assert "Sees and books: &lt;blink&gt;" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=helene", ["Hélène Faure"]),
        ("q=FAURE+hel", ["Hélène Faure"]),
        ("q=alice", ["Alice"]),
        ("door=prison", ["Oscar"]),
        ("state=deactivated", ["Alice"]),
        ("state=ended", ["Hélène Faure"]),
        ("q=zzz", []),
        ("q=alice&door=prison", []),
        ("page=99&door=prison", ["Oscar"]),
        ("page=x&door=prison", ["Oscar"]),
    ],
)
def test_list_is_narrowed_by_name_door_and_state(
    alice: User, helene: User, oscar: User, ada: User, at_door: Browser, query: str, found: list[str]
) -> None:
    User.objects.filter(pk=helene.pk).update(full_name="Hélène Faure")
    User.objects.filter(pk=alice.pk).update(is_active=False)
    Membership.objects.filter(user=helene).update(valid_until=paris_day() - timedelta(days=2))

    answer = at_door(ada).get(f"/?{query}")

    assert answer.status_code == 200
    assert names(answer.content.decode()) == found


@pytest.mark.parametrize("typed", ["coeur", "Cœur Dumont", "jean luc", "DUMONT", "l’abbe"])
def test_account_is_found_however_ligatures_hyphens_and_apostrophes_are_typed(
    helene: User, ada: User, at_door: Browser, typed: str
) -> None:
    User.objects.filter(pk=helene.pk).update(full_name="Jean-Luc Cœur-Dumont, L'Abbé")

    answer = at_door(ada).get("/", {"q": typed})

    assert names(answer.content.decode()) == ["Jean-Luc Cœur-Dumont, L&#x27;Abbé"]


@pytest.mark.parametrize("query", ["door=x", "state=x", "q=%00", "q=" + "a" * 200])
def test_wrong_filter_gets_a_sentence(ada: User, at_door: Browser, query: str) -> None:
    assert at_door(ada).get(f"/?{query}").status_code == 422


def test_list_log_and_matrix_ask_the_same_number_of_queries_for_3_and_for_30_accounts(
    unit_a: Unit, ada: User, at_door: Browser
) -> None:
    browser = at_door(ada)

    def people(first: int, last: int) -> None:
        for n in range(first, last):
            nurse = member(Role.NURSE, unit_a.establishment, username=f"nurse{n}")
            give(nurse, "view_agenda", unit_a.doctor)
            give(
                member(Role.FLOOR_OFFICER, unit_a.establishment, username=f"officer{n}"),
                "view_movements",
                unit_a.building,
            )
            record(by=nurse, verb=Verb.SIGN_IN, target=nurse, establishment=unit_a.establishment)

    def queries() -> list[int]:
        counts = []
        for path in ("/", "/log", "/who-sees-what"):
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert browser.get(path).status_code == 200
            counts.append(len(captured))
        return counts

    people(0, 2)
    queries()
    few = queries()
    people(2, 15)

    assert queries() == few


def test_opening_an_account_answers_once_with_its_first_password(unit_a: Unit, ada: User, at_door: Browser) -> None:
    browser = at_door(ada)

    answer = browser.post("/accounts/new/care", new_nurse(unit_a))

    page = answer.content.decode()
    assert answer.status_code == 201
    password = re.search(r'class="first-password">([a-z0-9-]{19})<', page)
    assert password is not None
    user = User.objects.get(username="nina")
    assert user.check_password(password[1])
    assert "<strong>Care" in page
    assert set(granted(user, "view_agenda", Agenda)) == {unit_a.doctor, unit_a.psychiatrist}
    assert password[1] not in browser.get(f"/accounts/{user.side}/{user.pk}").content.decode()
    assert password[1] not in str(list(AuditEntry.objects.values()))
    assert answer.headers["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": "n@justice.fr"}, "cannot use a justice.fr address"),
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"role": "floor_officer"}, "This door has no such role."),
        ({"role": ""}, "Choose a role, or like whom the person is to be."),
        ({"username": "ALICE"}, "This user name is taken. Choose another."),
        ({"username": "dupont@justice.fr"}, "it is no mail address"),
        ({"valid_from": "2020-01-01", "valid_until": "2020-02-01"}, "This last day is over"),
        ({"valid_until": "2020-01-01"}, "The last day comes before the first."),
        ({"valid_from": "tomorrow"}, "Enter a valid date."),
        ({"full_name": "N\x00"}, "Null characters are not allowed."),
    ],
)
def test_refused_account_keeps_what_was_typed(
    unit_a: Unit, alice: User, ada: User, at_door: Browser, fields: dict[str, str], sentence: str
) -> None:
    typed = new_nurse(unit_a, **fields)

    answer = at_door(ada).post("/accounts/new/care", typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page.replace("&#x27;", "'")
    assert f'value="{typed["username"]}"' in page
    assert re.search(rf'name="agenda-{unit_a.doctor.pk}" value="book"[^>]* checked', page)
    assert User.objects.count() == 2


def test_scope_of_a_foreign_agenda_cannot_be_asked_for(unit_a: Unit, unit_b: Unit, ada: User, at_door: Browser) -> None:
    at_door(ada).post("/accounts/new/care", new_nurse(unit_a) | {f"agenda-{unit_b.doctor.pk}": "book"})

    assert unit_b.doctor not in granted(User.objects.get(username="nina"), "view_agenda", Agenda)


@pytest.mark.parametrize(("side", "offered"), [("care", 4), ("prison", 4), ("accounts", 1)])
def test_roles_offered_fit_the_door(ada: User, at_door: Browser, side: str, offered: int) -> None:
    page = at_door(ada).get(f"/accounts/new/{side}").content.decode()

    select = re.search(r'<select name="role".*?</select>', page, re.DOTALL)
    assert select is not None
    assert len(re.findall(r'<option value="[a-z]', select[0])) == offered


def test_unknown_door_and_unknown_or_foreign_account_are_not_there(chloe: User, ada: User, at_door: Browser) -> None:
    browser = at_door(ada)

    for path in (
        "/accounts/new/kitchen",
        "/accounts/care/0",
        f"/accounts/care/{10**25}",
        f"/accounts/{chloe.side}/{chloe.pk}",
    ):
        assert browser.get(path).status_code == 404
    for do in ("identity", "role", "end_role", "scope", "reset_factor", "first_password", "deactivate", "reactivate"):
        assert browser.post(f"/accounts/{chloe.side}/{chloe.pk}", {"do": do}).status_code == 404
    chloe.refresh_from_db()
    assert chloe.is_active


def test_unknown_action_is_refused(alice: User, ada: User, at_door: Browser) -> None:
    assert at_door(ada).post(f"/accounts/{alice.side}/{alice.pk}", {"do": "promote"}).status_code == 400


def test_account_page_changes_name_role_and_scope(unit_a: Unit, alice: User, ada: User, at_door: Browser) -> None:
    browser = at_door(ada)
    path = f"/accounts/{alice.side}/{alice.pk}"
    today = paris_day().isoformat()

    answers = [
        browser.post(path, {"do": "identity", "full_name": "Alice Morel", "email": "a@hopital.example"}),
        browser.post(path, {"do": "role", "role": "secretary", "valid_from": today, "valid_until": today}),
        browser.post(path, {"do": "scope", f"agenda-{unit_a.psychiatrist.pk}": "book"}),
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 302]
    # Another name of a carer waits, and nothing says that it was done.
    alice.refresh_from_db()
    assert (alice.full_name, alice.email) == ("Alice", "a@hopital.example")
    page = browser.get(path).content.decode()
    assert "Asked of a second person. What needs their word" in page
    assert "Alice → Alice Morel" in page
    confirmed("alice")
    alice.refresh_from_db()
    assert (alice.full_name, alice.email) == ("Alice Morel", "a@hopital.example")
    assert Membership.objects.get(user=alice).role == Role.SECRETARY
    assert set(granted(alice, "book_agenda", Agenda)) == {unit_a.psychiatrist}
    assert set(granted(alice, "view_agenda", Agenda)) == {unit_a.psychiatrist}
    page = browser.get(path).content.decode()
    assert "gave a role or a scope" in page
    assert "changed an account" in page


@pytest.mark.parametrize(
    "typed",
    [
        {"do": "identity", "full_name": "Alice", "email": "a@justice.fr"},
        {"do": "role", "role": "floor_officer", "valid_from": "2026-01-01"},
        {"do": "role", "role": "nurse", "valid_from": "2026-02-01", "valid_until": "2026-01-01"},
    ],
)
def test_refused_change_says_why_and_changes_nothing(
    alice: User, ada: User, at_door: Browser, typed: dict[str, str]
) -> None:
    before = list(Membership.objects.filter(user=alice).values())

    answer = at_door(ada).post(f"/accounts/{alice.side}/{alice.pk}", typed)

    assert answer.status_code == 422
    assert 'class="error-summary"' in answer.content.decode()
    assert list(Membership.objects.filter(user=alice).values()) == before
    assert not AuditEntry.objects.exists()


def test_account_page_resets_closes_and_reopens(alice: User, ada: User, at_door: Browser) -> None:
    nurse, browser = at_door(alice), at_door(ada)
    path = f"/accounts/{alice.side}/{alice.pk}"
    assert nurse.get("/my-account").status_code == 200

    assert browser.post(path, {"do": "reset_factor"}).status_code == 302
    assert not TOTPDevice.objects.filter(user=alice).exists()
    sheet = browser.post(path, {"do": "first_password"})
    password = re.search(r'class="first-password">([a-z0-9-]{19})<', sheet.content.decode())
    alice.refresh_from_db()
    assert password is not None
    assert alice.check_password(password[1])
    assert browser.post(path, {"do": "deactivate"}).status_code == 302
    assert "deactivated" in browser.get(path).content.decode()
    assert nurse.get("/my-account").status_code == 302
    assert browser.post(path, {"do": "reactivate"}).status_code == 302
    assert browser.post(path, {"do": "end_role"}).status_code == 302
    assert "role ended" in browser.get(path).content.decode()


def test_own_account_cannot_be_closed_from_the_page(ada: User, at_door: Browser) -> None:
    browser = at_door(ada)

    for do in ("deactivate", "end_role", "reset_factor", "first_password"):
        answer = browser.post(f"/accounts/{ada.side}/{ada.pk}", {"do": do})
        assert answer.status_code == 422
        assert "You cannot do this to your own account" in answer.content.decode()
    assert browser.get("/").status_code == 200


def test_role_at_a_second_establishment_is_given_by_who_manages_both(
    unit_a: Unit, unit_b: Unit, alice: User, ada: User, at_door: Browser
) -> None:
    browser = at_door(ada)
    typed = {"do": "role", "role": "nurse", "valid_from": "2026-01-01", "establishment": str(unit_b.establishment.pk)}
    assert browser.post(f"/accounts/{alice.side}/{alice.pk}", typed).status_code == 400

    agreed(unit_b.establishment)
    Membership.objects.create(
        user=ada, establishment=unit_b.establishment, side="accounts", role="account_admin", administers="both"
    )
    assert browser.post(f"/accounts/{alice.side}/{alice.pk}", typed).status_code == 302

    there = Membership.objects.filter(user=alice, establishment=unit_b.establishment, role="nurse")
    assert not there.exists()
    confirmed("alice")
    assert there.exists()


def test_log_shows_the_lines_of_the_establishment_in_words(
    unit_a: Unit, unit_b: Unit, alice: User, chloe: User, ada: User, at_door: Browser
) -> None:
    record(by=alice, verb=Verb.READ, target=unit_a.paul, establishment=unit_a.establishment)
    record(by=alice, verb=Verb.SIGN_IN, target=alice)
    record(by=chloe, verb=Verb.SIGN_IN, target=chloe)
    record(by=chloe, verb=Verb.READ, target=unit_b.paul, establishment=unit_b.establishment)

    page = at_door(ada).get("/log").content.decode()

    body = page[page.index("<tbody>") :]
    assert body.count("<tr>") == 2
    assert "chloe" not in body
    assert str(unit_a.paul.pk) not in page
    assert "Durand" not in page
    assert AuditEntry.objects.latest("id").verb == "read"
    assert AuditEntry.objects.latest("id").target_type == "access.auditentry"


def test_log_says_that_a_filter_finds_nothing_and_has_words_for_pages_and_administrators(
    ada: User, at_door: Browser
) -> None:
    page = at_door(ada).get("/log?since=2031-01-01").content.decode()

    assert "No line of the log is like that" in page
    with translation.override("fr"):
        assert kind_in_words("exports") == "page «\xa0exports\xa0»"
        assert name_in_words("administrator 8") == "administrateur 8"


def test_every_kind_of_record_has_words_of_its_own_in_the_log() -> None:
    """Django makes English ones of a class's name where nobody has given any."""
    ours = [model for model in apps.get_models() if model._meta.app_label in {"access", "appointments", "prison"}]
    without = {model._meta.label_lower for model in ours if isinstance(model._meta.verbose_name, str)}

    assert without - set(KINDS) == {
        # Nobody does anything to these: the database and the nightly work alone write them.
        "access.accountevent",
        "access.auditchain",
        "access.usedpassword",
        "appointments.courierlease",
        "appointments.prisonsilence",
        "appointments.retentionpurge",
        "prison.deskcount",
        "prison.heartbeat",
    }


def test_log_is_narrowed_by_person_and_day_and_goes_on_page_by_page(
    unit_a: Unit, alice: User, bob: User, ada: User, at_door: Browser
) -> None:
    for _time in range(105):
        record(by=alice, verb=Verb.SIGN_IN, target=alice)
    record(by=bob, verb=Verb.SIGN_IN, target=bob)
    browser = at_door(ada)

    def lines(query: str) -> int:
        return tight(browser.get(f"/log?{query}").content.decode()).count('<td class="figures when"><time')

    assert lines("who=bob") == 1
    assert lines("who=nobody") == 0
    assert lines("since=2020-01-01&until=2020-01-02") == 0
    assert lines("who=alice") == 100
    older = re.search(r'href="\?who=alice&amp;before=(\d+)"', browser.get("/log?who=alice").content.decode())
    assert older is not None
    assert lines(f"who=alice&before={older[1]}") == 5
    today = timezone.localdate(timezone=unit_a.establishment.zone)
    assert lines(f"who=alice&since={today}&until={today}") == 100
    assert lines("verb=sign_in&who=bob") == 1
    assert lines("verb=sign_out&who=bob") == 0
    for wrong in (
        "since=32-13",
        "since=0001-01-01",
        "until=9999-12-31",
        "since=2026-02-02&until=2026-02-01",
        "verb=x",
        "part=did",
        "before=x",
        "before=-1",
        f"before={10**30}",
        "who=%00",
    ):
        assert browser.get(f"/log?{wrong}").status_code == 422
        assert browser.get(f"/log/export?{wrong}").status_code == 422


def test_log_tells_what_somebody_did_from_what_was_done_to_their_account_and_of_no_patient(
    unit_a: Unit, alice: User, ada: User, at_door: Browser
) -> None:
    record(by=alice, verb=Verb.READ, target=unit_a.paul, establishment=unit_a.establishment)
    record(by=None, verb=Verb.FAILED_SIGN_IN, target=alice)
    record(by=ada, verb=Verb.UNLOCK, target=alice, establishment=unit_a.establishment)
    browser = at_door(ada)

    def verbs(query: str) -> set[str]:
        page = browser.get(f"/log?{query}").content.decode()
        return {word for word in ("read", "failed to sign in", "ended a wait") if f"<td>{word}</td>" in page}

    assert verbs("who=alice&part=did") == {"read"}
    assert verbs("who=alice&part=concerned") == {"failed to sign in", "ended a wait"}
    assert verbs("who=alice") == {"read", "failed to sign in", "ended a wait"}
    # A patient is nobody whom this door could look for.
    assert verbs("who=Durand") == set()


def test_log_is_exported_for_a_spreadsheet_and_the_export_is_a_line_of_it(
    unit_a: Unit, alice: User, ada: User, at_door: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.filter(pk=alice.pk).update(full_name="=HYPERLINK(1)")
    for _time in range(3):
        record(by=alice, verb=Verb.READ, target=unit_a.paul, establishment=unit_a.establishment)
    record(by=None, verb=Verb.FAILED_SIGN_IN, target=alice)
    browser = at_door(ada)

    answer = browser.get("/log/export?who=alice&verb=read")

    head, *lines = answer.content.decode("utf-8-sig").splitlines()
    assert head == "When;Who;User name;Door;What;Record;Hash"
    assert len(lines) == 3
    first = AuditEntry.objects.filter(verb="read", username="alice").latest("id")
    assert all("'=HYPERLINK(1);alice;" in line for line in lines)
    assert lines[0].endswith(first.hash)
    assert str(unit_a.paul.pk) not in answer.content.decode()
    assert "attachment" in answer["Content-Disposition"]
    entry = AuditEntry.objects.latest("id")
    assert (entry.username, entry.verb, entry.target_type) == ("ada", "export", "access.auditentry")

    # What no spreadsheet opens is refused whole, with a sentence, and not cut off.
    monkeypatch.setattr("access.views.log.EXPORTED", 2)
    answer = browser.get("/log/export?who=alice")
    assert (answer.status_code, "More than 2 lines" in answer.content.decode()) == (422, True)
    assert AuditEntry.objects.latest("id").pk == entry.pk


def test_matrix_says_who_sees_what_today(
    unit_a: Unit, alice: User, helene: User, oscar: User, ada: User, at_door: Browser
) -> None:
    page = tight(at_door(ada).get("/who-sees-what").content.decode())

    rows = [
        (name, *re.findall(r"<td[^>]*>([^<]*)</td>", cells))
        for name, cells in re.findall(r'<th scope="row">\s*<a\s[^>]*>([^<]+)</a>\s*</th>(.*?)</tr>', page, re.DOTALL)
    ]
    assert rows == [
        # Agendas, then hospital escorts and interfaces, which no role brings; then buildings.
        ("Alice", "Nurse", "sees", "sees and books"),
        ("Helene", "Head of unit", "sees and books every agenda of their unit"),
        ("Alice", "Nurse", "–"),
        ("Helene", "Head of unit", "–"),
        ("Alice", "Nurse", "–"),
        ("Helene", "Head of unit", "–"),
        ("Oscar", "Floor officer", "sees the list", "–"),
    ]


def test_no_other_role_opens_the_accounts_door(alice: User, oscar: User, ada: User, at_door: Browser) -> None:
    for user in (alice, oscar):
        stranger = DoorClient("accounts")
        answer = stranger.post("/sign-in", {"username": user.username, "password": "une phrase de passe solide"})
        assert answer.status_code == 401


def test_accounts_login_reads_no_appointment_movement_or_detained_person(unit_a: Unit, ada: User) -> None:
    with through("accounts"):
        for table in (
            "appointments_appointment",
            "appointments_movement",
            "appointments_detainee",
            "appointments_kind",
        ):
            with (
                pytest.raises(DatabaseError, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"SELECT 1 FROM {table}")


def test_page_that_needs_a_prisons_database_says_that_it_does_not_answer(
    ada: User, oscar: User, at_door: Browser
) -> None:
    browser = Client(headers={"accept-language": "en"})
    browser.cookies = at_door(ada).cookies

    def away(*_asked: object) -> None:
        raise OperationalError("connection refused")

    with through("accounts"), connections["prison"].execute_wrapper(away):
        pages = [browser.get(path) for path in ("/", f"/accounts/prison/{oscar.pk}", "/my-account")]

    assert [page.status_code for page in pages] == [503, 503, 200]
    assert "The officers’ side does not answer" in pages[0].content.decode()
