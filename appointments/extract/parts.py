"""The parts of an extract, each a heading, sentences and a table; in French whatever the screen says.

Everything that names the person is here, of all agendas. Two things are not: an escort to come, whose date the person
may not learn (D.215-7 of the code pénitentiaire), and who read the record when, which the access log says
(docs/adr/0049).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from appointments.models import (
    Alert,
    Appointment,
    AppointmentChange,
    CareUnit,
    Complaint,
    Detainee,
    EmergencyAccess,
    Escort,
    FormerNumber,
    HandOver,
    HandOverTaken,
    MovementEvent,
    Obstruction,
    PersonJoin,
    Question,
    Request,
    RoundStay,
    RoundVisit,
    Series,
)
from appointments.models.enums.escort import ESCORT_TO_COME
from appointments.models.enums.handover import HandOverPart
from appointments.obstruction.sentences import sentence_of

Rows = Sequence[Sequence[str]]
ELSEWHERE = (
    "Les extractions médicales passées ne sont ouvertes qu’aux personnes habilitées à les organiser\u00a0: cette "
    "partie est à leur demander."
)
NOTHING = "Rien n’est enregistré."


@dataclass(frozen=True)
class Part:
    title: str
    head: Sequence[str]
    rows: Rows
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Whose:
    """The person, the records that were joined into theirs, every number that they had, and the unit's clocks."""

    person: Detainee
    zone: ZoneInfo
    numbers: tuple[str, ...]
    # Another unit of the prison gives its own extract.
    units: tuple[CareUnit, ...]
    # Whether whoever makes the extract was given the hospital escorts, which no role brings.
    with_escorts: bool

    @property
    def rows(self) -> Q:
        return Q(detainee=self.person) | Q(detainee__joined_into=self.person)

    def when(self, at: datetime | None) -> str:
        return f"{at.astimezone(self.zone):%d/%m/%Y %H:%M}" if at else ""


def day(on: date | None) -> str:
    return f"{on:%d/%m/%Y}" if on else ""


def said(*words: object) -> str:
    """Return the words that there are, one explained by the next: "Annulé : Praticien absent"."""
    return "\u00a0: ".join(str(word) for word in words if word)


def whose(person: Detainee, *, units: Sequence[CareUnit], with_escorts: bool) -> Whose:
    records = Q(pk=person.pk) | Q(joined_into=person)
    own = Detainee.objects.filter(records).values_list("register_number", flat=True)
    former = FormerNumber.objects.filter(Q(detainee=person) | Q(detainee__joined_into=person))
    numbers = dict.fromkeys([person.register_number, *own, *former.values_list("register_number", flat=True)])
    return Whose(person, person.establishment.zone, tuple(numbers), tuple(units), with_escorts)


def identity(of: Whose) -> Part:
    person = of.person
    told = person.get_origin_display()
    rows = [
        ("Nom et prénom", person.display_name),
        ("Date de naissance", person.birth_words),
        ("Numéro d’écrou", person.register_number),
        ("Numéros d’écrou antérieurs", ", ".join(number for number in of.numbers if number != person.register_number)),
        ("Bâtiment et cellule", " · ".join(filter(None, (str(person.building or ""), person.cell)))),
        ("Arrivée", day(person.arrived_on)),
        ("Sortie", day(person.released_on)),
        ("Source", told),
    ]
    note = (
        "Une date de sortie ou de transfert que la liste nominative annoncerait n’est pas reproduite ici, qu’il y en "
        "ait une ou non (article D.215-7 du code pénitentiaire)."
    )
    return Part("Identité", ("Donnée", "Valeur"), [row for row in rows if row[1]], [note])


def joins(of: Whose) -> Part:
    found = PersonJoin.objects.filter(Q(survivor=of.person) | Q(joined=of.person)).select_related("joined", "survivor")
    rows = [
        (
            of.when(one.joined_at),
            f"{one.joined.display_name} ({one.joined.register_number})",
            f"annulé le {of.when(one.undone_at)}" if one.undone_at else "en vigueur",
        )
        for one in found.order_by("joined_at", "pk")
    ]
    return Part("Dossiers réunis", ("Le", "Dossier", "État"), rows)


def appointments(of: Whose) -> Part:
    found = (
        Appointment.objects.filter(of.rows, agenda__unit__in=of.units)
        .select_related("agenda", "kind")
        .order_by("starts_at", "pk")
    )
    rows = [
        (
            of.when(one.starts_at),
            f"{one.agenda.name}, {one.kind.name}",
            said(one.get_status_display(), one.get_cancel_reason_display() or one.cause_label),
        )
        for one in found
    ]
    changes = AppointmentChange.objects.filter(
        Q(appointment__detainee=of.person) | Q(appointment__detainee__joined_into=of.person),
        appointment__agenda__unit__in=of.units,
    ).count()
    note = f"{changes} ligne(s) d’historique disent qui a fixé, déplacé, annulé ou noté ces rendez-vous, et quand."
    return Part("Rendez-vous", ("Le", "Avec qui et pour quoi", "État"), rows, [note] if changes else [])


def series(of: Whose) -> Part:
    ours = Appointment.objects.filter(agenda__unit__in=of.units, series__isnull=False)
    found = Series.objects.filter(of.rows, pk__in=ours.values("series")).order_by("created_at", "pk")
    return Part("Séries de séances", ("Créée le", "Règle"), [(of.when(one.created_at), one.rule) for one in found])


