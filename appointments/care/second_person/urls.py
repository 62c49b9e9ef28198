"""Addresses of the second person: what waits for their word, and who is named."""

from __future__ import annotations

from django.urls import path

from appointments.care.second_person import views

urlpatterns = [
    path("second-person/", views.second_person, name="second_person"),
    path("second-person/words/together", views.words_together, name="second_person_words"),
    path("second-person/words/<int:key>", views.word, name="second_person_word"),
    path("second-person/accesses/<uuid:key>", views.judged, name="second_person_access"),
    path("second-person/named/<int:key>/end", views.named_end, name="second_person_end"),
]
