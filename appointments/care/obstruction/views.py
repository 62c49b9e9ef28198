"""The page of obstructed care: the figures of any period at a glance, and the log of facts under them.

For the head of unit and whom the head names. Any other carer is led to the form on which they note a fact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from appointments.care.obstruction import chart, words
from appointments.care.obstruction.forms import NO_BUILDING, ShownDaysForm, buildings_of
from appointments.care.obstruction.unit_views import log_unit_of, unit_choice
from appointments.models import Obstruction
from appointments.models.enums.obstruction import ObstructionSource
from appointments.models.obstruction import ObstructionQuerySet
from appointments.obstruction import chief_facts, facts_of
from appointments.obstruction.comparison import Comparison, compare
from appointments.obstruction.facts import OFTEN
from appointments.obstruction.log import count_lately
from appointments.obstruction.sentences import sentence_of
from appointments.rights import rights_of
from appointments.statistics import Period

PAGE = 25
# The page counts these days again when asked to; each night counts more.
LATELY = 7


@dataclass(frozen=True)
class Line:
    """One fact as the log shows it."""

    fact: Obstruction
    sentence: str
    report_url: str


@audience(*CARE_ROLES)
@require_safe
def obstruction(request: DoorRequest) -> HttpResponse:
    if not rights_of(request).reads_obstruction:
        return redirect("obstruction_note")
    form = days_form(request)
    if not form.is_valid():
        return render(request, "care/obstruction/obstruction.html", {"form": form}, status=422)
    establishment, period = request.establishment, form.period
    unit = log_unit_of(request)
    found = compare(establishment, period, unit=unit.pk)
    # The facts that the first sentences speak of: few, whatever the period.
    told = list(facts_of(unit, period.since, period.until).exclude(kind__in=OFTEN))
    facts = chosen_facts(request, form)
    page = Paginator(facts, PAGE).get_page(request.GET.get("page"))
    record(by=request.user, verb=Verb.READ, target=Obstruction, establishment=establishment)
    context = {
        "form": form,
        "headline": [*words.headline(found.now, told), *words.recorded_since(found)],
        "page": page,
        "lines": lines_of(page.object_list, reads=True),
        "query": query_of(form),
        "zone": establishment.zone,
        **unit_choice(request),
        **figures_context(found, words.frozen_weeks(told)),
    }
    return render(request, "care/obstruction/obstruction.html", context)


@audience(*CARE_ROLES)
@require_POST
def obstruction_count(request: DoorRequest) -> HttpResponse:
    """Let the log of the last days say what the appointments say at this minute; what is shown stays chosen."""
    require_reader(request)
    new, changed, gone = count_lately(request.establishment, LATELY)
    record(by=request.user, verb=Verb.CHANGE_FACT, target=Obstruction, establishment=request.establishment)
    if new or changed or gone:
        said = _("Counted up to now: %(new)d new facts, %(changed)d corrected, %(gone)d gone.")
        messages.success(request, said % {"new": new, "changed": changed, "gone": gone})
    else:
        messages.success(request, _("Counted up to now: nothing has changed."))
    form = days_form(request)
    return redirect(f"{reverse('obstruction')}?{query_of(form)}" if form.is_valid() else "obstruction")


def require_reader(request: DoorRequest) -> None:
    """Raise Http404 for whoever does not read the log."""
    if not rights_of(request).reads_obstruction:
        raise Http404


def days_form(request: DoorRequest) -> ShownDaysForm:
    usual = Period.usual(request.establishment.today())
    asked = {"since": usual.since.isoformat(), "until": usual.until.isoformat(), "show": "", "building": ""}
    buildings = cache(lambda: buildings_of(rights_of(request)))
    return ShownDaysForm({name: request.GET.get(name, asked[name]) for name in asked}, buildings=buildings)


def query_of(form: ShownDaysForm) -> str:
    return urlencode({name: form[name].value() or "" for name in ("since", "until", "show", "building")})


def chosen_facts(request: DoorRequest, form: ShownDaysForm) -> ObstructionQuerySet:
    """Return the facts of the days, kind and building that were asked for, on the page and in the files."""
    facts = facts_of(log_unit_of(request), form.period.since, form.period.until)
    if form.cleaned_data["building"] == NO_BUILDING:
        facts = facts.filter(building__isnull=True)
    elif form.cleaned_data["building"]:
        facts = facts.filter(building=form.cleaned_data["building"])
    return shown_facts(facts, form.cleaned_data["show"])


def shown_facts(facts: ObstructionQuerySet, show: str) -> ObstructionQuerySet:
    """Return all facts, those noted by hand, or the chief ones: by hand, serious, rare, or of several people."""
    if show == "all":
        return facts
    if show == "hand":
        return facts.filter(source=ObstructionSource.BY_HAND)
    return chief_facts(facts)


def lines_of(facts: Iterable[Obstruction], *, reads: bool) -> list[Line]:
    """Return facts as the log shows them; who does not read the log reports nothing either."""
    return [Line(fact, sentence_of(fact), report_url(fact) if reads else "") for fact in facts]


def report_url(fact: Obstruction) -> str:
    """Return where a serious fact is reported at once; empty for any other, and where no such page is served."""
    if not fact.is_serious or fact.is_withdrawn:
        return ""
    try:
        return reverse("report_urgent", args=[fact.pk])
    except NoReverseMatch:
        return ""


def figures_context(found: Comparison, frozen: Any) -> dict[str, Any]:
    now, before, year_ago = found.now, found.before, found.year_ago
    causes = [row for row in now.not_brought_by_cause if row.count]
    return {
        "found": found,
        "figures": now,
        "expected": {"now": words.number(now.expected), "before": words.number(before.expected)},
        "came": words.Share(now.came_row, before.came_row),
        "seen": words.Share(now.seen_row, before.seen_row),
        "not_brought": words.Share(now.not_brought_row, before.not_brought_row),
        "not_brought_year": words.Share(now.not_brought_row, year_ago.not_brought_row),
        "year_ago": year_ago,
        "lost": words.Share(now.lost_row, before.lost_row),
        "beyond": words.Share(found.beyond, found.beyond_before),
        "other": words.Share(now.other_row, before.other_row),
        "delays": found.delays,
        "causes": chart.dots(sorted(causes, key=lambda row: -row.count)),
        "buildings": chart.dots(now.table("building").rows, whole=now.not_brought_row),
        "weeks": chart.weeks(found.weeks, frozen),
        "cut_weeks": words.cut_weeks(now),
        "tables": tables(now, before, year_ago),
    }


def tables(now: Any, before: Any, year_ago: Any) -> list[dict[str, Any]]:
    """Return each table with its lines, each beside the same line of the period before and of a year ago."""
    shown = []
    for table in now.tables:
        earlier = {row.key: row for row in before.table(table.key).rows}
        last_year = {row.key: row for row in year_ago.table(table.key).rows}
        lines = [
            {
                "row": row,
                "share": words.Share(row, earlier.get(row.key)),
                "year": words.Share(last_year[row.key]) if row.key in last_year else None,
            }
            for row in table.rows
        ]
        # Months have nothing before them to stand beside.
        shown.append({"table": table, "lines": lines, "compares": table.key != "month"})
    return shown
