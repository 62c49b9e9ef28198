"""`date` for every template, which knows the first of a month, and `lasting` for durations."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.defaultfilters import date as plain_date

from access.in_words import date_format, lasting

register = template.Library()


@register.filter(name="date", expects_localtime=True, is_safe=False)
def date_in_words(value: Any, written: str | None = None) -> str:
    """Like Django's, empty for what is no day."""
    if written is None or getattr(value, "day", None) is None:
        return str(plain_date(value, written))
    return date_format(value, written)


@register.filter(name="lasting", is_safe=False)
def lasting_in_words(minutes: Any) -> str:
    return lasting(minutes)
