"""How long what is kept, and what was forgotten; days on which people leave; hand-overs to other units."""

from __future__ import annotations

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0006_log_forgotten"),
        ("appointments", "0020_stranded"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("requests", models.PositiveSmallIntegerField()),
                ("series", models.PositiveSmallIntegerField()),
                ("escorts", models.PositiveSmallIntegerField()),
                ("is_ended_here", models.BooleanField(default=False)),
                ("made_by_id", models.BigIntegerField()),
                ("made_by_name", models.CharField(max_length=150)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "hand-over",
                "verbose_name_plural": "hand-overs",
                "ordering": ["-made_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="HandOverTaken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.UUIDField(editable=False)),
                (
                    "part",
                    models.CharField(
                        choices=[("care", "Requests and series"), ("escorts", "Hospital escorts")], max_length=8
                    ),
                ),
                ("from_name", models.CharField(max_length=200, verbose_name="from")),
                ("digest", models.CharField(max_length=64)),
                ("written", models.PositiveSmallIntegerField()),
                ("taken_by_id", models.BigIntegerField()),
                ("taken_by_name", models.CharField(max_length=150)),
                ("taken_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "hand-over taken over",
                "verbose_name_plural": "hand-overs taken over",
                "ordering": ["-taken_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="PartnerUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="unit")),
                ("recipient", models.CharField(max_length=62, verbose_name="public key")),
                ("verified_by_id", models.BigIntegerField()),
                ("verified_by_name", models.CharField(max_length=150)),
                ("verified_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "other unit",
                "verbose_name_plural": "other units",
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="PurgeRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("requests", "Requests that are settled"),
                            ("appointments", "Past appointments, with their history and series"),
                            ("escorts", "Hospital escorts that are over"),
                            ("rounds", "Visits of rounds, and time on a round that has ended"),
                            ("officers", "What officers recorded: movements and freezes"),
                            ("alerts", "Officers’ alerts that were received"),
                            ("emergencies", "Emergency accesses that were judged"),
                            ("handovers", "Records of hand-overs"),
                            ("people", "People who have left, once nothing else is kept of them"),
                            ("lists", "Records of nominal lists"),
                            ("log", "Lines of the access log"),
                        ],
                        max_length=12,
                    ),
                ),
                ("day", models.DateField()),
                ("before", models.DateField()),
                ("forgotten", models.PositiveIntegerField()),
                ("purged_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "record of a purge",
                "verbose_name_plural": "records of purges",
                "ordering": ["-day", "kind", "id"],
            },
        ),
        migrations.CreateModel(
            name="RetentionPeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("requests", "Requests that are settled"),
                            ("appointments", "Past appointments, with their history and series"),
                            ("escorts", "Hospital escorts that are over"),
                            ("rounds", "Visits of rounds, and time on a round that has ended"),
                            ("officers", "What officers recorded: movements and freezes"),
                            ("alerts", "Officers’ alerts that were received"),
                            ("emergencies", "Emergency accesses that were judged"),
                            ("handovers", "Records of hand-overs"),
                            ("people", "People who have left, once nothing else is kept of them"),
                            ("lists", "Records of nominal lists"),
                            ("log", "Lines of the access log"),
                        ],
                        max_length=12,
                    ),
                ),
                ("months", models.PositiveSmallIntegerField(verbose_name="months")),
            ],
            options={
                "verbose_name": "retention period",
                "verbose_name_plural": "retention periods",
            },
        ),
        migrations.RemoveConstraint(
            model_name="request",
            name="request_settled_one_way",
        ),
        migrations.RemoveConstraint(
            model_name="request",
            name="request_words_known",
        ),
        migrations.AddField(
            model_name="detainee",
            name="leaves_on",
            field=models.DateField(blank=True, null=True, verbose_name="leaves on"),
        ),
        migrations.AlterField(
            model_name="request",
            name="closing",
            field=models.CharField(
                blank=True,
                choices=[
                    ("withdrawn", "Withdrawn by the patient"),
                    ("refused", "Refusal confirmed with the patient"),
                    ("left", "Has left the establishment"),
                    ("handed_over", "Handed over to another unit"),
                    ("duplicate", "Asked twice"),
                    ("mistake", "Entered by mistake"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="request",
            name="source",
            field=models.CharField(
                choices=[
                    ("letter", "Letter"),
                    ("round", "Medication round"),
                    ("family", "Family or lawyer"),
                    ("officer", "Officer’s alert"),
                    ("arrival", "Arrival"),
                    ("carer", "Another carer"),
                    ("sent_back", "Appointment sent back"),
                    ("other_unit", "Taken over from another unit"),
                    ("other", "Other"),
                ],
                max_length=10,
                verbose_name="how it came",
            ),
        ),
        migrations.AddIndex(
            model_name="detainee",
            index=models.Index(
                condition=models.Q(("leaves_on__isnull", False)),
                fields=["establishment", "leaves_on"],
                name="detainee_leaving",
            ),
        ),
        migrations.AddConstraint(
            model_name="detainee",
            constraint=models.CheckConstraint(
                condition=models.Q(("leaves_on__isnull", True), ("released_on__isnull", True), _connector="OR"),
                name="who_left_leaves_no_more",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("appointment", None), ("closing", ""), ("status", "open")),
                    models.Q(("answer", ""), ("appointment__isnull", False), ("closing", ""), ("status", "planned")),
                    models.Q(("answer", ""), ("appointment__isnull", False), ("closing", ""), ("status", "answered")),
                    models.Q(
                        ("answer__in", ["seen", "written", "visited", "passed_on"]),
                        ("appointment", None),
                        ("closing", ""),
                        ("status", "answered"),
                    ),
                    models.Q(
                        ("answer", ""),
                        ("appointment", None),
                        ("closing__in", ["withdrawn", "refused", "left", "handed_over", "duplicate", "mistake"]),
                        ("status", "closed"),
                    ),
                    _connector="OR",
                ),
                name="request_settled_one_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("priority__in", [1, 2, 3]),
                    (
                        "source__in",
                        [
                            "letter",
                            "round",
                            "family",
                            "officer",
                            "arrival",
                            "carer",
                            "sent_back",
                            "other_unit",
                            "other",
                        ],
                    ),
                ),
                name="request_words_known",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="detainee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="hand_overs", to="appointments.detainee"
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="handovertaken",
            name="detainee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="taken_over", to="appointments.detainee"
            ),
        ),
        migrations.AddField(
            model_name="handovertaken",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="partnerunit",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="partner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="appointments.partnerunit"
            ),
        ),
        migrations.AddField(
            model_name="purgerecord",
            name="establishment",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="retentionperiod",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddIndex(
            model_name="handovertaken",
            index=models.Index(fields=["establishment", "-taken_at"], name="taken_over_newest"),
        ),
        migrations.AddConstraint(
            model_name="handovertaken",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="taken_over_digest"
            ),
        ),
        migrations.AddConstraint(
            model_name="handovertaken",
            constraint=models.CheckConstraint(
                condition=models.Q(("part__in", ["care", "escorts"])), name="taken_over_part_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="handovertaken",
            constraint=models.UniqueConstraint(fields=("file", "part"), name="taken_over_once"),
        ),
        migrations.AddConstraint(
            model_name="partnerunit",
            constraint=models.CheckConstraint(
                condition=models.Q(("recipient__regex", "^age1[02-9ac-hj-np-z]{58}$")), name="partner_key_is_a_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerunit",
            constraint=models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="partner_is_named"),
        ),
        migrations.AddConstraint(
            model_name="partnerunit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_at__isnull", True)),
                fields=("establishment", "recipient"),
                name="partner_key_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerunit",
            constraint=models.UniqueConstraint(fields=("establishment", "id"), name="partner_of_establishment"),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(fields=["establishment", "-made_at"], name="hand_over_newest"),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="hand_over_digest"
            ),
        ),
        migrations.AddConstraint(
            model_name="purgerecord",
            constraint=models.UniqueConstraint(
                fields=("establishment", "kind", "day", "before"),
                name="purge_recorded_once_a_day",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="purgerecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "requests",
                            "appointments",
                            "escorts",
                            "rounds",
                            "officers",
                            "alerts",
                            "emergencies",
                            "handovers",
                            "people",
                            "lists",
                            "log",
                        ],
                    )
                ),
                name="purge_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="purgerecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("establishment__isnull", False), ("kind", "log"), _connector="OR"),
                name="only_log_without_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionperiod",
            constraint=models.UniqueConstraint(fields=("establishment", "kind"), name="retention_period_once"),
        ),
        migrations.AddConstraint(
            model_name="retentionperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "requests"), ("months__range", (12, 120))),
                    models.Q(("kind", "appointments"), ("months__range", (12, 120))),
                    models.Q(("kind", "escorts"), ("months__range", (12, 120))),
                    models.Q(("kind", "rounds"), ("months__range", (12, 120))),
                    models.Q(("kind", "officers"), ("months__range", (6, 36))),
                    models.Q(("kind", "alerts"), ("months__range", (6, 36))),
                    models.Q(("kind", "emergencies"), ("months__range", (12, 60))),
                    models.Q(("kind", "handovers"), ("months__range", (12, 120))),
                    models.Q(("kind", "people"), ("months__range", (12, 120))),
                    models.Q(("kind", "lists"), ("months__range", (6, 60))),
                    models.Q(("kind", "log"), ("months__range", (6, 36))),
                    _connector="OR",
                ),
                name="retention_period_sensible",
            ),
        ),
    ]
