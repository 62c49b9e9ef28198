"""Sheets for a printer queue: the page's paper, set as PDF without a browser, and kept like any other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from access.in_words import date_format
from access.models import Establishment
from access.typesetting import typeset
from appointments.prison.listing import DayList
from appointments.prison.models import PrintedSheet
from appointments.prison.sheets import Part, PrintedList, PrintedRow, compared_with_earlier, keep_printed

LAYOUT = Path(__file__).with_name("sheet.typ")


def printed_for_the_queue(listed: DayList, parts: Sequence[Part], *, is_large: bool = False) -> bytes:
    """Keep the sheets as printed now, by nobody, and return them as one PDF."""
    batch = keep_printed(listed, parts, by=None)
    kept = PrintedSheet.objects.filter(establishment=listed.establishment, batch=batch)
    return as_pdf(compared_with_earlier(listed.establishment, kept), listed.establishment, is_large=is_large)


def as_pdf(sheets: Sequence[PrintedList], establishment: Establishment, *, is_large: bool) -> bytes:
    """Return these sheets as PDF, each with a page count of its own."""
    columns = (
        _("Expected at"),
        _("Cell"),
        _("Name"),
        _("Register number"),
        f"{pgettext('movement', 'Called')} (1)",
        f"{pgettext('movement', 'Left')} (2)",
        f"{pgettext('movement', 'Back')} (4)",
        pgettext("brought", "Why not"),
        _("Mark"),
    )
    words = (pgettext("shift", "morning"), pgettext("shift", "afternoon"), pgettext("shift", "night"))
    shifts = " ".join(f"☐ {word}" for word in words)
    return typeset(
        LAYOUT,
        {
            "title": _("Movement list"),
            "language": (get_language() or "en")[:2],
            "large": is_large,
            "columns": columns,
            "signs": [_("Officer’s name"), f"{_('Shift')} {shifts}", _("Handed in at"), _("Signature")],
            "sheets": [sheet_words(sheet, establishment) for sheet in sheets],
        },
    )


def sheet_words(sheet: PrintedList, establishment: Establishment) -> dict[str, Any]:
    """Return one sheet in words."""
    zone = establishment.zone
    place = f"{_('Building')} {sheet.building.name}" + (f" · {sheet.wing}" if sheet.wing else "")
    day = date_format(sheet.day, "l j F Y")
    version = _("Version %(number)s") % {"number": sheet.version} if sheet.version else ""
    people = ngettext("%(total)s person", "%(total)s people", sheet.total) % {"total": sheet.total}
    head = [" · ".join(filter(None, (establishment.name, _("Expected at the health unit"), people, version)))]
    for each in sheet.freezes:
        at = _("since %(at)s") % {"at": f"{timezone.localtime(each.frozen_at, zone):%H:%M}"}
        head.append(f"■ {_('Movements frozen')}, {at}, {_('when this was printed.')}")
    printed_at = timezone.localtime(sheet.printed_at, zone)
    foot = (
        _("Printed on %(at)s.") % {"at": f"{printed_at:%d/%m/%Y %H:%M}"},
        _("To be destroyed on %(day)s.") % {"day": f"{sheet.destroy_on:%d/%m/%Y}"},
    )
    letters = " · ".join(f"{letter} {reason}" for letter, reason in sheet.letters)
    return {
        "title": f"{place} – {day}",
        "place": place,
        "head": head,
        "each_page": " · ".join(filter(None, (place, day, version))),
        "rows": [row_words(row, zone) for row in sheet.rows],
        "letters": f"{pgettext('brought', 'Why not')} – {letters}. {_('One letter is enough; nothing about health.')}",
        "foot": " ".join(foot),
    }


def row_words(row: PrintedRow, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "at": f"{timezone.localtime(row.at, zone):%H:%M}",
        "cell": row.cell,
        "name": row.name,
        "number": row.number,
        "namesakes": [f"△ {_('namesake: %(other)s') % {'other': other}}" for other in row.namesakes],
        "is_withdrawn": row.is_withdrawn,
        "is_open": not row.is_withdrawn and not row.impediment,
        # A sign that the fonts of the wheel have, unlike the page's.
        "why": f"× {row.impediment_word}" if row.impediment else "",
        "mark": ", ".join(filter(None, (row.mark_word, f"▸ {row.change}" if row.change else ""))),
    }
