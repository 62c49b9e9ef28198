"""Individual complaints: one person's case, with their consent, in a sealed letter. Apart from every report."""

from __future__ import annotations

import hashlib
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import User
from access.refusal import Refused
from appointments.models import CareUnit, Complaint, ComplaintLetter, Detainee, Obstruction, ReportFact
from appointments.models.enums.report import ConsentForm, SendingMode
from appointments.models.obstruction import ObstructionQuerySet
from appointments.obstruction.reports.following import require_follow_up
from appointments.obstruction.reports.french import day_in_french, in_french_typography
from appointments.obstruction.reports.guards import report_refusals, require_reporter
from appointments.obstruction.reports.letters import in_a_sentence, paragraphs, sender_of, signature_of
from appointments.obstruction.reports.words import COMPLAINT, PLACE, addressees_of, filled, letterhead_of, wording_of
from appointments.papers import Paper, Paragraph, as_pdf
from appointments.papers.paper import Block
from appointments.rights import Rights

SEAL = "Pli confidentiel, secret professionnel"
FOOT = "Lettre couverte par le secret professionnel, à ouvrir par son seul destinataire."
GIVEN = {
    ConsentForm.WRITTEN: "donné par écrit le {day}",
    ConsentForm.WITNESSED: "donné oralement le {day} devant deux soignants",
}


def begin_complaint(
    *,
    by: User,
    detainee: Detainee,
    addressee: str,
    consent_on: date,
    consent_form: ConsentForm,
    body: str,
    fact: Obstruction | None = None,
    unit: CareUnit | None = None,
) -> Complaint:
    """Begin a complaint, about a fact of the log or about none. Without a consent on record there is none.

    It is of the unit of the fact, else of `unit`. Raises Refused, PermissionDenied.
    """
    establishment = detainee.establishment
    require_reporter(by, establishment, unit=unit.pk if unit else None)
    if not date(2000, 1, 1) <= consent_on <= establishment.today():
        raise Refused("consent", _("The consent was given on a day that is past. Check the date."))
    with report_refusals(), transaction.atomic():
        year = establishment.today().year
        of_year = Complaint.objects.filter(establishment=establishment, year=year)
        complaint = Complaint(
            establishment=establishment,
            unit=fact.unit if fact else unit or Rights(by, establishment).log_unit,
            detainee=detainee,
            obstruction=fact,
            year=year,
            number=(of_year.aggregate(last=Max("number"))["last"] or 0) + 1,
            addressee=addressee,
            body=body,
            consent_on=consent_on,
            consent_form=consent_form,
            consent_recorded_by_name=by.full_name,
        )
        require_fact(complaint)
        complaint.save(force_insert=True)
        record(by=by, verb=Verb.WRITE_COMPLAINT, target=complaint, establishment=establishment)
    return complaint


def lock_complaint(by: User, complaint: Complaint, revision: int) -> Complaint:
    require_reporter(by, complaint.establishment, unit=complaint.unit_id)
    rows = Complaint.objects.select_for_update(of=("self",)).select_related("establishment", "unit", "detainee")
    locked = rows.get(pk=complaint.pk)
    if locked.revision != revision:
        raise Refused("changed", _("Somebody else changed this complaint meanwhile. Look at it again first."))
    if not locked.has_consent:
        raise Refused("consent", _("The person took their consent back: nothing is written or sent."))
    return locked


def facts_about(detainee: Detainee, complaint: Complaint | None = None) -> ObstructionQuerySet:
    """Return the facts of the log about this person that neither a report nor another complaint tells, latest first."""
    facts = Obstruction.objects.filter(establishment=detainee.establishment_id, detainee=detainee).standing()
    others = Complaint.objects.filter(obstruction__isnull=False)
    if complaint is not None:
        others = others.exclude(pk=complaint.pk)
    apart = facts.exclude(pk__in=others.values("obstruction")).exclude(pk__in=ReportFact.objects.values("obstruction"))
    return apart.with_names().latest_first()


def require_fact(complaint: Complaint) -> None:
    """Refuse a fact about somebody else, and one that is told elsewhere."""
    fact = complaint.obstruction
    if fact is not None and not facts_about(complaint.detainee, complaint).filter(pk=fact.pk).exists():
        raise Refused(
            "fact", _("This fact is withdrawn, is about somebody else, or is told elsewhere. Choose again, or none.")
        )


def write_complaint(
    *, by: User, complaint: Complaint, revision: int, addressee: str, body: str, fact: Obstruction | None = None
) -> None:
    with report_refusals(), transaction.atomic():
        written = lock_complaint(by, complaint, revision)
        written.addressee, written.body, written.obstruction = addressee, body, fact
        require_fact(written)
        _save(by, written)


def write_sealed_letter(*, by: User, complaint: Complaint, revision: int) -> ComplaintLetter:
    """Write the letter as it is to be sent, once, with its digest. Raises Refused."""
    with report_refusals(), transaction.atomic():
        written = lock_complaint(by, complaint, revision)
        if not written.body.strip():
            raise Refused("body", _("Write what happened first."))
        content = as_pdf(sealed_letter(written, by))
        letter = ComplaintLetter(
            complaint=written,
            content=content,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            made_by_name=by.full_name,
        )
        letter.save(force_insert=True)
        _save(by, written)
    return letter


