"""Requests to be seen, and questions about appointments."""

from __future__ import annotations

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("appointments", "0004_appointments"),
    ]

    operations = [
        migrations.CreateModel(
            name="Request",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "detainee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="appointments.detainee"
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="appointments.kind"
                    ),
                ),
                (
                    "discipline",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("general", "General medicine"),
                            ("nursing", "Nursing"),
                            ("psychiatry", "Psychiatry"),
                            ("psychology", "Psychology"),
                            ("addiction", "Addiction medicine"),
                            ("dentistry", "Dentistry"),
                            ("physiotherapy", "Physiotherapy"),
                            ("infectious", "Infectious diseases and hepatology"),
                            ("gynaecology", "Gynaecology and midwifery"),
                            ("specialist", "Other specialist"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="discipline",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("letter", "Letter"),
                            ("round", "Medication round"),
                            ("family", "Family or lawyer"),
                            ("officer", "Officer’s alert"),
                            ("arrival", "Arrival"),
                            ("carer", "Another carer"),
                            ("sent_back", "Appointment sent back"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                        verbose_name="how it came",
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Urgent"), (2, "Soon"), (3, "Routine")], default=3, verbose_name="priority"
                    ),
                ),
                ("received_on", models.DateField(verbose_name="received on")),
                ("due_on", models.DateField(verbose_name="to be seen by")),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="note for the care team"),
                ),
                ("times_asked", models.PositiveSmallIntegerField(default=1)),
                ("last_asked_on", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "In the queue"),
                            ("planned", "Planned"),
                            ("answered", "Answered"),
                            ("closed", "Closed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="appointments.appointment",
                    ),
                ),
                (
                    "returned_from",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appointments.appointment",
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("seen", "Seen at once, without an appointment"),
                            ("written", "Answered in writing"),
                            ("visited", "Seen in the cell or in the wing"),
                            ("passed_on", "Passed on to another service"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "closing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("withdrawn", "Withdrawn by the patient"),
                            ("refused", "Refusal confirmed with the patient"),
                            ("left", "Has left the establishment"),
                            ("duplicate", "Asked twice"),
                            ("mistake", "Entered by mistake"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                (
                    "triaged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("triaged_at", models.DateTimeField(null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
            ],
            options={
                "verbose_name": "request",
                "ordering": ["due_on", "priority", "received_on", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "open")), fields=["establishment", "due_on"], name="request_queue"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("appointment", None), ("closing", ""), ("status", "open")),
                            models.Q(
                                ("answer", ""), ("appointment__isnull", False), ("closing", ""), ("status", "planned")
                            ),
                            models.Q(
                                ("answer", ""), ("appointment__isnull", False), ("closing", ""), ("status", "answered")
                            ),
                            models.Q(
                                ("answer__in", ["seen", "written", "visited", "passed_on"]),
                                ("appointment", None),
                                ("closing", ""),
                                ("status", "answered"),
                            ),
                            models.Q(
                                ("answer", ""),
                                ("appointment", None),
                                ("closing__in", ["withdrawn", "refused", "left", "duplicate", "mistake"]),
                                ("status", "closed"),
                            ),
                            _connector="OR",
                        ),
                        name="request_settled_one_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", None), ("discipline", ""), _connector="OR"),
                        name="request_kind_or_discipline",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("discipline", ""),
                            (
                                "discipline__in",
                                [
                                    "general",
                                    "nursing",
                                    "psychiatry",
                                    "psychology",
                                    "addiction",
                                    "dentistry",
                                    "physiotherapy",
                                    "infectious",
                                    "gynaecology",
                                    "specialist",
                                ],
                            ),
                            _connector="OR",
                        ),
                        name="request_discipline_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("triaged_at", None),
                            ("kind__isnull", False),
                            models.Q(("discipline", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="request_sorted_says_for_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("priority__in", [1, 2, 3]),
                            (
                                "source__in",
                                ["letter", "round", "family", "officer", "arrival", "carer", "sent_back", "other"],
                            ),
                        ),
                        name="request_words_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_on__gte", models.F("received_on")),
                            ("last_asked_on__gte", models.F("received_on")),
                            ("times_asked__gte", 1),
                        ),
                        name="request_dates_in_order",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("source", "arrival"), ("status__in", ("open", "planned"))),
                        fields=("detainee",),
                        name="arrival_asked_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "detainee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="appointments.detainee",
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="appointments.appointment",
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("left", "Has left"),
                            ("missing", "Not on the list"),
                            ("wing", "Now in a closed wing"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "found_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appointments.registryimport",
                    ),
                ),
                ("found_at", models.DateTimeField(auto_now_add=True)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("keep", "Kept"),
                            ("cancel", "Cancelled"),
                            ("queue", "Sent back to the queue"),
                            ("back", "Settled by a later list"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "question about an appointment",
                "ordering": ["found_at", "id"],
                "indexes": [
                    models.Index(condition=models.Q(("decision", "")), fields=["establishment"], name="question_open")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decision", "")),
                        fields=("appointment",),
                        name="one_open_question_per_appointment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cause__in", ["left", "missing", "wing"])), name="question_cause_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decision", "")),
                            models.Q(
                                ("decided_at__isnull", False), ("decision__in", ["keep", "cancel", "queue", "back"])
                            ),
                            _connector="OR",
                        ),
                        name="question_decided_with_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestSettings",
            fields=[
                (
                    "establishment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="access.establishment",
                    ),
                ),
                (
                    "closed_wings",
                    models.CharField(
                        blank=True,
                        default="QD*, QI*",
                        help_text="Buildings or beginnings of cells, separated by commas; * stands for the rest: QD*, QI*.",
                        max_length=200,
                        verbose_name="closed wings",
                    ),
                ),
                (
                    "arrivals_asked",
                    models.BooleanField(default=True, verbose_name="people new on the nominal list are to be seen"),
                ),
                (
                    "arrival_kind",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appointments.kind",
                        verbose_name="kind of consultation on arrival",
                    ),
                ),
                (
                    "arrival_days",
                    models.PositiveSmallIntegerField(default=2, verbose_name="seen within so many days of arrival"),
                ),
            ],
            options={
                "verbose_name": "settings of requests",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("arrival_days__lte", 365)), name="arrival_seen_within_a_year"
                    )
                ],
            },
        ),
    ]
