"""Enrolment sheets: one page a person with a code to sign in with for the first time. Made at once, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from access.databases import database_for, database_of, databases_of
from access.enums import Asked, Side
from access.hashing import encoded_code
from access.in_words import date_format
from access.listing import DOORS
from access.models import Establishment, Membership, SecondWord, User
from access.passwords import first_password
from access.reach import accounts_managed_at, require_administrator
from access.refusal import constraint_of
from access.roles import call
from access.sorting import french_key
from access.typesetting import typeset

LAYOUT = Path(__file__).with_name("enrolment.typ")
# One PDF is one answer of the door: 5,000 pages take ten seconds. What is left over is the next file.
MOST_SHEETS = 5_000


# Where the installation does not say the address of a door.
TO_WRITE_BY_HAND = "." * 30


def door_address(side: str) -> str:
    """Return what people type to reach the door of that side."""
    known: dict[str, str] = settings.CAREHUB_DOOR_ADDRESSES
    return known.get(side, TO_WRITE_BY_HAND)


@dataclass(frozen=True)
class Sheet:
    user: User
    code: str


def unused(establishment: Establishment, side: str) -> QuerySet[User]:
    """Return the accounts opened by an import that nobody has signed in with: they have had a sheet, or need one."""
    database = database_for(side, establishment)
    roles = Membership.objects.using(database).unended().filter(user=OuterRef("pk"), establishment_id=establishment.pk)
    # Whose role here has ended needs no sheet any more.
    managed = accounts_managed_at(establishment, database=database).filter(Exists(roles))
    if database == DEFAULT_DB_ALIAS:
        # Only there accounts wait for a second person's word; their sheets may be printed before.
        waiting = SecondWord.objects.filter(account=OuterRef("pk"), what=Asked.OPEN_ACCOUNT, answer="")
        managed = managed.filter(Q(is_active=True) | Exists(waiting.filter(until__gte=timezone.now())))
    else:
        managed = managed.filter(is_active=True)
    return managed.filter(
        side=side,
        must_change_password=True,
        last_login=None,
        second_factor_since=None,
        sheet_until__isnull=False,
    )


def to_make(establishment: Establishment, side: str, *, again: bool = False) -> list[User]:
    """Return whose sheet is to be made; `again` those too who have one that is still good."""
    found = unused(establishment, side)
    if not again:
        found = found.filter(sheet_until__lte=timezone.now())
    return sorted(found, key=lambda user: french_key(user.full_name))


def next_file(users: list[User]) -> list[User]:
    """Return whose sheets go into the next file: those who have waited for the longest, as many as one file holds."""
    longest = sorted(users, key=lambda user: user.sheet_until or user.date_joined)
    return longest[:MOST_SHEETS]


def make(users: Iterable[User], *, by: User, establishment: Establishment) -> tuple[list[Sheet], datetime]:
    """Give each of `users` a code; return the sheets by name, and until when their codes are good.

    No more than MOST_SHEETS at a time (`next_file`).

    Raises ValidationError when somebody has signed in meanwhile, PermissionDenied.
    """
    require_administrator(by, establishment)
    until = timezone.now() + timedelta(days=settings.CAREHUB_SHEET_DAYS)
    sheets = [Sheet(user, first_password()) for user in sorted(users, key=lambda user: french_key(user.full_name))]
    try:
        for database in databases_of(establishment):
            here = [sheet for sheet in sheets if database_of(sheet.user) == database]
            if here:
                with transaction.atomic(using=database):
                    write(here, until=until, by=by, establishment=establishment, database=database)
    except IntegrityError as error:
        if constraint_of(error) != "account_is_unused":
            raise
        raise ValidationError(
            _("Somebody has just signed in with one of these accounts. No sheet was made: try again.")
        ) from error
    return sheets, until


def write(sheets: list[Sheet], *, until: datetime, by: User, establishment: Establishment, database: str) -> None:
    keys = [sheet.user.pk for sheet in sheets]
    codes = [encoded_code(sheet.code, until=until) for sheet in sheets]
    call(database, "access_make_sheets", by, establishment, keys, codes, until)


def as_pdf(sheets: list[Sheet], establishment: Establishment, *, until: datetime) -> bytes:
    day = date_format(timezone.localtime(until, establishment.zone), "j F Y")
    return typeset(
        LAYOUT,
        {
            "title": _("Your account"),
            "language": get_language() or "fr",
            "code_label": _("Enrolment code, good once"),
            "steps": [
                _("Sign in at this door with this name and this code."),
                _("Scan the picture with your authenticator, or use your token; keep the code sheet that you get."),
                _("Choose a password of your own; then destroy this sheet."),
            ],
            "warning": _(
                "This sheet is yours alone. Whoever reads it before you can take your account: say so at once."
            ),
            "people": [person(sheet, establishment, day=day) for sheet in sheets],
        },
    )


def person(sheet: Sheet, establishment: Establishment, *, day: str) -> dict[str, Any]:
    return {
        "establishment": establishment.name,
        "facts": [
            [_("For"), sheet.user.full_name],
            [_("Door"), str(DOORS[Side(sheet.user.side)])],
            [_("Address"), door_address(sheet.user.side)],
            [_("User name"), sheet.user.username],
        ],
        "code": sheet.code,
        "until": _("To be used by %(day)s.") % {"day": day},
    }