def sealed_letter(complaint: Complaint, by: User) -> Paper:
    establishment = complaint.establishment
    head = letterhead_of(complaint.unit)
    content = {
        "establishment": establishment.name,
        "author": by.full_name,
        "letterhead": {
            name: getattr(head, name) for name in ("hospital", "unit", "address", "town", "signatory", "capacity")
        },
    }
    to = addressees_of(establishment)[complaint.addressee]
    today = day_in_french(establishment.today())
    return Paper(
        title="Objet\u00a0: plainte individuelle, entrave à l’accès aux soins",
        sender=sender_of(content),
        sender_notes=[f"Plainte n°\u00a0{complaint.reference}"],
        recipient=to.address.splitlines(),
        place_and_day=f"{head.town}, le {today}" if head.town else f"Le {today}",
        seal=SEAL,
        blocks=blocks_of_complaint(complaint, to.salutation, in_a_sentence(to.ground)),
        signature=signature_of(content),
        foot=FOOT,
        reference=complaint.reference,
    )


def blocks_of_complaint(complaint: Complaint, salutation: str, ground: str) -> list[Block]:
    head = letterhead_of(complaint.unit)
    given = GIVEN[ConsentForm(complaint.consent_form)]
    values = {
        "civilite": salutation,
        "hopital": head.hospital,
        "unite": head.unit,
        "etablissement": complaint.establishment.name,
        "numero": complaint.reference,
        "fondement": ground or "l’accord de la personne",
        "personne": complaint.detainee.display_name,
        "consentement": given.replace("{day}", day_in_french(complaint.consent_on)),
    }
    blocks: list[Block] = []
    for paragraph in paragraphs(wording_of(complaint.establishment, COMPLAINT)):
        alone = PLACE.fullmatch(paragraph)
        if alone and alone[1] == "recit":
            blocks += [Paragraph(in_french_typography(part)) for part in paragraphs(complaint.body)]
        else:
            blocks.append(Paragraph(in_french_typography(filled(paragraph, values))))
    return blocks


def withdraw_consent(*, by: User, complaint: Complaint, revision: int, withdrawn_on: date) -> None:
    """Record that the person took their consent back: what they said is erased, and every letter not yet sent.

    A letter that went out stays on record as sent. Raises Refused.
    """
    with report_refusals(), transaction.atomic():
        withdrawn = lock_complaint(by, complaint, revision)
        if not withdrawn.consent_on <= withdrawn_on <= withdrawn.establishment.today():
            raise Refused("day", _("The withdrawal comes after the consent, and not in the future. Check the date."))
        withdrawn.letters.filter(sent_on__isnull=True).delete()
        withdrawn.withdrawn_on, withdrawn.body = withdrawn_on, ""
        if not withdrawn.letters.exists():
            # Nobody has read of it: the person may complain of it anew.
            withdrawn.obstruction = None
        withdrawn.revision += 1
        withdrawn.save(update_fields=["withdrawn_on", "body", "obstruction", "revision"])
        record(by=by, verb=Verb.WITHDRAW_CONSENT, target=withdrawn, establishment=withdrawn.establishment_id)


def record_complaint_sent(
    *, by: User, letter: ComplaintLetter, revision: int, mode: SendingMode, sent_on: date, follow_up_on: date | None
) -> None:
    """Record that the sealed letter went out. Raises Refused."""
    with report_refusals(), transaction.atomic():
        sent = lock_complaint(by, letter.complaint, revision)
        if letter.sent_on is not None:
            raise Refused("sent", _("This letter was sent already."))
        if not sent.consent_on <= sent_on <= sent.establishment.today():
            raise Refused("day", _("The letter is sent after the consent, and not in the future. Check the date."))
        require_follow_up(follow_up_on, after=sent_on)
        letter.sent_on, letter.mode, letter.follow_up_on = sent_on, mode, follow_up_on
        letter.save(update_fields=["sent_on", "mode", "follow_up_on"])
        _save(by, sent)


def record_complaint_answer(*, by: User, letter: ComplaintLetter, revision: int, answered_on: date) -> None:
    """Record that an answer came; what it says goes to the person, not into a screen. Raises Refused."""
    with report_refusals(), transaction.atomic():
        answered = lock_complaint(by, letter.complaint, revision)
        if letter.sent_on is None or not letter.sent_on <= answered_on <= answered.establishment.today():
            raise Refused("day", _("The answer comes after the sending, and not in the future. Check the date."))
        letter.answered_on = answered_on
        letter.save(update_fields=["answered_on"])
        _save(by, answered)


def _save(by: User, complaint: Complaint) -> None:
    complaint.revision += 1
    complaint.save(update_fields=["addressee", "body", "obstruction", "revision"])
    record(by=by, verb=Verb.WRITE_COMPLAINT, target=complaint, establishment=complaint.establishment_id)
