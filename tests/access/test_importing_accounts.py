"""The import of accounts: what a file may say, what it does, and that it does all of it or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from access import exporting, importing, listing, sight
from access.enums import Role
from access.importing import Fate, Plan, UnreadableFile
from access.models import AuditEntry, Building, Establishment, Membership, User
from access.policy import give, granted
from appointments.models import Agenda
from tests.conftest import Unit
from tests.doors import DoorClient, at_prison, carry, through
from tests.factories import confirmed, member, paris_day

Browser = Callable[[User], DoorClient]
HEAD = "identifiant;nom;prénom;rôle;portée;du;au;pareil que"


@pytest.fixture
def planned(unit_a: Unit, ada: User) -> Callable[..., Plan]:
    """What Ada's file of these lines would do."""
    carry()

    def plan(*lines: str, head: str = HEAD) -> Plan:
        with through("accounts"), translation.override("en"):
            table = importing.read("\r\n".join([head, *lines]))
            return importing.plan_of(table, by=ada, establishment=unit_a.establishment)

    return plan


def applied(plan: Plan, by: User) -> None:
    with through("accounts"):
        importing.apply(plan, by=by)


def fates(plan: Plan) -> list[str]:
    return [line.fate.value for line in plan.lines]


def faults(plan: Plan) -> list[tuple[int, str, str]]:
    return [(line.line, fault.column, fault.sentence) for line in plan.lines for fault in line.faults]


def test_file_opens_accounts_of_both_sides_and_a_second_time_changes_nothing(
    unit_a: Unit, ada: User, planned: Callable[..., Plan]
) -> None:
    lines = ("nina.s;Simon;Nina;nurse;Dr Leroy (sees and books) | Dr Bob;;31/12/2099;", "hugo;Petit;Hugo;head;;;;")
    officer = "omar;Diallo;Omar;floor_officer;A;;;"
    plan = planned(*lines, officer)
    assert (fates(plan), faults(plan)) == (["new"] * 3, [])

    applied(plan, ada)

    nina = User.objects.get(username="nina.s")
    assert (nina.full_name, nina.side, nina.must_change_password) == ("Nina Simon", "care", True)
    assert not nina.has_usable_password()
    assert set(granted(nina, "book_agenda", Agenda)) == {unit_a.doctor}
    assert set(granted(nina, "view_agenda", Agenda)) == {unit_a.doctor, unit_a.psychiatrist}
    assert str(Membership.objects.get(user=nina).valid_until) == "2099-12-31"
    assert granted(User.objects.get(username="hugo"), "lead_unit", Establishment).exists()
    with at_prison():
        omar = User.objects.get(username="omar")
        assert list(granted(omar, "view_movements", Building)) == [unit_a.building]
        assert AuditEntry.objects.filter(verb="import_account", user_id=ada.pk).count() == 1
    assert AuditEntry.objects.filter(verb="import_account", user_id=ada.pk).count() == 2

    again = planned(*lines, officer)
    assert again.changes_nothing
    applied(again, ada)
    assert AuditEntry.objects.filter(verb="import_account").count() == 2


