"""The second person's word: what waits for it, who may give it, and giving it.

What opens a care account, what makes of an account somebody else or somebody who gives the second word, and what takes
their second factors away, takes effect only when somebody else than the administrator who asks confirms it
(docs/adr/0039). Functions of the database hold the rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import DEFAULT_DB_ALIAS, IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Asked, Role, Side, Verb, Word
from access.functions import call_function
from access.in_words import date_format
from access.models import Custodian, Establishment, Membership, SecondWord, User
from access.reach import sides_of
from access.refusal import Refused
from access.scopes import kept_in_words
from access.sorting import french_key

# As many as one form takes, of 1,000 fields; the next ones follow when these are answered.
SHOWN = 500
SHOWN_ANSWERS = 100


class SecondRefused(Refused):
    """Somebody is not named to give the second word."""


def is_guarded(user: User) -> bool:
    """Whether `user` gives the second word somewhere: their second factors change with another person's word."""
    return user.side != Side.PRISON and bool(call_function(DEFAULT_DB_ALIAS, "access_is_guarded", user.pk))


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


def waiting_of_account(user: User) -> list[SecondWord]:
    """Return what waits about an account, the newest first, with what it says."""
    if user.side == Side.PRISON:
        return []
    return tell(SecondWord.objects.filter(account=user.pk, answer="", until__gte=timezone.now()))


def answerable(establishment: Establishment, *, by: User) -> QuerySet[SecondWord]:
    """Return what waits for the word of `by`: not what is asked about them, nor by whoever has had them in hand."""
    return waiting(establishment).exclude(account=by).exclude(asked_by_id__in=hands_of(by, establishment))


def changes_asked_by(by: User) -> QuerySet[SecondWord]:
    """Return the names and roles that `by` asked for and that nobody has answered yet."""
    asked = SecondWord.objects.filter(what=Asked.CHANGE_ACCOUNT, asked_by_id=by.pk, answer="")
    return asked.filter(until__gte=timezone.now())


def last_opening_of(user: User) -> SecondWord | None:
    """Return what was last answered about the opening of an account, if it was asked at all."""
    if user.side == Side.PRISON:
        return None
    return SecondWord.objects.filter(account=user.pk, what=Asked.OPEN_ACCOUNT).first()


def newest_key(user: User) -> int:
    """Return the key of what was last asked about an account, and still waits; 0 where nothing does."""
    if user.side == Side.PRISON:
        return 0
    return SecondWord.objects.filter(account=user.pk, answer="").aggregate(key=models.Max("pk"))["key"] or 0


def resets_asked_of(user: User) -> list[SecondWord]:
    """Return what an administrator asks to take from `user`, who may refuse while nobody has confirmed."""
    if user.side == Side.PRISON or user.side != settings.CAREHUB_DOOR:
        return []
    asked = SecondWord.objects.filter(account=user.pk, what=Asked.RESET_FACTOR, answer="", until__gte=timezone.now())
    return list(asked.select_related("establishment"))


def awaits_opening(user: User) -> bool:
    """Whether the account was opened and nobody has confirmed it yet."""
    return user.side != Side.PRISON and awaiting().filter(pk=user.pk).exists()


def asked_to_open(account: OuterRef, *, now: datetime) -> QuerySet[SecondWord]:
    """Return what is still asked about the opening of an account."""
    return SecondWord.objects.filter(account=account, what=Asked.OPEN_ACCOUNT, answer="", until__gte=now)


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
        return ", ".join(word.name for word in self.words)


def together(words: Iterable[SecondWord]) -> list[AskedTogether]:
    """Put beside one another what was asked in one transaction, by the moment that the database wrote there."""
    found: dict[tuple[int, datetime, str], list[SecondWord]] = {}
    for word in words:
        found.setdefault((word.asked_by_id, word.asked_at, word.what), []).append(word)
    return [AskedTogether(sorted(each, key=lambda word: french_key(word.name))) for each in found.values()]


def waiting_together(establishment: Establishment, *, by: User) -> dict[str, Any]:
    """Return what waits for a word as a page shows it, by import: each as it was asked, and if `by` may confirm."""
    found = tell(waiting(establishment)[:SHOWN])
    in_hand = waiting(establishment).filter(asked_by_id__in=hands_of(by, establishment))
    hands = set(in_hand.values_list("asked_by_id", flat=True))
    for word in found:
        word.is_in_hand = word.asked_by_id in hands
    number = waiting(establishment).count()
    return {"groups": together(found), "waiting": number, "more": max(0, number - SHOWN)}


def answered_at(establishment: Establishment) -> list[SecondWord]:
    """Return what was answered lately, the last answer first, each as it was asked."""
    return tell(words_at(establishment).exclude(answer="").order_by("-answered_at", "-pk")[:SHOWN_ANSWERS])


def hands_of(by: User, establishment: Establishment) -> RawSQL:
    """Return, for a query, the askers whose words `by` may not confirm: one has had the other's sign-in in hand."""
    return RawSQL("SELECT access_hands_of(%s, %s)", [by.pk, establishment.pk])


def tell(words: QuerySet[SecondWord]) -> list[SecondWord]:
    """Put beside each word what it says of the account, in words, as it was asked."""
    found = list(words)
    for word in found:
        word.lines = list(in_words(word))
    return found


def in_words(word: SecondWord) -> Iterator[str]:
    """Say role, dates and scope as they were asked, and what they would come in the place of."""
    told = word.told
    if "role" not in told:
        # Asked before words told more than a name.
        return
    before = told.get("before", {})
    is_changed = word.what == Asked.CHANGE_ACCOUNT
    if "is_active" in word.change:
        yield _("opens again")
    role, was = (in_role(each) for each in (told, before))
    yield f"{was} → {role}" if is_changed and was and was != role else role
    if word.what != Asked.RESET_FACTOR and ("role" in word.change or not is_changed):
        yield from kept_in_words(told["role"], told["rights"], side=told["side"], administers=told["administers"])


def in_role(told: dict[str, Any]) -> str:
    """Say a role and its dates: "nurse, from 30 November 2026 until 4 December 2026"."""
    if not told.get("role"):
        return ""
    role, begins = Role(told["role"]).label, date_format(date.fromisoformat(told["valid_from"]), "j N Y")
    if told["valid_until"]:
        ends = date_format(date.fromisoformat(told["valid_until"]), "j N Y")
        return _("%(role)s, from %(begins)s until %(ends)s") % {"role": role, "begins": begins, "ends": ends}
    return _("%(role)s, from %(begins)s") % {"role": role, "begins": begins}


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
                raise ValidationError(f"{word.name} – {' '.join(refusal.messages)}") from refusal
    return len(words)


def ticked(values: list[str]) -> list[int]:
    """Return the keys that a form of several words has ticked. Raises BadRequest."""
    if not all(value.isascii() and value.isdecimal() and len(value) < 19 for value in values):
        raise BadRequest
    return [int(value) for value in values]


def said_together(number: int, *, is_confirmed: bool) -> str:
    """Say what became of several words at once."""
    words = _("Confirmed: %(n)s. It holds from now on.") if is_confirmed else _("Refused: %(n)s. Nothing changes.")
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
