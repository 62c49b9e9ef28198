"""What a French health unit usually offers and is called, proposed to a head who begins with an empty unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.planning import Discipline, SetUpStep


class UsualKind(NamedTuple):
    """A kind of consultation as most units have it."""

    key: str
    name: Promise
    discipline: Discipline
    minutes: int


USUAL_KINDS = (
    UsualKind("general", _("General practice"), Discipline.GENERAL, 20),
    UsualKind("arrival", _("Examination on arrival"), Discipline.GENERAL, 30),
    UsualKind("nursing", _("Nursing care"), Discipline.NURSING, 10),
    UsualKind("nurse-arrival", _("Nurse’s interview on arrival"), Discipline.NURSING, 20),
    UsualKind("blood", _("Blood sample"), Discipline.NURSING, 10),
    UsualKind("vaccination", _("Vaccination"), Discipline.NURSING, 10),
    UsualKind("psychiatry", _("Psychiatrist’s interview"), Discipline.PSYCHIATRY, 30),
    UsualKind("psychology", _("Psychologist’s interview"), Discipline.PSYCHOLOGY, 45),
    UsualKind("dentistry", _("Dental care"), Discipline.DENTISTRY, 30),
    UsualKind("physiotherapy", _("Physiotherapy session"), Discipline.PHYSIOTHERAPY, 30),
    UsualKind("addiction", _("Addiction consultation"), Discipline.ADDICTION, 30),
    UsualKind("infectious", _("Hepatology and infectious diseases"), Discipline.INFECTIOUS, 20),
    UsualKind("gynaecology", _("Gynaecology consultation"), Discipline.GYNAECOLOGY, 20),
    UsualKind("ophthalmology", _("Ophthalmology"), Discipline.SPECIALIST, 15),
    UsualKind("dermatology", _("Dermatology"), Discipline.SPECIALIST, 15),
    UsualKind("cardiology", _("Cardiology"), Discipline.SPECIALIST, 20),
)

USUAL_ROOMS: Mapping[str, Promise] = {
    "consulting-1": _("Consulting room 1"),
    "consulting-2": _("Consulting room 2"),
    "treatment": _("Treatment room"),
    "interview": _("Interview room"),
    "dental": _("Dental surgery"),
    "physiotherapy": _("Physiotherapy room"),
    "x-ray": _("X-ray room"),
}

# Why each step is there, in a sentence.
WHY: Mapping[SetUpStep, Promise] = {
    SetUpStep.HOURS: _(
        "The hours at which officers bring people, and those at which their lists go out. They are all that the prison "
        "ever sees of the agenda: agree on them with the prison’s management."
    ),
    SetUpStep.KINDS: _(
        "What the unit offers, each with its usual duration. Tick what fits; names and durations can be changed later."
    ),
    SetUpStep.ROOMS: _(
        "The rooms that several people share: no two sessions will be held in one. A unit that shares none skips this."
    ),
    SetUpStep.AGENDAS: _(
        "One agenda for each practitioner, and one for the nurses’ room. An account may be chosen now or later."
    ),
    SetUpStep.PATTERNS: _(
        "On which half-days each agenda is open. The sessions of the next 26 weeks are written at once."
    ),
    SetUpStep.LIST: _(
        "The prison’s nominal list says who is there and in which cell. Nothing is written before you have seen what "
        "would change."
    ),
    SetUpStep.ACCOUNTS: _(
        "Who of the team sees and books which agenda. The account administrator gives these rights; this table is what "
        "to agree on with them."
    ),
}