def test_words_may_be_french_whoever_reads_the_file(unit_a: Unit, planned: Callable[..., Plan]) -> None:
    with translation.override("fr"):
        french = {str(role.label) for role in (Role.NURSE, Role.FLOOR_OFFICER)}
    lines = [f"a{n};Nom;;{word};tous;01/12/2026;;" for n, word in enumerate(sorted(french))]

    assert fates(planned(*lines)) == ["new", "new"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_file_is_read_as_spreadsheets_save_it(encoding: str, delimiter: str) -> None:
    text = "Identifiant;Nom;Prénom;Rôle\r\nhélène.f;Faure;Hélène;infirmière\r\n\r\n".replace(";", delimiter)

    table = importing.read(importing.decoded(text.encode(encoding)))

    [row] = table.rows
    assert (row.line, row.cell(importing.AccountColumn.FIRST_NAME)) == (2, "Hélène")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("identifiant;nom;rôle", "no line below"),
        ("nom;rôle\nA;nurse", "lacks these columns: user name"),
        ("identifiant;nom\na;A", "lacks these columns: role"),
        ("identifiant;nom;nom;rôle\na;A;B;nurse", "Two columns"),
        ('identifiant;nom;rôle\na;"A;nurse', "quotation mark on line 2"),
        ("identifiant;nom;rôle\n" + "a;A;nurse\n" * 5001, "more than 5000 lines"),
    ],
)
def test_file_that_cannot_be_read_says_why(text: str, words: str) -> None:
    with translation.override("en"), pytest.raises(UnreadableFile, match=words):
        importing.read(text)


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"PK\x03\x04xlsx", b"a\x00b", b"<html>", b"\x81\x8d;\x9d"])
def test_other_kinds_of_file_are_refused(data: bytes) -> None:
    with translation.override("en"), pytest.raises(UnreadableFile, match="CSV"):
        importing.decoded(data)


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("nina;Simon;;surgeon;;;;", "role", "“surgeon” is no role"),
        ("nina;Simon;;;;;;", "role", "Write a role"),
        ("alice;Simon;;floor_officer;;;;", "user name", "is taken"),
        ("ada;Other;;account_admin;;;;", "user name", "your own account"),
        ("a b;Simon;;nurse;;;;", "user name", "letters, digits"),
        ("dupont@justice.fr;Simon;;nurse;;;;", "user name", "no mail address"),
        (";Simon;;nurse;;;;", "user name", "cannot be blank"),
        ("nina;;;nurse;;;;", "last name", "cannot be blank"),
        ("nina;Simon;;nurse;Dr Nobody;;;", "scope", "“Dr Nobody” is not known here"),
        ("nina;Simon;;nurse;Dr Leroy (everything);;;", "scope", "is no level"),
        ("nina;Simon;;head;Dr Leroy;;;", "scope", "sees everything by itself"),
        ("nina;Simon;;nurse;;31/02/2026;;", "from", "is no day"),
        ("nina;Simon;;nurse;;;01/01/0001;", "until", "is no day"),
        ("nina;Simon;;nurse;;;31/12/9999;", "until", "is no day"),
        ("nina;Simon;;nurse;;02/12/2026;01/12/2026;", "until", "comes before the first"),
        ("nina;Simon;;;;;;nobody", "same as", "Nobody here has the user name"),
        ("nina;Simon;;head;;;;alice", "role", "has another role"),
        ("nina;Simon;;;Dr Leroy;;;alice", "scope", "Leave the scope empty"),
        ("nina;Simon;;;;;;oscar.of.b", "same as", "Nobody here has the user name"),
    ],
)
def test_each_fault_is_a_sentence_with_line_and_column(
    alice: User, planned: Callable[..., Plan], line: str, column: str, words: str
) -> None:
    plan = planned("good;Good;;nurse;;;;", line)

    [(number, its_column, sentence)] = faults(plan)
    assert (number, its_column, words in sentence) == (3, column, True), sentence
    assert plan.is_refused


def test_name_of_an_account_that_is_not_theirs_to_know_is_told_when_it_is_tried(
    ada: User, chloe: User, planned: Callable[..., Plan]
) -> None:
    plan = planned("good;Good;;nurse;;;;", "chloe;Simon;;nurse;;;;")
    assert faults(plan) == []

    with pytest.raises(ValidationError, match="the user name “chloe” is taken"):
        applied(plan, ada)
    assert not User.objects.filter(username="good").exists()


@pytest.mark.parametrize("email", ["n@justice.fr", "N@AP.Justice.FR", "n@justice.gouv.fr"])
def test_justice_address_is_refused_for_care_and_taken_for_officers(planned: Callable[..., Plan], email: str) -> None:
    head = "identifiant;nom;courriel;rôle"
    plan = planned(f"nina;Simon;{email};nurse", f"omar;Diallo;{email};floor_officer", head=head)

    assert [(line, column) for line, column, _sentence in faults(plan)] == [(2, "e-mail address")]
    assert fates(plan) == ["refused", "new"]


