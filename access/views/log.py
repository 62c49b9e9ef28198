"""The access log as an administrator reads it: who did what and when, never about whom on the care side."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access import audit, listing, reach
from access.account_forms import LogFilterForm
from access.databases import database_for, database_of, databases_of
from access.decorators import audience
from access.enums import Role, Side, Verb
from access.log_kinds import kind_in_words
from access.models import AuditEntry, Establishment, User
from access.requests import DoorRequest
from access.spreadsheet import as_csv
from access.views.managed import managed_by

PAGE = 100
# As many lines as a spreadsheet still opens at ease; who wants more narrows them month by month.
EXPORTED = 50_000
ACCOUNT = User._meta.label_lower
# What the prison's database writes, which knows no administrators, in place of a user name.
ADMINISTRATOR = re.compile(r"administrator (\d+)")


@dataclass(frozen=True)
class LogEntry:
    at: datetime
    who: str
    username: str
    door: str
    verb: str
    record: str


@audience(Role.ACCOUNT_ADMIN)
@require_safe
def log(request: DoorRequest) -> HttpResponseBase:
    here = request.establishment
    form = log_filter(request)
    found = narrowed(here, **form.cleaned_data) if form.is_valid() else AuditEntry.objects.none()
    response = log_page(request, form, list(found[: PAGE + 1]), status=200 if form.is_valid() else 422)
    audit.record(by=request.user, verb=Verb.READ, target=AuditEntry, establishment=here)
    return response


def log_filter(request: DoorRequest) -> LogFilterForm:
    return LogFilterForm(request.GET, sees_prison=Side.PRISON in managed_by(request))


def log_page(
    request: DoorRequest, form: LogFilterForm, page: list[AuditEntry], *, status: int, is_too_long: bool = False
) -> HttpResponse:
    context = {
        "form": form,
        "entries": described(page[:PAGE], request.establishment),
        "older": page[PAGE - 1].pk if len(page) > PAGE else None,
        "is_narrowed": any(form.cleaned_data.values()),
        "too_long": EXPORTED if is_too_long else 0,
    }
    return render(request, "accounts/log.html", context, status=status)


@audience(Role.ACCOUNT_ADMIN)
@require_safe
def log_export(request: DoorRequest) -> HttpResponseBase:
    """The lines that were asked for, all of them, for a spreadsheet; itself a line of the log."""
    here = request.establishment
    form = log_filter(request)
    if not form.is_valid():
        return log_page(request, form, [], status=422)
    found = list(narrowed(here, **form.cleaned_data)[: EXPORTED + 1])
    if len(found) > EXPORTED:
        return log_page(request, form, found[: PAGE + 1], status=422, is_too_long=True)
    heads = (_("When"), _("Who"), _("User name"), _("Door"), _("What"), _("Record"), _("Hash"))
    rows = [
        (moment(line.at, here), line.who, line.username, line.door, line.verb, line.record, entry.hash)
        for line, entry in zip(described(found, here), found, strict=True)
    ]
    audit.record(by=request.user, verb=Verb.EXPORT, target=AuditEntry, establishment=here)
    name = f"{here.code}-{here.today().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="log-{name}"'}
    return HttpResponse(as_csv([heads, *rows]), content_type="text/csv; charset=utf-8", headers=headers)


def moment(at: datetime, here: Establishment) -> str:
    """Return an instant as the clocks there showed it, with what tells two such hours of an October night apart."""
    return at.astimezone(here.zone).isoformat(sep=" ", timespec="seconds")


def narrowed(
    here: Establishment,
    *,
    side: str,
    who: str,
    part: str,
    verb: str,
    since: date | None,
    until: date | None,
    before: int | None,
) -> QuerySet[AuditEntry]:
    """Return the lines of one person (by part of a name), of one verb, between two local days, older than a line."""
    database = database_for(side, here)
    entries = reach.log_of(here, database=database)
    if who:
        entries = entries.filter(of_person(here, who, part=part, database=database))
    if verb:
        entries = entries.filter(verb=verb)
    if since:
        entries = entries.filter(at__gte=datetime.combine(since, time(0), tzinfo=here.zone))
    if until:
        entries = entries.filter(at__lt=datetime.combine(until + timedelta(days=1), time(0), tzinfo=here.zone))
    if before:
        entries = entries.filter(pk__lt=before)
    return entries


def of_person(here: Establishment, who: str, *, part: str, database: str) -> Q:
    """Return the condition that somebody of that name did it, or that it was done to their account.

    Without a choice: either.
    """
    users = [role.user for role in listing.narrowed(listing.memberships_at(here), q=who)]
    did, concerned = reach.written_by(users, database=database), reach.about(users, database=database)
    return {"did": did, "concerned": concerned}.get(part, did | concerned)


def described(entries: Collection[AuditEntry], here: Establishment) -> list[LogEntry]:
    """Return lines in words. An account managed here is named; any other record is told by its kind alone."""
    wanted = {str(entry.user_id) for entry in entries if entry.user_id is not None}
    wanted |= {entry.target_id for entry in entries if entry.target_type == ACCOUNT}
    keys = [key for key in wanted if key.isdecimal()]
    names: dict[tuple[str, str], str] = {}
    for database in databases_of(here):
        managed = reach.accounts_managed_at(here, database=database).filter(pk__in=keys)
        names |= {(database, str(pk)): name for pk, name in managed.values_list("pk", "full_name")}
    doors: dict[str, Any] = {"owner": _("command line"), **listing.DOORS}
    verbs = dict(Verb.choices)
    return [
        LogEntry(
            at=entry.at,
            who=names.get((reach.database_of_writer(entry), str(entry.user_id)), ""),
            username=name_in_words(entry.username),
            door=str(doors.get(entry.door, entry.door)),
            verb=str(verbs.get(entry.verb, entry.verb)),
            record=(
                names.get((database_of(entry), entry.target_id), "")
                if entry.target_type == ACCOUNT
                else kind_in_words(entry.target_type) + nth(entry)
            ),
        )
        for entry in entries
    ]


def nth(entry: AuditEntry) -> str:
    """Return what tells one unknown name from another."""
    return f" ({entry.target_id[:4]})" if entry.target_type == reach.UNKNOWN_NAME else ""


def name_in_words(username: str) -> str:
    number = ADMINISTRATOR.fullmatch(username)
    return _("administrator %(number)s") % {"number": number[1]} if number else username
