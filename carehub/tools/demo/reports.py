"""What the head of the invented unit reported: one report approved and partly sent, and one still a draft.

Written and dated on the day of the load, as the real thing would be: a version stands as it was decided about.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from access.models import User
from appointments.models import Obstruction, ObstructionReport
from appointments.models.enums.obstruction import ObstructionKind
from appointments.models.enums.report import AddresseeKey, ReportKind, SendingMode
from appointments.obstruction.readers import name_reader
from appointments.obstruction.reports import drafting
from appointments.obstruction.reports.following import USUAL_FOLLOW_UP, record_sending
from appointments.obstruction.reports.preferences import change_letterhead
from appointments.obstruction.reports.reading import approve, hand_in
from appointments.obstruction.reports.wording import neutral_words
from appointments.rights import Rights
from carehub.tools.demo.cast import SECOND_READER, UNIT_HEAD
from carehub.tools.demo.days import Calendar
from carehub.tools.demo.obstructions import FROZEN_WEEKS_AGO, SHORT_WEEKS
from carehub.tools.demo.rows import Frame

LETTERHEAD = {
    "hospital": "Centre hospitalier des Tilleuls (inventé)",
    "unit": "Unité sanitaire en milieu pénitentiaire",
    "address": "1 allée des Tilleuls\n00000 Ville-Inventée",
    "town": "Ville-Inventée",
    "capacity": "Responsable de l’unité sanitaire",
}
STEPS = (
    "Ces faits ont été portés à la connaissance du chef d’établissement, puis inscrits à l’ordre du jour du comité"
    " de coordination. Aucune réponse écrite n’a été reçue à ce jour."
)
DEMAND = (
    "Je vous demande d’obtenir qu’un agent soit affecté chaque demi-journée aux mouvements vers l’unité sanitaire, et"
    " qu’un blocage général ne les interrompe plus sans que l’unité en soit avertie."
)
TOLD_FIRST = (ObstructionKind.FROZEN, ObstructionKind.NOT_FETCHED)
TOLD_NEXT = (ObstructionKind.REVEALED,)
PROOF = "1A 000 000 0000 0"


def write_reports(frame: Frame, calendar: Calendar) -> None:
    """Report the weeks up to the frozen one, send two of the letters; begin to report what came after."""
    place, head = frame.establishment, frame.users[UNIT_HEAD]
    reader = frame.users[SECOND_READER]
    name_reader(by=head, establishment=place, user=reader)
    change_letterhead(by=head, care_unit=Rights(head, place).log_unit, **LETTERHEAD)
    after = calendar.monday - timedelta(weeks=FROZEN_WEEKS_AGO - 1)
    sent = write_draft(frame, head, calendar.monday - timedelta(weeks=SHORT_WEEKS), after, TOLD_FIRST)
    send(sent, head, reader)
    write_draft(frame, head, after, calendar.monday, TOLD_NEXT)


def write_draft(frame: Frame, head: User, first: date, end: date, told: Iterable[ObstructionKind]) -> ObstructionReport:
    """Write a report of the days before `end`, with facts of these kinds, in words that say no number."""
    report = drafting.begin_report(
        by=head,
        establishment=frame.establishment,
        kind=ReportKind.COLLECTIVE,
        first_day=first,
        last_day=end - timedelta(days=1),
    )
    facts: list[Obstruction] = [fact for fact in drafting.offered_facts(report) if fact.kind in set(told)]
    wordings = {fact.pk: neutral_words(fact, None) for fact in facts}
    drafting.choose_facts(by=head, report=report, revision=1, wordings=wordings)
    drafting.write_texts(by=head, report=report, revision=2, steps_taken=STEPS, demand=DEMAND)
    report.refresh_from_db()
    return report


def send(report: ObstructionReport, head: User, reader: User) -> None:
    """Let the second reader approve it, and two of its letters go out today."""
    version = hand_in(by=head, report=report, revision=report.revision)
    version.report.refresh_from_db()
    approve(by=reader, version=version)
    today = report.establishment.today()
    ways = ((AddresseeKey.ARS, SendingMode.REGISTERED, PROOF), (AddresseeKey.HOSPITAL, SendingMode.HAND, ""))
    for addressee, mode, proof in ways:
        version.report.refresh_from_db()
        record_sending(
            by=head,
            version=version,
            addressee=addressee,
            mode=mode,
            sent_on=today,
            follow_up_on=today + USUAL_FOLLOW_UP,
            proof=proof,
        )
