"""The figures and the facts of a period as files for a spreadsheet, marked as confidential."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from access.spreadsheet import as_csv
from appointments.care.obstruction.views import days_form, require_reader
from appointments.models import Obstruction
from appointments.obstruction import facts_of
from appointments.obstruction.comparison import compare
from appointments.obstruction.export import as_ods, facts_table, figures_table
from appointments.statistics import Period


@audience(*CARE_ROLES)
@require_safe
def obstruction_csv(request: DoorRequest) -> HttpResponse:
    period = chosen_period(request)
    table = figures_table(compare(request.establishment, period))
    return file_of(request, as_csv(table), "text/csv; charset=utf-8", "csv")


@audience(*CARE_ROLES)
@require_safe
def obstruction_ods(request: DoorRequest) -> HttpResponse:
    period = chosen_period(request)
    facts = facts_of(request.establishment, period.since, period.until)
    content = as_ods(
        {
            _("Figures"): figures_table(compare(request.establishment, period)),
            _("Facts"): facts_table(facts),
        }
    )
    return file_of(request, content, "application/vnd.oasis.opendocument.spreadsheet", "ods")


def chosen_period(request: DoorRequest) -> Period:
    """Return the days asked for. Raises Http404 for whoever does not read the log, BadRequest."""
    require_reader(request)
    form = days_form(request)
    if not form.is_valid():
        raise BadRequest(_("Choose the period on the page of obstructed care, then take the file again."))
    return form.period


def file_of(request: DoorRequest, content: bytes, kind: str, ending: str) -> HttpResponse:
    record(by=request.user, verb=Verb.EXPORT, target=Obstruction, establishment=request.establishment)
    disposition = f'attachment; filename="entraves-aux-soins-confidentiel.{ending}"'
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})