def test_name_that_stands_twice_is_refused_and_a_place_that_is_not_ones_own(
    unit_b: Unit, planned: Callable[..., Plan]
) -> None:
    head = "identifiant;nom;rôle;établissement"
    plan = planned("nina;Simon;nurse;MAA", "NINA;Simon;nurse;", "nora;Simon;nurse;MAB", head=head)

    assert [line.fate for line in plan.lines] == [Fate.NEW, Fate.REFUSED, Fate.REFUSED]
    assert "line 2" in faults(plan)[0][2]
    assert "You manage no establishment “MAB”" in faults(plan)[1][2]


def test_one_person_with_a_line_at_each_of_two_establishments_gets_one_account(
    unit_a: Unit, unit_b: Unit, ada: User, planned: Callable[..., Plan]
) -> None:
    Membership.objects.create(
        user=ada, establishment=unit_b.establishment, side="accounts", role=Role.ACCOUNT_ADMIN, administers="care"
    )
    head = "identifiant;nom;rôle;établissement;portée"

    plan = planned("nina;Simon;nurse;MAA;Dr Leroy", f"nina;Simon;secretary;{unit_b.establishment.name};", head=head)
    assert faults(plan) == []
    applied(plan, ada)

    nina = User.objects.get(username="nina")
    # The second establishment gives its own word.
    assert Membership.objects.filter(user=nina).count() == 1
    confirmed("nina")
    roles = Membership.objects.filter(user=nina).values_list("establishment__code", "role")
    assert set(roles) == {("MAA", "nurse"), ("MAB", "secretary")}


def test_same_as_gives_role_and_scope_of_a_colleague_or_of_a_line_above(
    unit_a: Unit, ada: User, alice: User, planned: Callable[..., Plan]
) -> None:
    plan = planned("nina;Simon;;;;;31/12/2099;alice", "nora;Roux;;;;;;nina")
    assert faults(plan) == []
    applied(plan, ada)

    for name in ("nina", "nora"):
        user = User.objects.get(username=name)
        assert Membership.objects.get(user=user).role == Role.NURSE
        assert set(granted(user, "view_agenda", Agenda)) == {unit_a.doctor, unit_a.psychiatrist}
        assert set(granted(user, "book_agenda", Agenda)) == {unit_a.doctor}


def test_line_about_an_account_that_is_there_changes_exactly_what_it_says(
    unit_a: Unit, ada: User, alice: User, planned: Callable[..., Plan]
) -> None:
    plan = planned("alice;Alice;;secretary;Dr Bob;;;")
    assert fates(plan) == ["changed"]
    applied(plan, ada)

    assert Membership.objects.get(user=alice).role == Role.SECRETARY
    assert set(granted(alice, "view_agenda", Agenda)) == {unit_a.psychiatrist}
    alice.refresh_from_db()
    assert alice.has_usable_password()
    assert not alice.must_change_password


def test_user_name_of_a_colleague_written_for_somebody_else_is_a_fault_that_names_them(
    unit_a: Unit, alice: User, planned: Callable[..., Plan]
) -> None:
    User.objects.filter(pk=alice.pk).update(full_name="Nadia Ferrand")

    [fault] = faults(planned("alice;Autre;Nom;nurse;;;;"))

    assert fault[1] == "user name"
    assert "already of “Nadia Ferrand”" in fault[2]
    assert faults(planned("alice;NADIA;Ferrand;nurse;;;;")) == []


