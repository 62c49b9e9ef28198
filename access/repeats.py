"""A form sent twice, by a double click or an impatient hand: done once, and answered both times with what was done.

Each showing of a form carries a word of its own (`access.templatetags.sent_forms`). What was done with it is kept for
some minutes with the session, sealed with that word: the second sending waits for the first one, and gets its answer. A
refusal is not kept, and neither is what another form of the same page changed since (docs/adr/0042).
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.safestring import SafeData, mark_safe

from access.sealing import seal, unseal
from access.session_life import WHO, touch

FORM = "carehub_form"
WORD = re.compile(r"[0-9a-f]{32}")
# What was done is answered again for so long: longer than anybody waits before they send once more.
KEPT_SECONDS = 300
KEPT_FORMS = 5
LARGEST = 100_000
# Whoever began and was never heard of again (the server stopped) holds nobody up for longer.
GIVEN_UP_SECONDS = 20
PAUSE_SECONDS = 0.05
LOOK = "SELECT session_data FROM access_session WHERE session_key = %s FOR UPDATE"
# In the session.
SENT = "forms_sent"
# Differ between two sendings of one form.
NOT_OF_THE_FORM = {"csrfmiddlewaretoken", FORM, WHO}
HEADERS = ("Location", "HX-Redirect", "HX-Retarget", "HX-Reswap", "HX-Trigger")


class AnswerRepeats:
    """Last of the middlewares: what is repeated here has passed every check of whose session it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        sending = getattr(request, "sending", None)
        if isinstance(sending, Sending):
            sending.end(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if request.method != "POST" or not hasattr(request, "establishment"):
            return None
        word = request.POST.get(FORM, "")
        if not WORD.fullmatch(word):
            return None
        sending = Sending(request, word)
        answer = sending.begin()
        if sending.is_first:
            request.sending = sending  # type: ignore[attr-defined]
        return answer


def done(response: HttpResponse) -> HttpResponse:
    """Mark a part of a page as the answer to something done: a repeated sending gets it again."""
    response.is_done = True  # type: ignore[attr-defined]
    return response


class Sending:
    """One sending of one showing of a form."""

    def __init__(self, request: HttpRequest, word: str) -> None:
        self.request, self.word = request, word
        self.key = hashlib.sha256(word.encode()).hexdigest()[:32]
        self.content = content_of(request)
        self.is_first = False

    def begin(self) -> HttpResponse | None:
        """Return what the first sending was answered, once it is; None when this is the first."""
        until = time.monotonic() + GIVEN_UP_SECONDS
        while time.monotonic() < until:
            with transaction.atomic():
                kept = self.look()
                if kept is None or self.is_first:
                    return None
                if "answer" in kept:
                    return self.again(kept["answer"])
            time.sleep(PAUSE_SECONDS)
        return None

    def look(self) -> dict[str, Any] | None:
        """Read the session anew, alone, and note that this form is being dealt with if nobody has it in hand."""
        session = self.request.session
        with connection.cursor() as cursor:
            cursor.execute(LOOK, [session.session_key])
            rows = cursor.fetchall()
        fresh = session.decode(rows[0][0]) if rows else {}
        if SESSION_KEY not in fresh:
            return None
        # What the first sending left there must not be written over with what this one read before.
        session._session_cache = fresh  # type: ignore[attr-defined]  # noqa: SLF001 Django has no other way
        touch(self.request)
        known = fresh_ones(fresh.get(SENT, {}))
        kept: dict[str, Any] | None = known.get(self.key)
        if kept is None or kept["content"] != self.content or is_given_up(kept):
            self.is_first = True
            kept = {"content": self.content, "at": int(time.time())}
            self.keep(known, kept)
            session.save()
        return kept

    def end(self, response: HttpResponse) -> None:
        """Keep the answer if something was done; else forget the sending, so that it can be sent again."""
        session = self.request.session
        if SESSION_KEY not in session:
            return
        known = fresh_ones(session.get(SENT, {}))
        if is_answer(response):
            sealed = seal(self.written(response), purpose="repeats", word=self.word)
            self.keep(known, {"content": self.content, "at": int(time.time()), "answer": sealed})
        else:
            known.pop(self.key, None)
            session[SENT] = known
        if response.status_code >= 500:
            # After a stumble nobody else writes the session.
            session.save()

    def keep(self, known: dict[str, Any], entry: dict[str, Any]) -> None:
        known.pop(self.key, None)
        self.request.session[SENT] = dict([*list(known.items())[1 - KEPT_FORMS :], (self.key, entry)])

    def written(self, response: HttpResponse) -> str:
        said = [
            (each.level, str(each.message), isinstance(each.message, SafeData))
            for each in unsent_messages(self.request)
        ]
        return json.dumps(
            {
                "status": response.status_code,
                "type": response.headers.get("Content-Type", ""),
                "headers": {name: response.headers[name] for name in HEADERS if name in response.headers},
                "body": response.content.decode(),
                "said": said,
            }
        )

    def again(self, sealed: str) -> HttpResponse | None:
        text = unseal(sealed, purpose="repeats", word=self.word, seconds=KEPT_SECONDS)
        if text is None:
            return None
        kept = json.loads(text)
        for level, sentence, is_safe in kept["said"]:
            # What was written by us as HTML is HTML again: the text was sealed, nobody else wrote it.
            messages.add_message(self.request, level, mark_safe(sentence) if is_safe else sentence)  # noqa: S308
        if to := kept["headers"].get("Location"):
            return HttpResponseRedirect(to, status=kept["status"], headers=kept["headers"])
        return HttpResponse(
            kept["body"], status=kept["status"], content_type=kept["type"] or None, headers=kept["headers"]
        )


def content_of(request: HttpRequest) -> str:
    """Return a digest of what was sent and to where: the same form with another button is another sending."""
    fields = sorted((name, values) for name, values in request.POST.lists() if name not in NOT_OF_THE_FORM)
    files = sorted((name, str(file), getattr(file, "size", 0)) for name, file in request.FILES.items())
    is_part = bool(getattr(request, "htmx", False))
    return hashlib.sha256(json.dumps([request.get_full_path(), is_part, fields, files]).encode()).hexdigest()


def fresh_ones(known: dict[str, Any]) -> dict[str, Any]:
    oldest = time.time() - KEPT_SECONDS
    return {key: entry for key, entry in known.items() if entry["at"] >= oldest}


def is_given_up(entry: dict[str, Any]) -> bool:
    return "answer" not in entry and entry["at"] < time.time() - GIVEN_UP_SECONDS


def is_answer(response: HttpResponse) -> bool:
    """Whether the form did something: a refusal, or a page that only shows, is looked at anew each time."""
    if response.streaming or len(response.content) > LARGEST:
        return False
    is_sent_on = 300 <= response.status_code < 400 or "HX-Redirect" in response.headers
    has_done = response.status_code == 201 or getattr(response, "is_done", False)
    return response.status_code < 400 and (is_sent_on or has_done)


def unsent_messages(request: HttpRequest) -> list[Any]:
    storage = getattr(request, "_messages", None)
    return list(getattr(storage, "_queued_messages", []))
