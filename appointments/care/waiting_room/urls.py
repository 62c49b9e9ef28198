"""Addresses of the waiting room of today."""

from __future__ import annotations

from django.urls import path

from appointments.care.waiting_room import views

urlpatterns = [
    path("board", views.board, name="board"),
    path("board/rows", views.board_rows, name="board_rows"),
]
