"""Pages of the accounts door: the list, opening an account, who sees what."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from access import accounts, listing
from access.account_forms import ListFilterForm, OpenForm, ScopeForm
from access.decorators import audience
from access.enums import Role, Side
from access.models import JointAdministration
from access.requests import DoorRequest
from access.scopes import CARRIED_RIGHTS
from access.views.managed import managed_by, offer_sides, require_side
from access.views.refusals import add_to_form

PAGE = 100


@audience(Role.ACCOUNT_ADMIN)
@require_safe
def account_list(request: DoorRequest) -> HttpResponseBase:
    form = ListFilterForm(request.GET)
    roles = listing.memberships_at(request.establishment)
    found = listing.narrowed(roles, **form.cleaned_data) if form.is_valid() else []
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "lines": listing.lines(page.object_list, request.establishment),  # type: ignore[arg-type]
        "page": page,
        "total": len(roles),
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
            user, password = accounts.open_account(
                request.establishment, by=request.user, side=side, levels=scope.levels(), **form.cleaned_data
            )
        except ValidationError as refusal:
            add_to_form(form, refusal)
        else:
            waits = side == Side.CARE and not user.is_active
            context = {"account": user, "password": password, "is_new": True, "waits": waits}
            return render(request, "accounts/sheet.html", context, status=201)
    context = {
        "form": form,
        "scope": scope,
        "side": side,
        "door_name": listing.DOORS[Side(side)],
        "whole": " ".join(CARRIED_RIGHTS),
    }
    return render(request, "accounts/open.html", context, status=422 if data is not None else 200)


@audience(Role.ACCOUNT_ADMIN)
@require_safe
def matrix(request: DoorRequest) -> HttpResponseBase:
    roles = listing.narrowed(listing.memberships_at(request.establishment), state=listing.State.ACTIVE)
    context = {
        "charts": listing.charts(roles, request.establishment, managed=managed_by(request)),
        "admins": [role for role in roles if role.side == Side.ACCOUNTS],
        "agreement": JointAdministration.objects.filter(establishment=request.establishment).first(),
    }
    return render(request, "accounts/matrix.html", context)
