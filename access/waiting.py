"""Says why nothing was looked at, and how long to wait; for every page that asks a password."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.attempts import Slowed
from access.hashing import Busy


def sentence(refusal: Slowed | Busy) -> str:
    if isinstance(refusal, Busy):
        return _("Very many people are signing in just now. Wait a few seconds and try again.")
    return _("Too many attempts have failed.") + " " + in_words(refusal.wait_seconds)


def in_words(seconds: int) -> str:
    if seconds < 60:
        text = ngettext("Wait %(n)s second and try again.", "Wait %(n)s seconds and try again.", seconds)
        return text % {"n": seconds}
    minutes = -(-seconds // 60)
    text = ngettext("Wait %(n)s minute and try again.", "Wait %(n)s minutes and try again.", minutes)
    return text % {"n": minutes}
