"""The page on which an administrator of the care side gives the second word on what another one asked for."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from access import second_words
from access.decorators import audience
from access.enums import Role, Side, Word
from access.requests import DoorRequest
from access.views.managed import managed_by

SHOWN = 100


@audience(Role.ACCOUNT_ADMIN)
@require_safe
def words(request: DoorRequest) -> HttpResponse:
    require_care(request)
    return show(request)


@audience(Role.ACCOUNT_ADMIN)
@require_POST
def word(request: DoorRequest, key: int) -> HttpResponse:
    require_care(request)
    asked = second_words.words_at(request.establishment).filter(pk=key).first()
    if asked is None:
        raise Http404
    said = request.POST.get("word")
    if said not in {Word.CONFIRMED.value, Word.REFUSED.value}:
        raise BadRequest
    is_confirmed = said == Word.CONFIRMED
    try:
        second_words.answer(asked, by=request.user, is_confirmed=is_confirmed)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return show(request, status=409)
    messages.success(request, _("Done. It holds from now on.") if is_confirmed else _("Refused. Nothing changes."))
    return redirect("words")


@audience(Role.ACCOUNT_ADMIN)
@require_POST
def words_together(request: DoorRequest) -> HttpResponse:
    """Confirm or refuse several accounts of one import."""
    require_care(request)
    said, keys = request.POST.get("word"), second_words.ticked(request.POST.getlist("words"))
    if said not in {Word.CONFIRMED.value, Word.REFUSED.value}:
        raise BadRequest
    is_confirmed = said == Word.CONFIRMED
    try:
        number = second_words.answer_together(request.establishment, keys, by=request.user, is_confirmed=is_confirmed)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return show(request, status=409)
    messages.success(request, second_words.said_together(number, is_confirmed=is_confirmed))
    return redirect("words")


def require_care(request: DoorRequest) -> None:
    """Raise Http404 for an administrator of the prison side: for them the page is not there."""
    if Side.CARE not in managed_by(request):
        raise Http404


def show(request: DoorRequest, *, status: int = 200) -> HttpResponse:
    here = request.establishment
    context = {
        **second_words.waiting_together(here, by=request.user),
        "answered": second_words.answered_at(here)[:SHOWN],
        "zone": here.zone,
    }
    return render(request, "accounts/words.html", context, status=status)
