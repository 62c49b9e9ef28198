"""The extract of what is held on a person: asked for with its reason, shown or as PDF. Each is logged."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from access.audit import record
from access.decorators import audience
from access.enums import Role, Verb
from access.requests import DoorRequest
from appointments.care.people.views import joined_into
from appointments.care.retention.forms import ExtractForm
from appointments.extract.paper import ExtractReason, extract_of, paper_of
from appointments.papers import as_pdf
from appointments.papers.paper import Block
from appointments.rights import detainees_visible_to, get_visible_or_404, rights_of


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def extract(request: DoorRequest, key: UUID) -> HttpResponse:
    if survivor := joined_into(request, key):
        return redirect("extract", survivor)
    if not rights_of(request).leads_unit:
        raise Http404
    people = detainees_visible_to(rights_of(request)).select_related("building", "establishment")
    person = get_visible_or_404(people, key)
    form = ExtractForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"person": person, "form": form}
        return render(request, "care/retention/extract_ask.html", context, status=422 if form.errors else 200)
    reason = ExtractReason(form.cleaned_data["reason"])
    rights = rights_of(request)
    made = extract_of(
        person, units=rights.headed, reason=reason, by_name=str(request.user), with_escorts=rights.manages_escorts
    )
    paper = paper_of(made)
    record(by=request.user, verb=Verb.EXTRACT, target=person, establishment=request.establishment)
    # On whose demand, beside it: the log has no free text, and this is a word of a closed list.
    record(
        by=request.user,
        verb=Verb.EXTRACT,
        target=f"extract.{reason.value}",
        key=str(person.pk),
        establishment=request.establishment,
    )
    if "pdf" not in request.POST:
        context = {"person": person, "paper": paper, "blocks": paper_blocks(paper.blocks), "reason": reason.value}
        return render(request, "care/retention/extract.html", context)
    return HttpResponse(
        as_pdf(paper),
        content_type="application/pdf",
        # The name of a file stands in a list of downloads: it names nobody.
        headers={"Content-Disposition": 'attachment; filename="extrait.pdf"'},
    )


def paper_blocks(blocks: Sequence[Block]) -> list[dict[str, object]]:
    """Return the paper's blocks as a template tells them apart."""
    return [{"is": type(each).__name__.lower(), "it": each} for each in blocks]
