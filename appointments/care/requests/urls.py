"""Addresses of the mail, the queue, one request, and what the nominal list asks."""

from __future__ import annotations

from django.urls import path

from appointments.care.requests import decisions, forwarding, mail, settings, triage, views

urlpatterns = [
    path("mail", mail.mail, name="mail"),
    path("mail/line", mail.line, name="mail_line"),
    path("mail/people", mail.people, name="mail_people"),
    path("triage", triage.triage, name="triage"),
    path("triage/left", triage.close_left, name="triage_left"),
    path("requests/new", views.new, name="request_new"),
    path("requests/<uuid:key>", views.request_page, name="request"),
    path("requests/<uuid:key>/sort", views.sort, name="request_sort"),
    path("requests/<uuid:key>/accept", views.accept, name="request_accept"),
    path("requests/<uuid:key>/forward", forwarding.forward, name="request_forward"),
    path("requests/<uuid:key>/bring-back", forwarding.bring_back, name="request_bring_back"),
    path("requests/<uuid:key>/answer", views.answer, name="request_answer"),
    path("requests/<uuid:key>/close", views.close, name="request_close"),
    path("requests/<uuid:key>/reopen", views.reopen, name="request_reopen"),
    path("requests/<uuid:key>/take", views.take, name="request_take"),
    path("decisions", decisions.decisions, name="decisions"),
    path("registry/settings", settings.settings, name="request_settings"),
]
