"""The page of one account at the accounts door, and what an administrator does there."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access import accounts, enrolment, factors, listing, reach, second_words
from access.account_forms import IdentityForm, RoleForm, ScopeForm, role_values
from access.databases import database_for, database_of
from access.decorators import audience
from access.enums import Administered, Asked, Role, Side
from access.factors import WrongCode
from access.forms import GivenTokenForm
from access.models import Establishment, Membership, User
from access.requests import DoorRequest
from access.scopes import CARRIED_IN_WORDS, CARRIED_RIGHTS, levels_in_words, nothing_yet
from access.unused import suspension_day, warned_at
from access.views.log import described
from access.views.managed import offer_sides
from access.views.refusals import add_to_form

LAST_ENTRIES = 50
Action = Callable[[DoorRequest, User], HttpResponseBase]


@audience(Role.ACCOUNT_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: DoorRequest, side: str, key: int) -> HttpResponseBase:
    user = reach.managed_or_404(request.establishment, side, key)
    if request.method != "POST":
        return account_page(request, user)
    act = ACTIONS.get(request.POST.get("do", ""))
    if act is None:
        raise BadRequest
    asked = second_words.newest_key(user)
    answer = act(request, user)
    if answer.status_code == HTTPStatus.FOUND:
        is_asked = second_words.newest_key(user) > asked
        messages.success(request, asked_of_a_second_person() if is_asked else holds_at_once())
    return answer


def holds_at_once() -> str:
    return _("Done. It holds from the person’s next click.")


def asked_of_a_second_person() -> str:
    return _("Asked of a second person. What needs their word changes when they have confirmed it, not before.")


def account_page(request: DoorRequest, user: User, *, status: int = 200, **bound: forms.Form) -> HttpResponse:
    """Return the page; forms in `bound` stand in for fresh ones, with what was typed and what was wrong."""
    here = request.establishment
    roles = Membership.objects.using(database_of(user))
    membership = roles.select_related("user", "establishment").get(user_id=user.pk, establishment_id=here.pk)
    awaits = second_words.awaits_opening(user)
    waiting = second_words.waiting_of_account(user)
    # As a list of roles has it.
    membership.awaits_word = awaits  # type: ignore[attr-defined]
    membership.is_asked = any(word.what == Asked.OPEN_ACCOUNT for word in waiting)  # type: ignore[attr-defined]
    carried = CARRIED_RIGHTS.get(membership.role)
    entries = list(reach.log_of_account(here, user)[:LAST_ENTRIES])
    context = {
        "account": user,
        "door_name": listing.DOORS[Side(user.side)],
        "role": membership,
        "state": listing.state_of(membership),
        "carried": CARRIED_IN_WORDS[carried] if carried else "",
        "suspended_on": suspension_day(
            user, begins=membership.valid_from, warned_at=warned_at([user]).get((user.side, user.pk))
        ),
        "sees_nothing": levels_in_words(membership) == [nothing_yet()],
        "is_oneself": user == request.user and user.side == request.user.side,
        "other_roles": roles.unended().filter(user_id=user.pk).exclude(establishment_id=here.pk).count(),
        "more_establishments": places_to_add(request, user),
        "entries": described(entries, here),
        "waiting_words": waiting,
        "word": second_words.last_opening_of(user) if awaits else None,
        "awaits_opening": awaits,
        "is_guarded": second_words.is_guarded(user),
        "factors": factors.kinds_of([user]).get((user.side, user.pk), []),
        "wrong": next(iter(bound.values()), None),
        **fresh_forms(request, user, membership),
        **bound,
    }
    return render(request, "accounts/account.html", context, status=status)


def fresh_forms(request: DoorRequest, user: User, membership: Membership) -> dict[str, forms.Form]:
    here = request.establishment
    role_form = RoleForm(initial=role_values(membership), side=user.side, establishment=here)
    offer_sides(request, role_form)
    identity = {"full_name": user.full_name, "email": user.email}
    return {
        "identity": IdentityForm(initial=identity, side=user.side, establishment=here),
        "role_form": role_form,
        "scope": ScopeForm(side=user.side, establishment=here, user=user),
        "token": GivenTokenForm(),
    }


def places_to_add(request: DoorRequest, user: User) -> list[Establishment]:
    roles = Membership.objects.using(database_of(user)).filter(user_id=user.pk)
    taken = set(roles.values_list("establishment_id", flat=True))
    here = database_of(user)
    return [
        mine.establishment
        for mine in request.memberships
        if mine.establishment_id not in taken
        and database_for(user.side, mine.establishment) == here
        and (user.side == Side.ACCOUNTS or Side(user.side) in Administered(mine.administers).sides)
    ]


def change_identity(request: DoorRequest, user: User) -> HttpResponseBase:
    form = IdentityForm(request.POST, side=user.side, establishment=request.establishment)
    return tried(
        request, user, "identity", form, lambda: accounts.change_account(user, **actor(request), **form.cleaned_data)
    )


def change_role(request: DoorRequest, user: User) -> HttpResponseBase:
    form = RoleForm(request.POST, side=user.side, establishment=request.establishment)
    offer_sides(request, form)
    wanted = request.POST.get("establishment") or str(request.establishment.pk)
    establishment = next((m.establishment for m in request.memberships if str(m.establishment_id) == wanted), None)
    if establishment is None:
        raise BadRequest
    return tried(
        request,
        user,
        "role_form",
        form,
        lambda: accounts.give_role(user, by=request.user, establishment=establishment, **form.cleaned_data),
    )


def change_scope(request: DoorRequest, user: User) -> HttpResponseBase:
    form = ScopeForm(request.POST, side=user.side, establishment=request.establishment, user=user)

    def write() -> None:
        for scope_key, levels in form.levels().items():
            accounts.set_scope(user, **actor(request), scope_key=scope_key, levels=levels)

    return tried(request, user, "scope", form, write)


def give_token(request: DoorRequest, user: User) -> HttpResponseBase:
    form = GivenTokenForm(request.POST)

    def write() -> None:
        try:
            accounts.give_token(user, **actor(request), **form.cleaned_data)
        except WrongCode as wrong:
            sentence = _("This token does not give this code. Check the kind, the secret and the digits.")
            raise ValidationError({"code": sentence}) from wrong

    return tried(request, user, "token", form, write)


def new_first_password(request: DoorRequest, user: User) -> HttpResponseBase:
    try:
        password = accounts.reset_password(user, **actor(request))
    except ValidationError as refusal:
        return refused(request, user, refusal)
    address = enrolment.door_address(user.side)
    context = {"account": user, "password": password, "address": address, "is_new": False}
    return render(request, "accounts/sheet.html", context, status=201)


def simple(verb: Callable[..., Any]) -> Action:
    """Return the action that runs a verb which needs nothing but the account."""

    def act(request: DoorRequest, user: User) -> HttpResponseBase:
        try:
            verb(user, **actor(request))
        except ValidationError as refusal:
            return refused(request, user, refusal)
        return done(request, user)

    return act


def tried(request: DoorRequest, user: User, name: str, form: Any, write: Callable[[], Any]) -> HttpResponseBase:
    if form.is_valid():
        try:
            write()
        except ValidationError as refusal:
            add_to_form(form, refusal)
        else:
            return done(request, user)
    user.refresh_from_db()
    return account_page(request, user, status=422, **{name: form})


def actor(request: DoorRequest) -> dict[str, Any]:
    return {"by": request.user, "establishment": request.establishment}


def done(request: DoorRequest, user: User) -> HttpResponseBase:
    return redirect("account", side=user.side, key=user.pk)


def refused(request: DoorRequest, user: User, refusal: ValidationError) -> HttpResponseBase:
    messages.error(request, " ".join(refusal.messages))
    return account_page(request, user, status=422)


ACTIONS: dict[str, Action] = {
    "identity": change_identity,
    "role": change_role,
    "end_role": simple(accounts.take_role),
    "scope": change_scope,
    "token": give_token,
    "reset_factor": simple(accounts.reset_second_factor),
    "ask_opening": simple(accounts.ask_again),
    "first_password": new_first_password,
    "unlock": simple(accounts.unlock),
    "deactivate": simple(accounts.deactivate),
    "reactivate": simple(accounts.reactivate),
}
