"""Interface tokens: opens, finds and ends them. What a program may ask with one is the business of who answers.

A program cannot sign in as a person does: the token in each request is the key. It is long, random, shown once and kept
as a digest; it works for the account that opened it, within what that account may see, and ends with what let it be.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from limits import RateLimitItemPerMinute

from access import attempts, events
from access.attempts import Slowed, failures
from access.audit import record
from access.clients import address_of, network_of
from access.digest import digest_of
from access.enums import Happening, Verb
from access.models import Establishment, InterfaceSending, InterfaceToken, Membership, User
from access.reach import ADDRESS

SECRET_BYTES = 32
# Scanners of files and logs know a secret by such a beginning.
BEGINNING = "carehub_"
MOST = 5
USED_MARK, COUNTED_MARK = timedelta(hours=1), timedelta(days=1)
# What is over is shown to its owner for so long; what was done with a sending is answered again for so long.
KEPT, SENDINGS_KEPT = timedelta(days=30), timedelta(days=1)
# Requests of one token, and of all, in one process of the door: the access log has a line for each, and a limit.
OF_ONE_TOKEN = RateLimitItemPerMinute(300, 1, namespace="interface")
OF_ALL_TOKENS = RateLimitItemPerMinute(1200, 1, namespace="interfaces")
# Failures of one address (of all, where none can be known) within five minutes; apart from those of people who sign in.
FAILED = RateLimitItemPerMinute(20, 5, namespace="interface failures")


def tokens_of(user: User, establishment: Establishment) -> list[InterfaceToken]:
    """Return the tokens of `user` there, those that work first; what ended long ago is gone."""
    rows = InterfaceToken.objects.filter(user=user, establishment=establishment).order_by("-created_at", "-pk")
    return sorted(rows, key=lambda token: token.is_over)


def tokens_at(establishment: Establishment) -> QuerySet[InterfaceToken]:
    """Return the tokens of everybody there that nobody has ended, for who answers for the unit."""
    rows = InterfaceToken.objects.filter(establishment=establishment, ended_at__isnull=True)
    return rows.select_related("user").order_by("user__full_name", "-created_at", "pk")


def open_token(
    request: HttpRequest,
    *,
    by: User,
    establishment: Establishment,
    name: str,
    scopes: Collection[str],
    expires_at: datetime,
) -> str:
    """Open a token for `by` and return its secret, which cannot be read again. Raises ValidationError.

    Whether they may is asked by the caller, and again at each use.
    """
    secret = BEGINNING + secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        # Two clicks at once queue here.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        mine = InterfaceToken.objects.filter(user=by, ended_at__isnull=True, expires_at__gt=timezone.now())
        if mine.count() >= MOST:
            raise ValidationError(_("You have %(most)d tokens. End one that is needed no longer.") % {"most": MOST})
        token = InterfaceToken.objects.create(
            user=by,
            establishment=establishment,
            name=name,
            scopes=sorted(scopes),
            digest=digest_of(secret),
            expires_at=expires_at,
        )
        events.note(request, by, Happening.INTERFACE_OPENED)
        record(by=by, verb=Verb.OPEN_INTERFACE, target=token, establishment=establishment)
    return secret


def end_token(*, by: User, token: InterfaceToken) -> bool:
    """End a token at once, and say whether it worked until now."""
    with transaction.atomic():
        ended = InterfaceToken.objects.filter(pk=token.pk, ended_at__isnull=True).update(ended_at=timezone.now())
        if ended:
            record(by=by, verb=Verb.END_INTERFACE, target=token, establishment=token.establishment_id)
    return bool(ended)


def end_all(user: User) -> None:
    """End every token of `user`: whoever knew the password that is replaced may have opened one."""
    if settings.CAREHUB_DOOR == "care":
        InterfaceToken.objects.filter(user=user, ended_at__isnull=True).update(ended_at=timezone.now())


def find_token(request: HttpRequest, secret: str) -> tuple[InterfaceToken, Membership] | None:
    """Return the token that works with that secret and the role under which its owner asks; None otherwise.

    None, too, when its time is over, its owner's account was closed or waits for a new password or factor, or has no
    role there today. Raises Slowed where too many requests came.
    """
    token = (
        InterfaceToken.objects.filter(digest=digest_of(secret)).select_related("user", "establishment").first()
        if secret.startswith(BEGINNING)
        else None
    )
    role = None if token is None else role_behind(token)
    if token is None or role is None:
        note_failure(request, token)
        return None
    require_pace(token)
    note_use(token)
    return token, role


def role_behind(token: InterfaceToken) -> Membership | None:
    """Return the role that the owner of a token has today; None where the token works no longer."""
    user = token.user
    is_ready = user.is_active and not user.must_change_password and user.second_factor_since is not None
    if token.is_over or not is_ready:
        return None
    roles = Membership.objects.current().filter(user=user, establishment=token.establishment_id)
    return roles.select_related("establishment").first()


def require_pace(token: InterfaceToken) -> None:
    """Raise Slowed where a token, or all of them, ask more than this process answers."""
    for limit, key in ((OF_ONE_TOKEN, str(token.pk)), (OF_ALL_TOKENS, settings.CAREHUB_DOOR)):
        if not failures().hit(limit, key):
            raise Slowed(limit.get_expiry())


def note_failure(request: HttpRequest, token: InterfaceToken | None) -> None:
    """Count a secret that opens nothing, and write it down once in some minutes. Raises Slowed after too many.

    A right secret is never kept waiting by wrong ones: nobody guesses it.
    """
    address = address_of(request)
    if attempts.is_news(f"interface {token.pk if token else ''}", address):
        target = token.user if token else ADDRESS
        record(by=None, verb=Verb.FAILED_INTERFACE, target=target)
    if not failures().hit(FAILED, network_of(address) if address else settings.CAREHUB_DOOR):
        raise Slowed(FAILED.get_expiry())


def note_use(token: InterfaceToken) -> None:
    """Note that the token was used, at most once an hour; an account that a program uses is not unused."""
    now = timezone.now()
    if token.last_used_at is not None and now - token.last_used_at <= USED_MARK:
        return
    with transaction.atomic():
        InterfaceToken.objects.filter(pk=token.pk).update(last_used_at=now)
        since = token.user.counted_since
        if since is None or now - since > COUNTED_MARK:
            User.objects.filter(pk=token.user_id).update(counted_since=now)
        record(by=token.user, verb=Verb.USE_INTERFACE, target=token, establishment=token.establishment_id)


def forget_ended(database: str, *, now: datetime) -> None:
    """End the tokens of ended roles and closed accounts, for good; delete those long over, and old sendings."""
    rows = InterfaceToken.objects.using(database)
    roles = Membership.objects.using(database).unended()
    held = roles.filter(user_id=OuterRef("user_id"), establishment_id=OuterRef("establishment_id"))
    left = rows.filter(Q(user__is_active=False) | ~Exists(held), ended_at__isnull=True)
    left.update(ended_at=now)
    rows.filter(Q(ended_at__lt=now - KEPT) | Q(expires_at__lt=now - KEPT)).delete()
    InterfaceSending.objects.using(database).filter(at__lt=now - SENDINGS_KEPT).delete()
