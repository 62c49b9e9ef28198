"""Addresses of the accounts door."""

from __future__ import annotations

from django.urls import path

from access.views import account, accounts, log, second_words

urlpatterns = [
    path("", accounts.account_list, name="home"),
    path("accounts/new", accounts.choose_side, name="account_new"),
    path("accounts/new/<str:side>", accounts.open_account, name="account_open"),
    path("accounts/<str:side>/<int:key>", account.account, name="account"),
    path("log", log.log, name="log"),
    path("second-words", second_words.words, name="words"),
    path("second-words/<int:key>", second_words.word, name="word"),
    path("who-sees-what", accounts.matrix, name="matrix"),
]
