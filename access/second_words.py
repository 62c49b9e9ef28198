"""The second person's word: what waits for it, who may give it, and giving it.

What opens a care account, and what takes the second factors of a head of unit away, takes effect only when somebody
else than the administrator who asks confirms it (docs/adr/0039). Functions of the database hold the rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import DEFAULT_DB_ALIAS, IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.audit import record
from access.enums import Asked, Role, Side, Verb, Word
from access.functions import call_function
from access.models import Custodian, Establishment, Membership, SecondWord, User
from access.reach import sides_of
from access.refusal import Refused
from access.sorting import french_key

# As long as the role of head, taken away, is still guarded as one (access_is_guarded).
GUARDED_FOR = timedelta(days=7)
# As many as one form takes, of 1,000 fields; the next ones follow when these are answered.
SHOWN = 500


class SecondRefused(Refused):
    """Somebody is not named to give the second word."""


def is_guarded(user: User) -> bool:
    """Whether the second factors of `user` are a head of unit's."""
    if user.side != Side.CARE:
        return False
    roles = Membership.objects.filter(user=user.pk)
    return roles.filter(Q(role=Role.HEAD) | Q(was_head_at__gt=timezone.now() - GUARDED_FOR)).exists()


def gives_word(user: User, establishment: Establishment) -> bool:
    """Whether `user` may give the second word at `establishment`: as a head, named by one, or as an administrator."""
    if settings.CAREHUB_DOOR == Side.ACCOUNTS:
        return Side.CARE in sides_of(user, establishment)
    roles = Membership.objects.current().filter(user=user, establishment=establishment, side=Side.CARE)
    named = Custodian.objects.filter(user=user, establishment=establishment, ended_at__isnull=True)
    return user.is_active and (roles.filter(role=Role.HEAD).exists() or (roles.exists() and named.exists()))


def words_at(establishment: Establishment) -> QuerySet[SecondWord]:
    return SecondWord.objects.filter(establishment=establishment).select_related("account")


def waiting(establishment: Establishment) -> QuerySet[SecondWord]:
    """Return what may still be answered."""
    return words_at(establishment).filter(answer="", until__gte=timezone.now())


def last_of(user: User) -> SecondWord | None:
    """Return what was last asked about an account of the care side, if anything was."""
    if user.side != Side.CARE:
        return None
    return SecondWord.objects.filter(account=user.pk).first()


def resets_asked_of(user: User) -> list[SecondWord]:
    """Return what an administrator asks to take from `user`, who may refuse while nobody has confirmed."""
    if user.side != Side.CARE or settings.CAREHUB_DOOR != Side.CARE:
        return []
    asked = SecondWord.objects.filter(account=user.pk, what=Asked.RESET_FACTOR, answer="", until__gte=timezone.now())
    return list(asked.select_related("establishment"))


def awaits_opening(user: User) -> bool:
    """Whether the account was opened and nobody has confirmed it yet."""
    return user.side == Side.CARE and awaiting().filter(pk=user.pk).exists()


def awaiting() -> QuerySet[User]:
    asked = SecondWord.objects.filter(account=OuterRef("pk"), what=Asked.OPEN_ACCOUNT)
    given = asked.filter(answer__in=[Word.CONFIRMED, Word.NOBODY])
    return cast("QuerySet[User]", User.objects.filter(Exists(asked) & ~Exists(given)))


def answer(word: SecondWord, *, by: User | None, is_confirmed: bool) -> None:
    """Confirm or refuse, as a second person. Raises ValidationError."""
    call_function(DEFAULT_DB_ALIAS, "access_answer_word", by.pk if by else None, word.pk, is_confirmed)


@dataclass(frozen=True)
class AskedTogether:
    """What one administrator asked for at one moment: the accounts of one import, or one deed."""

    words: list[SecondWord]

    @property
    def first(self) -> SecondWord:
        return self.words[0]

    @property
    def is_many(self) -> bool:
        return len(self.words) > 1

    @property
    def names(self) -> str:
        return ", ".join(word.account.full_name for word in self.words)


def together(words: Iterable[SecondWord]) -> list[AskedTogether]:
    """Put beside one another what was asked in one transaction, by the moment that the database wrote there."""
    found: dict[tuple[int, datetime, str], list[SecondWord]] = {}
    for word in words:
        found.setdefault((word.asked_by_id, word.asked_at, word.what), []).append(word)
    return [AskedTogether(sorted(each, key=lambda word: french_key(word.account.full_name))) for each in found.values()]


