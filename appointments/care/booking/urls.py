"""Addresses of booking, finding a time, series."""

from __future__ import annotations

from django.urls import path

from appointments.care.booking import find, series, unplanned, views

urlpatterns = [
    path("book", views.book, name="book"),
    path("book/people", views.people_choices, name="book_people"),
    path("seen-now", unplanned.seen_now, name="seen_now"),
    path("find-a-time", find.find, name="find"),
    path("series/new", series.new, name="series_new"),
    path("series/<uuid:key>", series.series, name="series"),
    path("appointment/<uuid:key>/later", series.later, name="appointment_later"),
]
