"""Addresses of the prison door."""

from __future__ import annotations

from django.urls import path

from appointments.prison import desk_views, notice_views, views

urlpatterns = [
    path("", views.movement_list, name="home"),
    path("print", views.movement_print, name="print"),
    path("print/<uuid:batch>", views.printed, name="printed"),
    path("mouvements.csv", views.movement_csv, name="csv"),
    path("calendar", views.calendar, name="calendar"),
    path("calendar/open", views.calendar_open, name="calendar_open"),
    path("calendar/renew", views.calendar_renew, name="calendar_renew"),
    path("calendar/revoke", views.calendar_revoke, name="calendar_revoke"),
    path("calendar/<str:secret>.ics", views.calendar_feed, name="calendar_feed"),
    path("board", desk_views.board, name="board"),
    path("board/lines", desk_views.board_lines, name="board_lines"),
    path("line/<uuid:key>", desk_views.tap, name="tap"),
    path("line/<uuid:key>/impediment", desk_views.impediment, name="impediment"),
    path("freezes", notice_views.freezes, name="freezes"),
    path("freezes/<uuid:key>/lift", notice_views.freeze_lift, name="freeze_lift"),
    path("alerts", notice_views.alerts, name="alerts"),
]