def waiting_together(establishment: Establishment) -> dict[str, Any]:
    """Return what waits for a word as a page shows it: by import, each account with its role."""
    found = list(waiting(establishment)[:SHOWN])
    roles = Membership.objects.filter(establishment=establishment, user__in=[word.account_id for word in found])
    by_account = {role.user_id: role.get_role_display() for role in roles}
    for word in found:
        word.role = by_account.get(word.account_id, "")  # type: ignore[attr-defined]
    number = waiting(establishment).count()
    return {"groups": together(found), "waiting": number, "more": max(0, number - SHOWN)}


def answer_together(establishment: Establishment, keys: Iterable[int], *, by: User, is_confirmed: bool) -> int:
    """Confirm or refuse several at once, all or none; return how many. Raises ValidationError with the name."""
    words = list(words_at(establishment).filter(pk__in=list(keys)).order_by("pk"))
    if not words:
        raise ValidationError(_("Tick at least one account."))
    with transaction.atomic():
        for word in words:
            try:
                answer(word, by=by, is_confirmed=is_confirmed)
            except ValidationError as refusal:
                raise ValidationError(f"{word.account.full_name} – {' '.join(refusal.messages)}") from refusal
    return len(words)


def ticked(values: list[str]) -> list[int]:
    """Return the keys that a form of several words has ticked. Raises BadRequest."""
    if not all(value.isascii() and value.isdecimal() and len(value) < 19 for value in values):
        raise BadRequest
    return [int(value) for value in values]


def said_together(number: int, *, is_confirmed: bool) -> str:
    """Say what became of several words at once."""
    if is_confirmed:
        words = ngettext("Done. %(n)s account opens.", "Done. %(n)s accounts open.", number)
    else:
        words = ngettext("Refused. %(n)s account stays closed.", "Refused. %(n)s accounts stay closed.", number)
    return words % {"n": number}


def custodians_at(establishment: Establishment) -> QuerySet[Custodian]:
    """Return whom the head named, by name; who has left the unit is not one any more."""
    here = Membership.objects.unended().filter(user=OuterRef("user"), establishment=establishment.pk)
    standing = Custodian.objects.filter(establishment=establishment, ended_at__isnull=True)
    return standing.filter(Exists(here)).select_related("user").order_by("user__full_name", "pk")


def colleagues_to_name(establishment: Establishment) -> QuerySet[User]:
    """Return the carers whom a head may name: those of the unit who do not head it and are not named yet."""
    roles = Membership.objects.current().filter(user=OuterRef("pk"), establishment=establishment.pk)
    named = Custodian.objects.filter(user=OuterRef("pk"), establishment=establishment.pk, ended_at__isnull=True)
    rows = User.objects.filter(Exists(roles.exclude(role=Role.HEAD)), ~Exists(named), side=Side.CARE, is_active=True)
    return cast("QuerySet[User]", rows.order_by("full_name", "pk"))


def name_custodian(establishment: Establishment, *, by: User, user: User) -> None:
    """Let `user` give the second word beside the head. Raises SecondRefused, PermissionDenied."""
    require_head(by, establishment)
    if not colleagues_to_name(establishment).filter(pk=user.pk).exists():
        raise SecondRefused("user", _("Choose a colleague of the unit who is not named yet."))
    try:
        with transaction.atomic():
            Custodian(establishment=establishment, user=user, named_by=by).save(force_insert=True)
            record(by=by, verb=Verb.NAME_SECOND, target=user, establishment=establishment)
    except IntegrityError as error:
        raise SecondRefused("user", _("A colleague has just named this person.")) from error


def end_custodian(establishment: Establishment, *, by: User, key: int) -> None:
    """Let somebody give no second word any more. Ended twice, the first holds. Raises PermissionDenied."""
    require_head(by, establishment)
    with transaction.atomic():
        standing = Custodian.objects.filter(establishment=establishment, pk=key, ended_at__isnull=True)
        for custodian in standing.select_related("user"):
            standing.update(ended_at=models.functions.Now())
            record(by=by, verb=Verb.END_SECOND, target=custodian.user, establishment=establishment)


def require_head(by: User, establishment: Establishment) -> None:
    """Raise PermissionDenied unless `by` heads the unit of `establishment`."""
    heads = Membership.objects.current().filter(user=by, establishment=establishment, role=Role.HEAD)
    if not heads.exists():
        raise PermissionDenied(_("Only the head of the unit names who gives the second word."))
