"""Pages of help: a role's guide, its card to print, its pictures. A door serves its own and nobody else's."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from access.decorators import audience
from access.requests import DoorRequest
from carehub.guides.reading import Guide, guide_for, guides_of, help_about, images_of


def help_address(request: HttpRequest) -> str:
    """Return where the help of the present page stands, for whoever asks."""
    membership = getattr(request, "membership", None)
    guide, section = help_about(settings.CAREHUB_DOOR, membership.role if membership else "", request.path)
    return reverse("guide", args=[guide.name]) + (f"#{section.key}" if section else "")


def guide_or_404(name: str) -> Guide:
    found = next((guide for guide in guides_of(settings.CAREHUB_DOOR) if guide.name == name), None)
    if found is None:
        raise Http404
    return found


@audience()
@require_safe
def guides(request: DoorRequest) -> HttpResponse:
    return redirect("guide", guide_for(settings.CAREHUB_DOOR, request.membership.role).name)


@audience()
@require_safe
def guide(request: DoorRequest, name: str) -> HttpResponse:
    context = {"guide": guide_or_404(name), "others": guides_of(settings.CAREHUB_DOOR)}
    return render(request, "guides/guide.html", context)


@audience()
@require_safe
def guide_card(request: DoorRequest, name: str) -> HttpResponse:
    return render(request, "guides/card.html", {"guide": guide_or_404(name)})


@audience()
@require_safe
@cache_control(private=True, max_age=86400)
def guide_image(request: DoorRequest, name: str) -> HttpResponse:
    picture = images_of(settings.CAREHUB_DOOR).get(name)
    if picture is None:
        raise Http404
    return HttpResponse(picture.read_bytes(), content_type="image/webp")
