"""Addresses of the care door's requests: the mail, the queue, one request, and what the nominal list asks."""

from __future__ import annotations

from django.urls import path

from appointments.views import decisions, mail, request_settings, requests, triage

urlpatterns = [
    path("mail", mail.mail, name="mail"),
    path("mail/line", mail.line, name="mail_line"),
    path("mail/people", mail.people, name="mail_people"),
    path("triage", triage.triage, name="triage"),
    path("triage/left", triage.close_left, name="triage_left"),
    path("requests/new", requests.new, name="request_new"),
    path("requests/<uuid:key>", requests.request_page, name="request"),
    path("requests/<uuid:key>/sort", requests.sort, name="request_sort"),
    path("requests/<uuid:key>/accept", requests.accept, name="request_accept"),
    path("requests/<uuid:key>/answer", requests.answer, name="request_answer"),
    path("requests/<uuid:key>/close", requests.close, name="request_close"),
    path("requests/<uuid:key>/reopen", requests.reopen, name="request_reopen"),
    path("requests/<uuid:key>/take", requests.take, name="request_take"),
    path("decisions", decisions.decisions, name="decisions"),
    path("registry/settings", request_settings.settings, name="request_settings"),
]
