"""The access log as an administrator reads it: who did what and when, never about whom on the care side."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from access import audit, listing, reach
from access.account_forms import LogFilterForm
from access.databases import database_for, database_of, databases_of
from access.decorators import audience
from access.enums import FactorKind, Role, Side, Verb
from access.models import AuditEntry, Establishment, User
from access.requests import DoorRequest
from access.views.managed import managed_by

PAGE = 100
ACCOUNT = User._meta.label_lower
# Records of packages whose own words say nothing to a reader.
KINDS = {
    reach.UNKNOWN_NAME: _("a name that no account has"),
    reach.ADDRESS: _("an address, or all strangers together"),
    "otp_static.staticdevice": _("code sheet"),
    "otp_totp.totpdevice": FactorKind.TIME.label,
    "otp_hotp.hotpdevice": FactorKind.BUTTON.label,
    "django_otp_webauthn.webauthncredential": FactorKind.KEY.label,
}


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
    form = LogFilterForm(request.GET, sees_prison=Side.PRISON in managed_by(request))
    found = narrowed(here, **form.cleaned_data) if form.is_valid() else AuditEntry.objects.none()
    page = list(found[: PAGE + 1])
    context = {
        "form": form,
        "entries": described(page[:PAGE], here),
        "older": page[PAGE - 1].pk if len(page) > PAGE else None,
        "is_narrowed": any(form.cleaned_data.values()),
    }
    audit.record(by=request.user, verb=Verb.READ, target=AuditEntry, establishment=here)
    return render(request, "accounts/log.html", context, status=200 if form.is_valid() else 422)


def narrowed(here: Establishment, *, side: str, who: str, day: Any, before: int | None) -> QuerySet[AuditEntry]:
    """Return the lines of one person (by part of a name), of one local day, older than a line."""
    database = database_for(side, here)
    entries = reach.log_of(here, database=database)
    if who:
        roles = listing.narrowed(listing.memberships_at(here), q=who)
        users = [role.user for role in roles]
        entries = entries.filter(
            reach.written_by(users, database=database) | Q(user_id__isnull=True) & reach.about(users, database=database)
        )
    if day:
        begins = datetime.combine(day, time(0), tzinfo=here.zone)
        ends = datetime.combine(day + timedelta(days=1), time(0), tzinfo=here.zone)
        entries = entries.filter(at__gte=begins, at__lt=ends)
    if before:
        entries = entries.filter(pk__lt=before)
    return entries


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
            username=entry.username,
            door=str(doors.get(entry.door, entry.door)),
            verb=str(verbs.get(entry.verb, entry.verb)),
            record=(
                names.get((database_of(entry), entry.target_id), "")
                if entry.target_type == ACCOUNT
                else kind(entry.target_type) + nth(entry)
            ),
        )
        for entry in entries
    ]


def nth(entry: AuditEntry) -> str:
    """Return what tells one unknown name from another."""
    return f" ({entry.target_id[:4]})" if entry.target_type == reach.UNKNOWN_NAME else ""


def kind(target_type: str) -> str:
    if target_type in KINDS:
        return str(KINDS[target_type])
    try:
        return str(apps.get_model(target_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return target_type
