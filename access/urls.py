"""Addresses of signing in and of one's own account, on every door."""

from __future__ import annotations

from django.urls import path

from access.views import enrolment, my_account, my_factors, my_security, new_factor, preferences, sign_in

app_name = "access"
urlpatterns = [
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-in/code", sign_in.code, name="code"),
    path("sign-in/key", sign_in.key, name="key"),
    path("sign-in/second-factor", new_factor.enrol, name="enrol"),
    path("sign-in/second-factor/token", new_factor.enrol_token, name="enrol_token"),
    path("sign-in/second-factor/key", new_factor.enrol_key, name="enrol_key"),
    path("sign-in/backup-codes", enrolment.backup_codes, name="backup_codes"),
    path("password", enrolment.password, name="password"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("session", sign_in.session, name="session"),
    path("language", preferences.language, name="language"),
    path("establishment", preferences.establishment, name="establishment"),
    path("my-account", my_account.account, name="account"),
    path("my-account/security", my_security.security, name="security"),
    path("my-account/security/read", my_security.confirm, name="confirm"),
    path("my-account/factors/<str:key>", my_factors.factor, name="factor"),
    path("my-account/new-factor", new_factor.add, name="add"),
    path("my-account/new-factor/token", new_factor.add_token, name="add_token"),
    path("my-account/new-factor/key", new_factor.add_key, name="add_key"),
]
