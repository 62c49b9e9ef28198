"""Addresses of the guides, the same at each door."""

from __future__ import annotations

from django.urls import path

from carehub.guides import views

urlpatterns = [
    path("help/", views.guides, name="guides"),
    path("help/images/<str:name>", views.guide_image, name="guide_image"),
    path("help/<str:name>", views.guide, name="guide"),
    path("help/<str:name>/card", views.guide_card, name="guide_card"),
]
