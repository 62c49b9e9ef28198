"""Addresses of signing in and of one's own account, on every door."""

from __future__ import annotations

from django.urls import path

from access.views import enrolment, my_account, preferences, sign_in

app_name = "access"
urlpatterns = [
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-in/code", sign_in.code, name="code"),
    path("sign-in/second-factor", enrolment.enrol, name="enrol"),
    path("sign-in/backup-codes", enrolment.backup_codes, name="backup_codes"),
    path("password", enrolment.password, name="password"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("language", preferences.language, name="language"),
    path("establishment", preferences.establishment, name="establishment"),
    path("my-account", my_account.account, name="account"),
]
