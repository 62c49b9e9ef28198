"""The nominal list: upload, preview, apply."""

from __future__ import annotations

import re
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access.audit import record
from access.decorators import audience
from access.enums import Verb
from access.models import Establishment
from access.refusal import Refused
from access.requests import DoorRequest
from appointments.care.pages import way_back, way_of
from appointments.care.people.forms import NominalListForm
from appointments.models import Appointment, Detainee, RegistryImport, RegistryUpload
from appointments.models.enums.appointment import Status
from appointments.registry import IMPORTERS, SOMEBODY_ELSE, Answers, ImportPlan, LineOutcome, apply_import
from appointments.registry.consequences import consequences_of
from appointments.registry.nominal_list import UnreadableList
from appointments.registry.taking_back import last_import, take_back
from appointments.registry.uploads import keep_upload, plan_of, uploads_of
from appointments.requests.queue import open_questions
from appointments.rights import get_visible_or_404, rights_of

SHOWN_LINES = 500
ANSWER = re.compile(r"same-(\d{1,6})")
# What a reader must see first stands first; what does not change is only counted.
SECTIONS = (
    LineOutcome.REFUSED,
    LineOutcome.NEW,
    LineOutcome.RETURNED,
    LineOutcome.RENUMBERED,
    LineOutcome.CONFIRMED,
    LineOutcome.MOVED,
    LineOutcome.CORRECTED,
    LineOutcome.RELEASED,
    LineOutcome.MISSING,
    LineOutcome.UNCHANGED,
)


@audience(*IMPORTERS)
@require_http_methods(["GET", "HEAD", "POST"])
def registry(request: DoorRequest) -> HttpResponse:
    form = NominalListForm(request.POST, request.FILES) if request.method == "POST" else NominalListForm()
    if request.method == "POST" and form.is_valid():
        try:
            upload = keep_upload(
                form.cleaned_data["file"].read(),
                by=request.user,
                establishment=request.establishment,
                complete=form.cleaned_data["complete"],
            )
        except UnreadableList as error:
            form.add_error("file", str(error))
        else:
            return redirect(reverse("registry_preview", args=[upload.pk]) + way_of(request).query)
    leavers = list(leavers_with_appointments(request.establishment))
    if leavers:
        record(by=request.user, verb=Verb.READ, target=Detainee, establishment=request.establishment)
    context = {
        "form": form,
        "imports": RegistryImport.objects.filter(establishment=request.establishment).select_related("applied_by")[:5],
        "present": Detainee.objects.filter(establishment=request.establishment).present().count(),
        "leavers": leavers,
        "to_decide": open_questions(rights_of(request)).count(),
        "undoable": last_import(request.establishment),
    }
    return render(request, "care/people/registry_start.html", context, status=422 if form.errors else 200)


def leavers_with_appointments(establishment: Establishment) -> QuerySet[Detainee]:
    """Return the people who have left and still have appointments to come: care decides about each, nobody else."""
    expected = Appointment.objects.booked().filter(establishment=establishment, starts_at__gt=timezone.now())
    gone = Detainee.objects.filter(pk__in=expected.values("detainee"), released_on__isnull=False)
    to_come = Q(appointments__status=Status.BOOKED, appointments__starts_at__gt=timezone.now())
    return gone.annotate(to_come=Count("appointments", filter=to_come))


@audience(*IMPORTERS)
@require_GET
def registry_preview(request: DoorRequest, upload_id: UUID) -> HttpResponse:
    upload = uploads_of(request.user, request.establishment).filter(pk=upload_id).first()
    if upload is None:
        return expired(request)
    plan = plan_of(upload)
    record(by=request.user, verb=Verb.READ, target=RegistryUpload, establishment=request.establishment)
    return render(request, "care/people/registry_preview.html", preview_context(upload, plan, digest=plan.digest))


def expired(request: DoorRequest) -> HttpResponse:
    """Say that a preview is over, whether it was one's own or never was: which one it is must not show."""
    return render(request, "care/people/registry_expired.html", status=404)


def preview_context(upload: RegistryUpload, plan: ImportPlan, *, digest: str) -> dict[str, object]:
    sections = []
    for change in SECTIONS:
        lines = plan.of(change)
        if lines:
            shown = [] if change == LineOutcome.UNCHANGED else lines[:SHOWN_LINES]
            sections.append({"change": change, "lines": shown, "total": len(lines), "more": len(lines) - len(shown)})
    return {
        "upload": upload,
        "plan": plan,
        "digest": digest,
        "somebody_else": SOMEBODY_ELSE,
        "sections": sections,
        "total": len(plan.lines),
        "into_closed_wings": consequences_of(plan).into_closed_wings,
    }


@audience(*IMPORTERS)
@require_POST
def registry_apply(request: DoorRequest, upload_id: UUID) -> HttpResponse:
    upload = uploads_of(request.user, request.establishment).filter(pk=upload_id).first()
    if upload is None:
        return expired(request)
    answers = answers_in(request)
    try:
        done = apply_import(
            lambda: plan_of(upload),
            establishment=request.establishment,
            by=request.user,
            file_digest=upload.file_digest,
            expected_digest=request.POST.get("digest", ""),
            confirm_missing="confirm_missing" in request.POST,
            answers=answers,
        )
    except Refused as refusal:
        # With what was answered: nothing that was chosen is lost.
        plan = plan_of(upload)
        said = plan.again(answers) if plan.again is not None else plan
        context = preview_context(upload, said, digest=plan.digest) | {"refusal": str(refusal)}
        return render(request, "care/people/registry_preview.html", context, status=409)
    upload.delete()
    messages.success(
        request,
        _("Applied: %(new)s new, %(moved)s moved or corrected, %(released)s left, %(unchanged)s unchanged.")
        % {"new": done.new, "moved": done.moved, "released": done.released, "unchanged": done.unchanged},
    )
    asked = open_questions(rights_of(request)).filter(found_by=done)
    return redirect("decisions" if asked.exists() else way_back(request) or "registry")


def answers_in(request: DoorRequest) -> Answers:
    """Return what was said of each line ("same-12"), and which buildings are new indeed."""
    people = {}
    for name in request.POST:
        if found := ANSWER.fullmatch(name):
            people[int(found[1])] = request.POST.get(name, "")[:40]
    return Answers(people, frozenset(request.POST.getlist("new_building")))


@audience(*IMPORTERS)
@require_POST
def registry_undo(request: DoorRequest, key: int) -> HttpResponse:
    imports = RegistryImport.objects.filter(establishment=request.establishment).select_related("establishment")
    done = get_visible_or_404(imports, key)
    try:
        take_back(by=request.user, done=done)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("The list was taken back: everybody whom it changed is as before."))
    return redirect("registry")


@audience(*IMPORTERS)
@require_POST
def registry_discard(request: DoorRequest, upload_id: UUID) -> HttpResponse:
    get_visible_or_404(uploads_of(request.user, request.establishment), upload_id).delete()
    messages.info(request, _("The list was discarded. Nothing has changed."))
    return redirect(way_back(request) or "registry")
