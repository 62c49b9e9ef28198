"""The verbs of one's own second factors once one is enrolled: add, rename, remove. Knows no form and no page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp import login as remember_device

from access import audit, events
from access.enums import Happening, Verb
from access.factors import Factor, factors_of
from access.models import User
from access.refusal import Refused
from access.signing_in import NEW_KEY


class LastFactor(Refused):
    """Without this factor the account would be left with a password alone."""

    def __init__(self) -> None:
        super().__init__(
            "last",
            _("This is your only second factor besides the code sheet. Add another one first, then remove this one."),
        )


def add(request: HttpRequest, *, by: User, confirm: Callable[[], Any]) -> None:
    """Give `by` one more factor: what `confirm` saves and returns. What it raises leaves everything as it was."""
    with transaction.atomic():
        device = confirm()
        events.note(request, by, Happening.NEW_FACTOR)
        audit.record(by=by, verb=Verb.ENROL_FACTOR, target=device)
    request.session.pop(NEW_KEY, None)


def rename(factor: Factor, *, by: User, name: str) -> None:
    with transaction.atomic():
        factor.device.name = name
        factor.device.save(update_fields=["name"])
        audit.record(by=by, verb=Verb.RENAME_FACTOR, target=factor.device)


def remove(request: HttpRequest, factor: Factor, *, by: User) -> None:
    """Forget a factor of `by`; sessions that it opened elsewhere end. Raises LastFactor."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        others = [other for other in factors_of(by) if other.key != factor.key]
        if not others:
            raise LastFactor
        opened_here = request.session.get(DEVICE_ID_SESSION_KEY) == factor.device.persistent_id
        audited = factor.device._meta.label_lower
        factor.device.delete()
        events.note(request, by, Happening.FACTOR_REMOVED)
        audit.record(by=by, verb=Verb.REMOVE_FACTOR, target=audited)
    if opened_here:
        # The person has just given the password, and goes on.
        remember_device(request, others[0].device)
