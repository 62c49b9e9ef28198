"""Pages of the accounts door: the list, opening an account, who sees what."""

from __future__ import annotations

from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access import accounts, enrolment, listing, reach
from access.account_forms import ListFilterForm, OpenForm, ReplacementForm, ScopeForm
from access.account_rows import drawn
from access.databases import database_of
from access.decorators import audience
from access.enums import Role, Side
from access.likeness import likeness_of, likeness_of_name
from access.models import JointAdministration, Membership, User
from access.requests import DoorRequest
from access.reviews import open_reviews
from access.scopes import CARRIED_RIGHTS, levels_in_words, nothing_yet
from access.views.managed import is_theirs, managed_by, offer_sides, require_side
from access.views.refusals import add_to_form

PAGE = 100


@audience(Role.ACCOUNT_ADMIN)
@require_safe
def account_list(request: DoorRequest) -> HttpResponseBase:
    form, here = ListFilterForm(request.GET), request.establishment
    roles = listing.memberships_at(here)
    found = listing.narrowed(roles, **form.cleaned_data) if form.is_valid() else []
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "rows": drawn(listing.lines(page.object_list, here), here.zone),  # type: ignore[arg-type]
        "page": page,
        "total": len(roles),
        "open_reviews": [
            (one, listing.DOORS[Side(one.side)]) for one in open_reviews(here) if is_theirs(request, one.side)
        ],
        "query": request.GET.urlencode(),
        "is_narrowed": any(form.cleaned_data.values()),
    }
    return render(request, "accounts/list.html", context, status=200 if form.is_valid() else 422)


@audience(Role.ACCOUNT_ADMIN)
@require_safe
def choose_side(request: DoorRequest) -> HttpResponseBase:
    return render(request, "accounts/choose_side.html", {"sides": managed_by(request)})


@audience(Role.ACCOUNT_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def open_account(request: DoorRequest, side: str) -> HttpResponseBase:
    require_side(request, side)
    data = request.POST if request.method == "POST" else None
    form = OpenForm(data, side=side, establishment=request.establishment)
    offer_sides(request, form)
    scope = ScopeForm(data, side=side, establishment=request.establishment, user=None)
    if data is not None and form.is_valid() and scope.is_valid():
        try:
            user, password = opened(request, form, scope, side=side)
        except ValidationError as refusal:
            add_to_form(form, refusal)
        else:
            return first_sheet(request, user, password)
    context = {
        "form": form,
        "scope": scope,
        "side": side,
        "door_name": listing.DOORS[Side(side)],
        "whole": " ".join(CARRIED_RIGHTS),
    }
    return render(request, "accounts/open.html", context, status=422 if data is not None else 200)


def opened(request: DoorRequest, form: OpenForm, scope: ScopeForm, *, side: str) -> tuple[User, str]:
    """Open an account with the role and the scope that were typed, or with those of a colleague."""
    here, values = request.establishment, dict(form.cleaned_data)
    name = values.pop("same_as", "")
    levels = scope.levels()
    if name:
        if scope.says_something():
            raise ValidationError({"same_as": _("Leave the scope empty: it comes from whom the person is to be like.")})
        try:
            like = likeness_of_name(name, side=side, establishment=here)
        except ValidationError as refusal:
            raise ValidationError({"same_as": refusal.messages}) from refusal
        values["role"], levels = like.role, like.levels
    return accounts.open_account(here, by=request.user, side=side, levels=levels, **values)


def first_sheet(request: DoorRequest, user: User, password: str) -> HttpResponseBase:
    role = Membership.objects.using(database_of(user)).select_related("establishment", "user")
    words = levels_in_words(role.get(user_id=user.pk, establishment_id=request.establishment.pk))
    context = {
        "account": user,
        "password": password,
        "address": enrolment.door_address(user.side),
        "is_new": True,
        "waits": not user.is_active,
        "sees_nothing": words == [nothing_yet()],
    }
    return render(request, "accounts/sheet.html", context, status=201)


@audience(Role.ACCOUNT_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def replacement(request: DoorRequest, side: str, key: int) -> HttpResponseBase:
    """A locum or a temporary officer: the rights of somebody who works here, and a last day."""
    require_side(request, side)
    here = request.establishment
    replaced = reach.managed_or_404(here, side, key)
    if side == Side.ACCOUNTS:
        raise Http404
    data = request.POST if request.method == "POST" else None
    length = request.POST.get("length", "")
    if data is not None and length not in {"week", "month", "dates"}:
        raise BadRequest
    form = ReplacementForm(data, side=side, establishment=here, length=length)
    if data is not None and form.is_valid():
        try:
            like = likeness_of(replaced, here)
            user, password = accounts.open_account(
                here, by=request.user, side=side, role=like.role, levels=like.levels, **form.cleaned_data
            )
        except ValidationError as refusal:
            add_to_form(form, refusal)
        else:
            return first_sheet(request, user, password)
    roles = Membership.objects.using(database_of(replaced)).select_related("establishment", "user")
    role = roles.get(user_id=replaced.pk, establishment_id=here.pk)
    context = {"form": form, "replaced": replaced, "role": role, "words": levels_in_words(role)}
    return render(request, "accounts/replacement.html", context, status=422 if data is not None else 200)


@audience(Role.ACCOUNT_ADMIN)
@require_safe
def matrix(request: DoorRequest) -> HttpResponseBase:
    everybody = listing.memberships_at(request.establishment)
    roles = [role for role in everybody if listing.state_of(role) in listing.OPEN_STATES]
    managed = managed_by(request)
    context = {
        # Row-level security shows no administrator who manages more.
        "hides_others": len(managed) == 1,
        "charts": listing.charts(roles, request.establishment, managed=managed),
        "admins": [role for role in roles if role.side == Side.ACCOUNTS],
        "agreement": JointAdministration.objects.filter(establishment=request.establishment).first(),
    }
    return render(request, "accounts/matrix.html", context)