def test_preview_shows_what_a_changed_line_replaces_and_is_shown_again_when_that_changes(
    unit_a: Unit, ada: User, alice: User, at_door: Browser
) -> None:
    browser = at_door(ada)
    page = upload(browser, f"{HEAD}\nalice;Alice;;secretary;Dr Bob;;;\n")
    words = re.sub(r"\s+", " ", page.content.decode())

    assert "so far: Nurse" in words
    assert "<strong>Medical secretary</strong>" in words
    assert re.search(r"so far: [^<]*Dr Leroy \(sees and books\)", words)
    give(alice, "book_agenda", unit_a.psychiatrist)
    answer = browser.post(browser.url("account_import_apply"), hidden(page))
    assert (answer.status_code, Membership.objects.get(user=alice).role) == (409, Role.NURSE)


def test_account_without_scope_is_pointed_out(planned: Callable[..., Plan]) -> None:
    plan = planned("nina;Simon;;nurse;;;;", "hugo;Petit;;head;;;;", "anna;Roux;;account_admin;;;;")

    assert [line.sees_nothing for line in plan.lines] == [True, False, False]


def test_exported_list_is_read_back_without_a_change(
    unit_a: Unit, ada: User, alice: User, helene: User, oscar: User, olga: User, planned: Callable[..., Plan]
) -> None:
    User.objects.filter(pk=alice.pk).update(full_name="=Alice+1")
    for language in ("en", "fr"):
        with through("accounts"), translation.override(language):
            sight.stand_for(ada)
            roles = listing.memberships_at(unit_a.establishment)
            data = exporting.as_file(roles, unit_a.establishment)
            table = importing.read(importing.decoded(data))
            plan = importing.plan_of(table, by=ada, establishment=unit_a.establishment)

        assert (len(plan.lines), plan.changes_nothing, faults(plan)) == (5, True, [])
        assert "password" not in data.decode().lower()


def test_template_can_be_imported_as_it_is(unit_a: Unit, ada: User, at_door: Browser) -> None:
    carry()
    browser = at_door(ada)
    answer = browser.get(browser.url("account_import_template"))

    page = upload(browser, answer.content)

    assert page.status_code == 200
    assert "dupont.a" in page.content.decode()


def upload(browser: DoorClient, data: bytes | str) -> Any:
    data = data.encode() if isinstance(data, str) else data
    return browser.post(browser.url("account_import"), {"file": SimpleUploadedFile("accounts.csv", data, "text/csv")})


def hidden(page: Any) -> dict[str, str]:
    form = page.context["form"]
    return {"text": form["text"].value(), "digest": form["digest"].value()}


def test_preview_writes_nothing_and_apply_does_it_once(unit_a: Unit, ada: User, at_door: Browser) -> None:
    browser = at_door(ada)
    page = upload(browser, f"{HEAD}\nnina;Simon;Nina;nurse;Dr Leroy;;;\n")
    assert not User.objects.filter(username="nina").exists()

    answer = browser.post(browser.url("account_import_apply"), hidden(page))

    assert answer.url == "/accounts/sheets"
    assert User.objects.get(username="nina").full_name == "Nina Simon"
    again = browser.post(browser.url("account_import_apply"), hidden(page))
    assert again.status_code == 409
    assert User.objects.filter(username="nina").count() == 1


def test_preview_that_is_out_of_date_is_shown_again_instead_of_applied(
    unit_a: Unit, ada: User, alice: User, at_door: Browser
) -> None:
    browser = at_door(ada)
    page = upload(browser, f"{HEAD}\nnina;Simon;Nina;;;;;alice\n")
    Membership.objects.filter(user=alice).update(role=Role.SECRETARY)

    answer = browser.post(browser.url("account_import_apply"), hidden(page))

    assert answer.status_code == 409
    assert "Accounts were changed since this preview" in answer.content.decode()
    assert not User.objects.filter(username="nina").exists()


def test_rights_lost_while_the_preview_is_open_import_nothing(unit_a: Unit, ada: User, at_door: Browser) -> None:
    browser = at_door(ada)
    page = upload(browser, f"{HEAD}\nnina;Simon;Nina;nurse;Dr Leroy;;;\n")
    Membership.objects.filter(user=ada).update(valid_until=paris_day() - timedelta(days=2))

    answer = browser.post(browser.url("account_import_apply"), hidden(page))

    assert answer.status_code == 403
    assert not User.objects.filter(username="nina").exists()


