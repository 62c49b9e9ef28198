"""Writes a unit's letterhead, an establishment's addressees, wordings and retention. Only the head of unit decides."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from access.refusal import Refused
from appointments.models import Addressee, CareUnit, Letterhead, LetterWording, ReportSettings
from appointments.obstruction.reports.words import kinds_with_wording, unknown_places
from appointments.rights import Rights


def require_head_of_unit(by: User, establishment: Establishment) -> None:
    if not Rights(by, establishment).leads_unit:
        raise PermissionDenied(_("Your profile does not open this page."))


def change_addressee(*, by: User, establishment: Establishment, key: str, **words: Any) -> None:
    """Write how `key` is addressed here: salutation, address, ground, is_offered. Raises PermissionDenied."""
    require_head_of_unit(by, establishment)
    with transaction.atomic():
        row, _is_new = Addressee.objects.update_or_create(establishment=establishment, key=key, defaults=words)
        record(by=by, verb=Verb.WRITE_REPORT, target=row, establishment=establishment)


def change_wording(*, by: User, establishment: Establishment, kind: str, body: str) -> None:
    """Write the words of one kind of letter. Raises Refused for a place that nothing fills, PermissionDenied."""
    require_head_of_unit(by, establishment)
    if kind not in kinds_with_wording():
        raise Refused("kind", _("There is no such letter."))
    if unknown := unknown_places(body, kind):
        raise Refused(
            "place", _("Nothing fills %(places)s. Take it out, or check its spelling.") % {"places": ", ".join(unknown)}
        )
    with transaction.atomic():
        row, _is_new = LetterWording.objects.update_or_create(
            establishment=establishment, kind=kind, defaults={"body": body}
        )
        record(by=by, verb=Verb.WRITE_REPORT, target=row, establishment=establishment)


def change_letterhead(*, by: User, care_unit: CareUnit, **fields: Any) -> None:
    """Write the head of a unit's letters. Raises PermissionDenied."""
    if not Rights(by, care_unit.establishment).leads(care_unit):
        raise PermissionDenied(_("Your profile does not open this page."))
    with transaction.atomic():
        row, _is_new = Letterhead.objects.update_or_create(care_unit=care_unit, defaults=fields)
        record(by=by, verb=Verb.WRITE_REPORT, target=row, establishment=care_unit.establishment_id)


def change_report_settings(*, by: User, establishment: Establishment, **fields: Any) -> None:
    """Write how long reports, complaints and facts are kept. Raises PermissionDenied."""
    require_head_of_unit(by, establishment)
    with transaction.atomic():
        row, _is_new = ReportSettings.objects.update_or_create(establishment=establishment, defaults=fields)
        record(by=by, verb=Verb.WRITE_REPORT, target=row, establishment=establishment)
