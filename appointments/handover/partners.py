"""Other units and their public keys. Only the head of unit enters one, after comparing its digits by telephone."""

from __future__ import annotations

from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from access.refusal import Refused, sentences_for_constraints
from appointments.handover.keys import aloud, recipient_from
from appointments.models import PartnerUnit
from appointments.rights import Rights

CONSTRAINTS: dict[str, tuple[str, Promise]] = {
    "partner_key_once": ("once", gettext_lazy("This key is entered already.")),
}
partner_refusals = partial(sentences_for_constraints, CONSTRAINTS)


def require_head(by: User, establishment: Establishment) -> Rights:
    rights = Rights(by, establishment)
    if not rights.leads_unit:
        raise PermissionDenied(_("Your profile does not open this page."))
    return rights


def partners_of(establishment: Establishment) -> QuerySet[PartnerUnit]:
    """Return the units to which something may be sealed, by name."""
    return PartnerUnit.objects.filter(establishment=establishment, retired_at__isnull=True)


def name_partner(*, by: User, establishment: Establishment, name: str, key: str, digits: str) -> PartnerUnit:
    """Enter a unit's key; `digits` are the last ten that its head read aloud. Raises Refused, PermissionDenied."""
    require_head(by, establishment)
    recipient = recipient_from(key)
    if recipient is None:
        raise Refused("key", _("This is no public key: it begins with “age1” and has 62 signs."))
    heard = "".join(character for character in digits if character.isdigit())
    if heard != aloud(str(recipient)).replace(" ", "")[-10:]:
        raise Refused(
            "digits", _("These are not the last ten digits of this key. Call the other unit and compare again.")
        )
    with transaction.atomic(), partner_refusals():
        made = PartnerUnit.objects.create(
            establishment=establishment,
            name=name,
            recipient=str(recipient),
            verified_by_id=by.pk,
            verified_by_name=str(by),
        )
        record(by=by, verb=Verb.NAME_PARTNER, target=made, establishment=establishment)
    return made


def retire_partner(*, by: User, partner: PartnerUnit) -> None:
    """Seal nothing to this key any longer. Raises PermissionDenied."""
    require_head(by, partner.establishment)
    with transaction.atomic():
        PartnerUnit.objects.filter(pk=partner.pk, retired_at__isnull=True).update(retired_at=timezone.now())
        record(by=by, verb=Verb.NAME_PARTNER, target=partner, establishment=partner.establishment)
