"""Draws the lines of the list of accounts. No query."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from access.in_words import date_format
from access.listing import AccountLine
from access.stencils import Stencil, joined

DAY, HOUR = "j N Y", "j N Y H:i"
LINE = Stencil(
    "accounts/_line.html",
    *("address", "name", "username", "door", "role", "ends", "scope", "suspended", "replacing", "last", "since"),
    "factors",
)


def drawn(lines: Iterable[AccountLine], zone: ZoneInfo) -> SafeString:
    """Return the rows of the list, with days by the establishment's clocks."""
    return joined(LINE.fill(values_of(line, zone), **form_of(line)) for line in lines)


def values_of(line: AccountLine, zone: ZoneInfo) -> dict[str, Any]:
    user, role, key = line.user, line.membership, [line.user.side, line.user.pk]
    return {
        "address": reverse("account", args=key),
        "name": user.full_name,
        "username": user.username,
        "door": line.door,
        "role": role.get_role_display(),
        "ends": said(role.valid_until, DAY, zone),
        "scope": format_html_join("", "<div>{}</div>", ((words,) for words in line.scope)),
        "suspended": said(line.suspended_on, DAY, zone),
        "replacing": reverse("account_replacement", args=key) if line.is_replaceable else "",
        "last": said(user.last_login, HOUR, zone),
        "since": said(user.second_factor_since, DAY, zone),
        "factors": format_html_join("", '<div class="count">{}</div>', ((kind,) for kind in line.factors)),
    }


def form_of(line: AccountLine) -> dict[str, Hashable]:
    return {
        "state": line.state,
        "ends_some_day": line.membership.valid_until is not None,
        "sees_nothing": line.sees_nothing,
        "is_suspended_soon": line.suspended_on is not None,
        "is_replaceable": line.is_replaceable,
        "has_signed_in": line.user.last_login is not None,
        "is_enrolled": line.user.second_factor_since is not None,
    }


def said(at: date | None, written: str, zone: ZoneInfo) -> str:
    if at is None:
        return ""
    return date_format(at.astimezone(zone) if isinstance(at, datetime) else at, written)
