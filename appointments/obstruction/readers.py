"""Who reads the log beside the head of unit: named by the head, and ended by the head. Recorded."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import CARE_ROLES, Role, Verb
from access.models import Establishment, Membership, User
from access.refusal import Refused
from access.sorting import FrenchKey
from appointments.models import ObstructionReader
from appointments.rights import Rights


def readers_of(establishment: Establishment) -> QuerySet[ObstructionReader]:
    """Return who reads the log now, by name."""
    readers = ObstructionReader.objects.filter(establishment=establishment, ended_at__isnull=True)
    return readers.select_related("user").order_by(FrenchKey("user__full_name"), "pk")


def carers_of(establishment: Establishment) -> QuerySet[Membership]:
    """Return the present members of the care team whom the head may name."""
    team = Membership.objects.current().filter(establishment=establishment, role__in=CARE_ROLES)
    team = team.exclude(role=Role.HEAD).filter(user__is_active=True)
    return team.select_related("user").order_by(FrenchKey("user__full_name"), "pk")


def name_reader(*, by: User, establishment: Establishment, user: User) -> None:
    """Let `user` read the log. Naming somebody twice changes nothing. Raises PermissionDenied, Refused."""
    require_head(by, establishment)
    if not carers_of(establishment).filter(user=user).exists():
        raise Refused("team", _("Only somebody who works in the unit now can be named."))
    try:
        with transaction.atomic():
            if readers_of(establishment).filter(user=user).exists():
                return
            named = ObstructionReader.objects.create(establishment=establishment, user=user, named_by=by)
            record(by=by, verb=Verb.GRANT, target=named, establishment=establishment)
    except IntegrityError:
        # A second press, at the same moment.
        return


def end_reader(*, by: User, establishment: Establishment, user_id: int) -> None:
    """Let somebody read the log no longer. Raises PermissionDenied."""
    require_head(by, establishment)
    with transaction.atomic():
        for reader in readers_of(establishment).filter(user_id=user_id):
            ObstructionReader.objects.filter(pk=reader.pk).update(ended_at=timezone.now())
            record(by=by, verb=Verb.REVOKE, target=reader, establishment=establishment)


def require_head(by: User, establishment: Establishment) -> None:
    if not Rights(by, establishment).leads_unit:
        raise PermissionDenied(_("Your profile does not open this page."))