def test_file_with_one_fault_is_not_imported_and_the_fault_can_be_read(
    unit_a: Unit, ada: User, at_door: Browser
) -> None:
    browser = at_door(ada)
    page = upload(browser, f"{HEAD}\nnina;Simon;Nina;nurse;Dr Leroy;;;\nnora;Roux;;surgeon;;;;\n")

    assert page.status_code == 422
    assert re.search(r"<strong>role</strong>:\s+“surgeon” is no role", page.content.decode())
    answer = browser.post(browser.url("account_import_apply"), hidden(page))
    assert answer.status_code == 409
    assert not User.objects.filter(username="nina").exists()


@pytest.mark.parametrize(
    "data", [{}, {"text": "x"}, {"text": "a\x00"}, {"text": "identifiant;nom;rôle", "digest": "x"}]
)
def test_apply_with_nonsense_gets_a_sentence(ada: User, at_door: Browser, data: dict[str, str]) -> None:
    browser = at_door(ada)

    assert browser.post(browser.url("account_import_apply"), data).status_code == 422


def test_five_thousand_accounts_are_planned_and_imported_without_reading_each_other(
    unit_a: Unit, ada: User, planned: Callable[..., Plan]
) -> None:
    lines = [f"person{n};Nom{n};Prénom;nurse;Dr Leroy (book) | Dr Bob;;;" for n in range(5000)]
    with CaptureQueriesContext(connection) as captured:
        plan = planned(*lines)
    assert (plan.counts[Fate.NEW], len(captured) < 30) == (5000, True)
    # The worst moment for the planner: a few accounts before, so that this session's plans are made, and statistics
    # which say that every table is so small that reading it whole is best.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE access_secondword, access_user, access_membership")
    applied(planned(*(line.replace("person", "early") for line in lines[:8])), ada)

    applied(plan, ada)

    assert User.objects.filter(username__startswith="person").count() == 5000
    # No account of a file looks at all the others.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = ANY (%s)",
            [["access_secondword", "access_user", "access_membership"]],
        )
        read = dict(cursor.fetchall())
        # As the server does by itself a minute after an import.
        cursor.execute("ANALYZE")
    assert max(read.values()) < 5000 * 40, read
    assert planned(*lines).changes_nothing


def test_database_takes_no_new_user_name_that_is_a_mail_address(alice: User) -> None:
    with pytest.raises(DatabaseError, match="letters, digits"), transaction.atomic():
        User.objects.filter(pk=alice.pk).update(username="dupont@justice.fr")


def test_database_lets_an_import_touch_nobody_elses_account(
    unit_a: Unit, unit_b: Unit, ada: User, alice: User, chloe: User
) -> None:
    other = member(Role.ACCOUNT_ADMIN, unit_b.establishment, username="adam")
    statement = "SELECT access_import_accounts(%s, %s, 'care', '{}', '{}', %s::jsonb)"

    def import_as(by: User, unit: Unit, name: str, role: str = "nurse") -> None:
        values = f'[{{"username": "{name}", "full_name": "X", "email": "", "role": "{role}", "begins": "2026-01-01"}}]'
        with through("accounts"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [by.pk, unit.establishment.pk, values])

    for by, unit, name in (
        (ada, unit_a, "chloe"),
        (ada, unit_b, "new"),
        (other, unit_b, "alice"),
        (ada, unit_a, "ada"),
    ):
        with pytest.raises(DatabaseError):
            import_as(by, unit, name)
    with pytest.raises(DatabaseError):
        import_as(ada, unit_a, "new", role="floor_officer")
    assert not User.objects.filter(full_name="X").exists()
    import_as(ada, unit_a, "alice")
    confirmed("alice")
    assert User.objects.get(full_name="X") == alice
