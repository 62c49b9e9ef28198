"""Addresses of the accounts door."""

from __future__ import annotations

from django.urls import path

from access.views import account, accounts, log

urlpatterns = [
    path("", accounts.account_list, name="home"),
    path("accounts/new", accounts.choose_side, name="account_new"),
    path("accounts/new/<str:side>", accounts.open_account, name="account_open"),
    path("accounts/<str:side>/<int:key>", account.account, name="account"),
    path("log", log.log, name="log"),
    path("log/export", log.log_export, name="log_export"),
    path("who-sees-what", accounts.matrix, name="matrix"),
]
