"""The mail of the day: one line a letter, each saved on its own, by keyboard; one form of several lines without it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.refusal import Refused
from access.repeats import done
from access.requests import DoorRequest
from appointments import requests
from appointments.care.fields import sole_of
from appointments.care.requests.forms import USUAL_WAIT, LetterForm, ReceivedForm, wanted_choices
from appointments.models import Detainee, Request
from appointments.models.enums.request import Source
from appointments.rights import requests_visible_to, rights_of

LINES = 8
LINE = re.compile(r"r(\d{1,3})")


@dataclass
class Letter:
    form: LetterForm
    people: list[Detainee]
    known: dict[Any, list[Request]]
    person: Detainee | None = None
    asked_already: Request | None = None
    refusal: str = ""
    saved: Request | None = None
    joined: bool = False

    @property
    def name(self) -> str:
        return str(self.form.prefix)

    @property
    def words(self) -> str:
        return self.form.words


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: DoorRequest) -> HttpResponse:
    """Blank lines; without JavaScript all of them are sent together."""
    received = ReceivedForm(request.POST or None, establishment=request.establishment)
    if request.method != "POST":
        return show(request, received, blank_letters(request, range(LINES)), status=200)
    letters = [letter for letter in letters_sent(request) if not letter.form.is_blank]
    if not received.is_valid():
        return show(request, received, letters or blank_letters(request, range(LINES)), status=422)
    for letter in letters:
        save(request, letter, received)
    left = [letter for letter in letters if letter.saved is None]
    if number := len(letters) - len(left):
        messages.success(
            request, ngettext("%(number)s line saved.", "%(number)s lines saved.", number) % {"number": number}
        )
    if not left and letters:
        return redirect("mail")
    return show(request, received, left or blank_letters(request, range(LINES)), status=422)


@audience(*CARE_ROLES)
@require_POST
def line(request: DoorRequest) -> HttpResponse:
    """One line, saved at once; the answer is the line as it is now, and a blank one after the last."""
    name = request.POST.get("save", "")
    if not LINE.fullmatch(name):
        raise BadRequest(_("This is not a line of the mail. Reload the page."))
    received = ReceivedForm(request.POST, establishment=request.establishment)
    [letter] = letters_sent(request, [name])
    if not received.is_valid():
        letter.refusal = str(received.errors["received_on"][0])
    else:
        save(request, letter, received)
    context = {"letter": letter, "saved_today": saved_today(request), "more": []}
    if letter.saved is not None and name == request.POST.get("last"):
        number = int(name[1:]) + 1
        context["more"] = blank_letters(request, [number] if number < 10**3 else [], like=letter.form)
    answer = render(request, "care/requests/_letter_answer.html", context, status=200 if letter.saved else 422)
    return done(answer) if letter.saved else answer


@audience(*CARE_ROLES)
@require_POST
def people(request: DoorRequest) -> HttpResponse:
    name = request.POST.get("line", "")
    if not LINE.fullmatch(name):
        raise BadRequest(_("This is not a line of the mail. Reload the page."))
    form = LetterForm(request.POST, prefix=name, rights=rights_of(request))
    record(by=request.user, verb=Verb.SEARCH, target=Detainee, establishment=request.establishment)
    return render(request, "care/requests/_letter_people.html", {"letter": letter_of(request, form)})


def show(request: DoorRequest, received: ReceivedForm, letters: Iterable[Letter], *, status: int) -> HttpResponse:
    context = {"received": received, "letters": list(letters), "saved_today": saved_today(request)}
    return render(request, "care/requests/mail.html", context, status=status)


def saved_today(request: DoorRequest) -> int:
    establishment = request.establishment
    start = timezone.localtime(timezone=establishment.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return requests_visible_to(rights_of(request)).filter(entered_by=request.user, entered_at__gte=start).count()


def blank_letters(request: DoorRequest, numbers: Iterable[int], *, like: LetterForm | None = None) -> list[Letter]:
    """Return lines to be filled in, with the source of the line before."""
    source = like.cleaned_data["source"] if like else Source.LETTER
    initial = {"source": source, "within": USUAL_WAIT}
    choices = wanted_choices(rights_of(request))
    return [
        Letter(
            LetterForm(
                prefix=f"r{number}",
                initial=initial,
                rights=rights_of(request),
                choices=choices,
            ),
            [],
            {},
        )
        for number in numbers
    ]


def letters_sent(request: DoorRequest, names: Iterable[str] | None = None) -> list[Letter]:
    """Return the lines that were sent (of the page, or only those named)."""
    sent = names if names is not None else [name for name in request.POST.getlist("line") if LINE.fullmatch(name)]
    choices = wanted_choices(rights_of(request))
    forms = [
        LetterForm(request.POST, prefix=name, rights=rights_of(request), choices=choices)
        for name in list(dict.fromkeys(sent))[:100]
    ]
    return [Letter(form, [], {}) for form in forms]


def letter_of(request: DoorRequest, form: LetterForm) -> Letter:
    """Return the line with the people who match its words and what each of them waits for. Two queries."""
    key = form.fields["person"].widget.value_from_datadict(form.data, form.files, form.add_prefix("person"))
    found = form.likeliest(form.words)
    chosen = next((person for person in found if str(person.pk) == key), None)
    return Letter(form, found, waiting_of(request, found), person=chosen or sole_of(found))


def waiting_of(request: DoorRequest, people: Iterable[Detainee]) -> dict[Any, list[Request]]:
    rows = requests_visible_to(rights_of(request)).unsettled().filter(detainee__in=list(people))
    found: dict[Any, list[Request]] = {}
    for row in rows.with_names().order_by("received_on", "id"):
        found.setdefault(row.detainee_id, []).append(row)
    return found


def save(request: DoorRequest, letter: Letter, received: ReceivedForm) -> None:
    form = letter.form
    if not form.is_valid():
        filled = letter_of(request, form)
        letter.people, letter.known, letter.person = filled.people, filled.known, filled.person
        return
    day = received.cleaned_data["received_on"]
    try:
        letter.saved = requests.enter(
            by=request.user,
            establishment=request.establishment,
            detainee=form.detainee,
            source=form.came_by,
            received_on=day,
            within_days=form.cleaned_data["within"],
            unit=form.unit,
            kind=form.kind,
            discipline=form.discipline,
            note=form.cleaned_data["note"],
            half_days=form.half_days,
            anyway=form.cleaned_data["again"] == "anyway",
        )
    except requests.AlreadyAsked as refusal:
        if form.cleaned_data["again"] == "join":
            letter.saved, letter.joined = requests.join(by=request.user, known=refusal.known, asked_on=day), True
            return
        letter.person, letter.people = form.detainee, [form.detainee]
        letter.asked_already, letter.refusal = refusal.known, refusal.sentence
    except Refused as refusal:
        letter.refusal = refusal.sentence
