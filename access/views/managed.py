"""Whose accounts the administrator of a request manages at the present establishment."""

from __future__ import annotations

from django.http import Http404

from access.account_forms import RoleForm
from access.enums import Administered, Side
from access.models import JointAdministration
from access.requests import DoorRequest


def managed_by(request: DoorRequest) -> frozenset[Side]:
    return Administered(request.membership.administers).sides


def is_theirs(request: DoorRequest, side: str) -> bool:
    """Whether accounts of that side are theirs to manage; administrators are, as far as they may know of them."""
    return side in {Side.ACCOUNTS, *managed_by(request)}


def require_side(request: DoorRequest, side: str) -> None:
    """Raise Http404 for accounts of a side that is not theirs to manage: for them it is not there."""
    if not is_theirs(request, side):
        raise Http404


def offer_sides(request: DoorRequest, form: RoleForm) -> None:
    """Let the form of a role offer no side that is not to be given here."""
    is_agreed = JointAdministration.objects.filter(establishment=request.establishment).exists()
    form.offer_sides(managed_by(request), is_agreed=is_agreed)
