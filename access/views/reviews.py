"""Pages of reviews of accounts: the list, one review with a decision for each line, and its file."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access import audit, listing, reviews
from access.decorators import audience
from access.enums import ReviewDecision, Role, Side, Verb
from access.models import AccessReview, ReviewLine
from access.requests import DoorRequest
from access.spreadsheet import as_csv
from access.views.importing import csv_answer
from access.views.managed import is_theirs, require_side

PAGE = 100


@audience(Role.ACCOUNT_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def review_list(request: DoorRequest) -> HttpResponseBase:
    """All reviews of the establishment, the newest first; POST opens one by hand."""
    if request.method != "POST":
        return list_page(request)
    side = request.POST.get("door", "")
    if side not in Side.values:
        raise BadRequest
    require_side(request, side)
    try:
        key = reviews.open_review(request.establishment, side, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return list_page(request, status=409)
    return redirect("review", side=side, key=key)


def list_page(request: DoorRequest, *, status: int = 200) -> HttpResponse:
    found = [review for review in reviews.all_reviews(request.establishment) if is_theirs(request, review.side)]
    taken = {review.side for review in found if review.closed_at is None}
    context = {
        "reviews": [(review, listing.DOORS[Side(review.side)]) for review in found],
        "free_doors": [
            (side, name) for side, name in listing.DOORS.items() if side not in taken and is_theirs(request, side)
        ],
    }
    return render(request, "accounts/reviews.html", context, status=status)


@audience(Role.ACCOUNT_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: DoorRequest, side: str, key: int) -> HttpResponseBase:
    """One review, line by line."""
    require_side(request, side)
    found = reviews.review_or_404(request.establishment, side, key)
    if request.method == "POST":
        return decide(request, found)
    return review_page(request, found)


def review_page(request: DoorRequest, found: AccessReview, *, status: int = 200) -> HttpResponse:
    lines = reviews.lines_at(found)
    is_narrowed = request.GET.get("show") == "undecided"
    page = Paginator(lines.filter(decision="") if is_narrowed else lines, PAGE).get_page(request.GET.get("page"))
    context = {
        "review": found,
        "door_name": listing.DOORS[Side(found.side)],
        "opened_by": reviews.names_of([found.opened_by_id]).get(found.opened_by_id or 0, ""),
        "lines": reviews.in_words(list(page.object_list), found, request.establishment),
        "left": found.total - found.decided,  # type: ignore[attr-defined]
        "page": page,
        "is_narrowed": is_narrowed,
    }
    return render(request, "accounts/review.html", context, status=status)


def decide(request: DoorRequest, found: AccessReview) -> HttpResponseBase:
    decision, wanted = request.POST.get("decision", ""), request.POST.get("line", "")
    if decision not in ReviewDecision.values or not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 19):
        raise BadRequest
    line: ReviewLine | None = reviews.lines_at(found).filter(pk=wanted).first()
    if line is None:
        raise Http404
    here = request.establishment
    try:
        reviews.decide(
            line,
            ReviewDecision(decision),
            by=request.user,
            establishment=here,
            side=found.side,
            seen=request.POST.get("seen", ""),
        )
    except ValidationError as refusal:
        messages.error(request, f"{line.full_name} – {' '.join(refusal.messages)}")
        return review_page(request, found, status=409)
    kept = {name: request.GET[name] for name in ("show", "page") if name in request.GET}
    address = redirect("review", side=found.side, key=found.pk)
    if kept:
        address["Location"] += f"?{urlencode(kept)}"
    return address


@audience(Role.ACCOUNT_ADMIN)
@require_safe
def review_file(request: DoorRequest, side: str, key: int) -> HttpResponseBase:
    """The whole review as CSV, decided or not."""
    require_side(request, side)
    here = request.establishment
    found = reviews.review_or_404(here, side, key)
    heads = [
        _("Name"), _("User name"), _("Role"), _("First day"), _("Last day"), _("Scope"), _("As confirmed, if changed"),
        _("Decision"), _("Decided at"), _("Decided by"),
    ]  # fmt: skip
    rows = [
        [
            each.line.full_name, each.line.username, Role(each.line.role).label, each.line.valid_from,
            each.line.valid_until or "", " | ".join(each.scope), " | ".join(each.instead if each.line.decision else []),
            each.words, each.decided_at(here), each.decided_by,
        ]
        for each in reviews.in_words(list(reviews.lines_at(found)), found, here)
    ]  # fmt: skip
    audit.record(by=request.user, verb=Verb.EXPORT, target=AccessReview, establishment=here)
    name, opened = _("review"), here.day_of(found.opened_at)
    return csv_answer(as_csv([heads, *rows]), f"{name}-{found.side}-{opened}")
