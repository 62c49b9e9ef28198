"""Addresses of the accounts door."""

from __future__ import annotations

from django.urls import path

from access.views import account, accounts, importing, log, reviews, second_words, sheets

urlpatterns = [
    path("", accounts.account_list, name="home"),
    path("accounts/new", accounts.choose_side, name="account_new"),
    path("accounts/new/<str:side>", accounts.open_account, name="account_open"),
    path("accounts/import", importing.import_accounts, name="account_import"),
    path("accounts/import/apply", importing.apply_import, name="account_import_apply"),
    path("accounts/import/template", importing.template, name="account_import_template"),
    path("accounts/export", importing.export, name="account_export"),
    path("accounts/sheets", sheets.sheets, name="account_sheets"),
    path("accounts/<str:side>/<int:key>", account.account, name="account"),
    path("accounts/<str:side>/<int:key>/replacement", accounts.replacement, name="account_replacement"),
    path("reviews", reviews.review_list, name="reviews"),
    path("reviews/<int:key>/<str:side>", reviews.review, name="review"),
    path("reviews/<int:key>/<str:side>/file", reviews.review_file, name="review_file"),
    path("log", log.log, name="log"),
    path("log/export", log.log_export, name="log_export"),
    path("second-words", second_words.words, name="words"),
    path("second-words/together", second_words.words_together, name="words_together"),
    path("second-words/<int:key>", second_words.word, name="word"),
    path("who-sees-what", accounts.matrix, name="matrix"),
]