def requests(of: Whose) -> Part:
    found = (
        Request.objects.filter(of.rows, unit__in=of.units)
        .select_related("kind")
        .order_by("received_on", "entered_at", "pk")
    )
    rows = [
        (
            f"{day(one.received_on)} (demandé {one.times_asked} fois)" if one.times_asked > 1 else day(one.received_on),
            ", ".join(filter(None, (one.get_source_display(), one.wanted, f"avant le {day(one.due_on)}", one.note))),
            said(one.get_status_display(), one.get_answer_display() or one.get_closing_display()),
        )
        for one in found
    ]
    return Part("Demandes", ("Reçue le", "Comment, pour quoi, note de l’équipe", "État"), rows)


def questions(of: Whose) -> Part:
    found = Question.objects.filter(of.rows, appointment__agenda__unit__in=of.units).order_by("found_at", "pk")
    rows = [(of.when(one.found_at), one.get_cause_display(), one.get_decision_display()) for one in found]
    return Part("Questions posées par la liste nominative", ("Le", "Motif", "Décision"), rows)


def escorts(of: Whose) -> Part:
    """Those that are over. Whether one is to come is not said."""
    over = Escort.objects.filter(of.rows, expected_at__lt=timezone.now()).exclude(status__in=ESCORT_TO_COME)
    rows = [
        (
            of.when(one.expected_at),
            ", ".join(filter(None, (one.hospital, one.department, *one.transport_words))),
            said(one.get_status_display(), one.get_cancel_reason_display()),
        )
        for one in over.order_by("expected_at", "pk")
    ]
    if not of.with_escorts:
        return Part("Extractions médicales passées", ("Le", "Lieu et transport", "État"), [], [ELSEWHERE])
    note = (
        "Une extraction à venir ne figure jamais sur un extrait, qu’il y en ait une ou non (article D.215-7 du code "
        "pénitentiaire)."
    )
    return Part("Extractions médicales passées", ("Le", "Lieu et transport", "État"), rows, [note])


def rounds(of: Whose) -> Part:
    stays = RoundStay.objects.filter(of.rows).select_related("kind").order_by("since", "pk")
    rows = [
        (f"du {day(one.since)}", one.kind.name, f"au {day(one.last_day)}" if one.ends_on else "en cours")
        for one in stays
    ]
    theirs = Q(stay__detainee=of.person) | Q(stay__detainee__joined_into=of.person)
    visits = RoundVisit.objects.filter(theirs).select_related("stay__kind").order_by("day", "recorded_at", "pk")
    rows += [
        (
            day(one.day) + (f" {one.at:%H:%M}" if one.at else ""),
            f"{one.stay.kind.name}, cellule {one.cell}" if one.cell else one.stay.kind.name,
            said(one.get_outcome_display(), one.get_reason_display()),
        )
        for one in visits
    ]
    return Part("Visites en cellule et dans les quartiers", ("Le", "Tournée", "État"), rows)


def obstructions(of: Whose) -> Part:
    found = Obstruction.objects.filter(of.rows, unit__in=of.units).order_by("day", "pk")
    rows = [(day(one.day), sentence_of(one), one.get_cause_display()) for one in found]
    complaints = Complaint.objects.filter(of.rows, unit__in=of.units).order_by("consent_on", "pk")
    rows += [
        (
            day(one.consent_on),
            f"Réclamation individuelle {one.reference} à\u00a0: {one.get_addressee_display()}. {one.body}".strip(),
            f"consentement retiré le {day(one.withdrawn_on)}" if one.withdrawn_on else "consentement donné",
        )
        for one in complaints
    ]
    return Part("Entraves aux soins et réclamations", ("Le", "Fait", "Cause ou état"), rows)


def officers(of: Whose) -> Part:
    place = of.person.establishment
    # A number may have been somebody else's before: the name, or an arrival time of theirs, says whose it was.
    alerts = Alert.objects.filter(
        establishment=place, register_number__in=of.numbers, last_name__iexact=of.person.last_name
    ).order_by("raised_at", "pk")
    rows = [
        (
            of.when(one.raised_at),
            said("Alerte d’un agent", one.get_urgency_display()),
            "reçue" if one.is_received else "",
        )
        for one in alerts
    ]
    called = Appointment.objects.filter(of.rows).values("called_at")
    events = MovementEvent.objects.filter(
        establishment=place, register_number__in=of.numbers, expected_at__in=called
    ).order_by("at", "pk")
    rows += [
        (
            of.when(one.at),
            f"Attendu le {of.when(one.expected_at)}",
            said(one.get_state_display(), one.get_impediment_display()),
        )
        for one in events
    ]
    return Part("Ce que les agents ont noté", ("Le", "Quoi", "État"), rows)


def accesses(of: Whose) -> Part:
    found = EmergencyAccess.objects.filter(of.rows).order_by("began_at", "pk")
    rows = [(of.when(one.began_at), one.reason, one.get_word_display()) for one in found]
    return Part("Accès exceptionnels à ce dossier", ("Le", "Motif écrit", "Jugé"), rows)


def hand_overs(of: Whose) -> Part:
    sent = HandOver.objects.filter(of.rows).select_related("partner").order_by("made_at", "pk")
    rows = [
        (of.when(one.made_at), f"Transmis à {one.partner.name}", f"{one.requests} demande(s), {one.series} série(s)")
        for one in sent
    ]
    taken = HandOverTaken.objects.filter(of.rows, part=HandOverPart.CARE).order_by("taken_at", "pk")
    rows += [(of.when(one.taken_at), f"Reçu de {one.from_name}", f"{one.written} demande(s)") for one in taken]
    return Part("Transmissions entre unités", ("Le", "Unité", "Contenu"), rows)


def parts_of(person: Detainee, *, units: Sequence[CareUnit], with_escorts: bool) -> Iterator[Part]:
    of = whose(person, units=units, with_escorts=with_escorts)
    for part in (
        identity,
        joins,
        appointments,
        series,
        requests,
        questions,
        escorts,
        rounds,
        obstructions,
        officers,
        accesses,
        hand_overs,
    ):
        yield part(of)
