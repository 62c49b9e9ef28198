"""Reports of obstructed care: drafted in five steps, read by a second person, followed up; complaints apart."""

from __future__ import annotations

from django.urls import path

from appointments.care.reports import complaints, following, settings, status, steps, urgent

urlpatterns = [
    path("reports/", status.reports, name="reports"),
    path("reports/new", steps.report_new, name="report_new"),
    path("reports/urgent/<uuid:fact>", urgent.report_urgent, name="report_urgent"),
    path("reports/settings", settings.report_settings, name="report_settings"),
    path("reports/addressee/<str:addressee>", settings.report_addressee, name="report_addressee"),
    path("reports/wording/<str:wording>", settings.report_wording, name="report_wording"),
    path("reports/files/<int:file>", status.report_file, name="report_file"),
    path("reports/<uuid:report>", status.report, name="report"),
    path("reports/<uuid:report>/period", steps.report_period, name="report_period"),
    path("reports/<uuid:report>/figures", steps.report_figures, name="report_figures"),
    path("reports/<uuid:report>/facts", steps.report_facts, name="report_facts"),
    path("reports/<uuid:report>/check", steps.report_check, name="report_check"),
    path("reports/<uuid:report>/addressees", steps.report_addressees, name="report_addressees"),
    path("reports/<uuid:report>/drop", steps.report_drop, name="report_drop"),
    path("reports/<uuid:report>/preview", status.report_preview, name="report_preview"),
    path("reports/<uuid:report>/committee", status.report_committee, name="report_committee"),
    path("reports/<uuid:report>/approve", following.report_approve, name="report_approve"),
    path("reports/<uuid:report>/send-back", following.report_send_back, name="report_send_back"),
    path("reports/<uuid:report>/signed", following.report_signed, name="report_signed"),
    path("reports/<uuid:report>/sent", following.report_sent, name="report_sent"),
    path("reports/<uuid:report>/answer", following.report_answer, name="report_answer"),
    path("reports/<uuid:report>/close", following.report_close, name="report_close"),
    path("complaints/", complaints.complaints, name="complaints"),
    path("complaints/new/<uuid:person>", complaints.complaint_new, name="complaint_new"),
    path("complaints/letters/<int:letter>", complaints.complaint_letter, name="complaint_letter"),
    path("complaints/<uuid:complaint>", complaints.complaint, name="complaint"),
    path("complaints/<uuid:complaint>/letter", complaints.complaint_seal, name="complaint_seal"),
    path("complaints/<uuid:complaint>/sent", complaints.complaint_sent, name="complaint_sent"),
    path("complaints/<uuid:complaint>/answered", complaints.complaint_answered, name="complaint_answered"),
    path("complaints/<uuid:complaint>/withdrawn", complaints.complaint_withdrawn, name="complaint_withdrawn"),
]
