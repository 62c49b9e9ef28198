"""Addresses of the prison door."""

from __future__ import annotations

from django.urls import path

from appointments.prison import desk_views, display_views, list_views, notice_views, paper_views, views

urlpatterns = [
    path("", list_views.movement_list, name="home"),
    path("lines", list_views.list_lines, name="list_lines"),
    path("print", paper_views.movement_print, name="print"),
    path("print/behind", paper_views.sheets_behind, name="sheets_behind"),
    path("print/slips", paper_views.slips, name="slips"),
    path("print/forms", paper_views.request_forms, name="request_forms"),
    path("print/<uuid:batch>", paper_views.printed, name="printed"),
    path("sheets", paper_views.sheets_to_enter, name="sheets"),
    path("sheets/<uuid:key>", paper_views.enter_sheet, name="enter_sheet"),
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
    path("alerts/sent", notice_views.alerts_sent, name="alerts_sent"),
    path("settings", display_views.desk_settings, name="desk_settings"),
    path("displays/open", display_views.display_open, name="display_open"),
    path("displays/<uuid:key>/close", display_views.display_close, name="display_close"),
    path("wall/<str:secret>", display_views.wall, name="wall"),
    path("wall/<str:secret>/lines", display_views.wall_lines, name="wall_lines"),
]
