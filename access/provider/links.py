"""The one writer of links between accounts and identities at the provider."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from access import audit, events
from access.enums import Happening, Side, Verb
from access.models import ProviderLink, User
from access.provider.identity import Identity
from access.refusal import Refused


class AlreadyLinked(Refused):
    """The account or the identity is linked already."""

    def __init__(self) -> None:
        super().__init__(
            "linked",
            _("This account or this identity is linked already. Unlink it first, in the account that has the link."),
        )


def link_of(user: User) -> ProviderLink | None:
    found: ProviderLink | None = ProviderLink.objects.filter(user=user).first()
    return found


def owner_of(identity: Identity) -> ProviderLink | None:
    """Return the link of an open care account with exactly this identity, by nothing else, and note its use."""
    found: ProviderLink | None = (
        ProviderLink.objects.filter(issuer=identity.issuer, subject=identity.subject)
        .filter(user__is_active=True, user__side=Side.CARE)
        .select_related("user")
        .first()
    )
    if found is not None:
        found.last_used_at = timezone.now()
        found.save(update_fields=["last_used_at"])
    return found


def link(request: HttpRequest, *, by: User, issuer: str, subject: str, name: str) -> None:
    """Link the account of `by`, who has just given the password. Raises AlreadyLinked."""
    try:
        with transaction.atomic():
            row = ProviderLink.objects.create(
                user=by, side=by.side, issuer=issuer, subject=subject, name=name[:64], confirmed=True
            )
            events.note(request, by, Happening.PROVIDER_LINKED)
            audit.record(by=by, verb=Verb.LINK_PROVIDER, target=row)
    except IntegrityError as error:
        raise AlreadyLinked from error


def unlink(request: HttpRequest, *, by: User) -> bool:
    """End the link of `by`, and say whether there was one. A session that the provider vouched for asks a code next."""
    with transaction.atomic():
        row = ProviderLink.objects.select_for_update().filter(user=by).first()
        if row is None:
            return False
        audit.record(by=by, verb=Verb.UNLINK_PROVIDER, target=row)
        row.delete()
        events.note(request, by, Happening.PROVIDER_UNLINKED)
    return True
