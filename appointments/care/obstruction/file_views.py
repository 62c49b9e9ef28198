"""The figures and the facts of a period as files for a spreadsheet, marked as confidential."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.in_words import date_format
from access.requests import DoorRequest
from access.spreadsheet import as_csv
from appointments.care.obstruction.forms import ShownDaysForm
from appointments.care.obstruction.unit_views import log_unit_of
from appointments.care.obstruction.views import chosen_facts, days_form, require_reader
from appointments.models import Obstruction
from appointments.obstruction.comparison import Comparison, compare
from appointments.obstruction.export import as_ods, facts_table, figures_table


@audience(*CARE_ROLES)
@require_safe
def obstruction_csv(request: DoorRequest) -> HttpResponse:
    table = figures_table(compare_for(request, chosen(request)))
    return file_of(request, as_csv(table), "text/csv; charset=utf-8", "entraves-aux-soins", "csv")


@audience(*CARE_ROLES)
@require_safe
def facts_csv(request: DoorRequest) -> HttpResponse:
    form = chosen(request)
    table = facts_table(chosen_facts(request, form), choice_of(form))
    return file_of(request, as_csv(table), "text/csv; charset=utf-8", "faits-entraves-aux-soins", "csv")


@audience(*CARE_ROLES)
@require_safe
def obstruction_ods(request: DoorRequest) -> HttpResponse:
    form = chosen(request)
    content = as_ods(
        {
            _("Figures"): figures_table(compare_for(request, form)),
            _("Facts"): facts_table(chosen_facts(request, form), choice_of(form)),
        }
    )
    return file_of(request, content, "application/vnd.oasis.opendocument.spreadsheet", "entraves-aux-soins", "ods")


def compare_for(request: DoorRequest, form: ShownDaysForm) -> Comparison:
    return compare(request.establishment, form.period, unit=log_unit_of(request).pk)


def chosen(request: DoorRequest) -> ShownDaysForm:
    """Return the days and facts asked for. Raises Http404 for whoever does not read the log, BadRequest."""
    require_reader(request)
    form = days_form(request)
    if not form.is_valid():
        raise BadRequest(_("Choose the period on the page of obstructed care, then take the file again."))
    return form


def choice_of(form: ShownDaysForm) -> str:
    """Return which facts the file holds, in words."""
    days = [date_format(day, "SHORT_DATE_FORMAT") for day in (form.period.since, form.period.until)]
    return " · ".join([*form.labels(), " – ".join(days)])


def file_of(request: DoorRequest, content: bytes, kind: str, name: str, ending: str) -> HttpResponse:
    record(by=request.user, verb=Verb.EXPORT, target=Obstruction, establishment=request.establishment)
    disposition = f'attachment; filename="{name}-confidentiel.{ending}"'
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})
