"""What every verb of reports asks first: the right, the lock, the state, the revision."""

from __future__ import annotations

from functools import partial

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import Establishment, User
from access.refusal import Refused, sentences_for_constraints
from appointments.models import ObstructionReport
from appointments.models.enums.report import ReportStatus
from appointments.rights import Rights

MEANWHILE = gettext_lazy("Somebody else did this meanwhile. Look at the page again first.")
# (constraint, code of the rule, sentence)
CONSTRAINTS: dict[str, tuple[str, Promise]] = {
    "report_number_once": ("number", gettext_lazy("Somebody else began a report at this moment. Try again.")),
    "appointments_obstructionreport_pkey": ("changed", MEANWHILE),
    "complaint_number_once": ("number", gettext_lazy("Somebody else began a complaint at this moment. Try again.")),
    "report_version_once": ("changed", MEANWHILE),
    "report_file_once": ("changed", MEANWHILE),
    "letter_sent_once": ("sent", gettext_lazy("This letter was sent already.")),
    "version_stands": ("changed", MEANWHILE),
    "second_reader_is_another": (
        "reader",
        gettext_lazy("The second reader is another person than the author: ask a colleague."),
    ),
    "complaint_apart": (
        "apart",
        gettext_lazy("A fact stands either in a report or in an individual complaint, never in both."),
    ),
    "letter_needs_consent": (
        "consent",
        gettext_lazy("The person took their consent back: nothing is written or sent."),
    ),
    "fact_of_a_draft": ("status", gettext_lazy("Only a draft is changed.")),
    "answer_after_sending": ("day", gettext_lazy("The answer comes after the sending. Check the dates.")),
    "withdrawn_after_consent": ("day", gettext_lazy("The withdrawal comes after the consent. Check the date.")),
}

report_refusals = partial(sentences_for_constraints, CONSTRAINTS)


def require_reporter(by: User, establishment: Establishment, *, unit: int | None = None) -> None:
    """Raise PermissionDenied for whoever was not named, and of another unit than the one that is named here."""
    rights = Rights(by, establishment)
    ours = unit is None or any(each.pk == unit for each in rights.log_units)
    if not (rights.reads_obstruction and ours):
        raise PermissionDenied(_("Your profile does not open this page."))


def lock_report(report: ObstructionReport, *, revision: int) -> ObstructionReport:
    """Lock the report, and refuse a revision that is no longer the present one."""
    locked = (
        ObstructionReport.objects.select_for_update(of=("self",))
        .select_related("establishment", "unit")
        .get(pk=report.pk)
    )
    if locked.revision != revision:
        raise Refused("changed", _("Somebody else changed this report meanwhile. Look at it again first."))
    return locked


def require_report_status(report: ObstructionReport, *wanted: ReportStatus) -> None:
    if report.status not in wanted:
        raise Refused(
            "status", _("This is no longer possible: %(status)s.") % {"status": report.get_status_display().lower()}
        )
