"""Reports of obstructed care, their letters, and individual complaints apart."""

from __future__ import annotations

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("appointments", "0009_obstructions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "addressee",
                    models.CharField(
                        choices=[
                            ("ars", "Regional health agency"),
                            ("order", "Council of the order"),
                            ("cglpl", "Inspector of places of detention (CGLPL)"),
                            ("defender", "Defender of rights"),
                            ("hospital", "Hospital management"),
                            ("prison", "Head of the prison"),
                            ("judge", "Chief judge"),
                        ],
                        max_length=10,
                        verbose_name="to",
                    ),
                ),
                (
                    "body",
                    models.TextField(
                        blank=True, default="", max_length=4000, verbose_name="what happened, in the person’s sense"
                    ),
                ),
                ("consent_on", models.DateField(verbose_name="consent given on")),
                (
                    "consent_form",
                    models.CharField(
                        choices=[
                            ("written", "In writing, signed"),
                            ("witnessed", "By word of mouth, before two carers"),
                        ],
                        max_length=10,
                        verbose_name="how it was given",
                    ),
                ),
                ("consent_recorded_by_name", models.CharField(max_length=150)),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="consent withdrawn on")),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "detainee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="appointments.detainee",
                    ),
                ),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "obstruction",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appointments.obstruction",
                    ),
                ),
            ],
            options={
                "verbose_name": "individual complaint",
                "ordering": ["-year", "-number"],
            },
        ),
        migrations.CreateModel(
            name="ComplaintLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.BinaryField()),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("made_by_name", models.CharField(max_length=150)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("sent_on", models.DateField(blank=True, null=True, verbose_name="sent on")),
                (
                    "mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("registered", "Registered post"),
                            ("post", "Ordinary post"),
                            ("secure", "Secure health mail"),
                            ("hand", "By hand, against a receipt"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                ("follow_up_on", models.DateField(blank=True, null=True, verbose_name="look again on")),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="answered on")),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="appointments.complaint"
                    ),
                ),
            ],
            options={
                "ordering": ["complaint", "id"],
            },
        ),
        migrations.CreateModel(
            name="LetterWording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("body", models.TextField(max_length=6000, verbose_name="text of the letter")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ObstructionReport",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("collective", "Report of a period"),
                            ("urgent", "Urgent report of one fact"),
                            ("yearly", "Balance sheet of a year"),
                        ],
                        max_length=10,
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveSmallIntegerField()),
                ("first_day", models.DateField(verbose_name="first day")),
                ("last_day", models.DateField(verbose_name="last day")),
                (
                    "tables",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                    ),
                ),
                ("hidden", models.JSONField(blank=True, default=dict)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "steps_taken",
                    models.TextField(blank=True, default="", max_length=2000, verbose_name="steps already taken"),
                ),
                ("demand", models.TextField(blank=True, default="", max_length=2000, verbose_name="what is asked for")),
                (
                    "addressees",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("ars", "Regional health agency"),
                                ("order", "Council of the order"),
                                ("cglpl", "Inspector of places of detention (CGLPL)"),
                                ("defender", "Defender of rights"),
                                ("hospital", "Hospital management"),
                                ("prison", "Head of the prison"),
                                ("judge", "Chief judge"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("reading", "At the second reader’s"),
                            ("approved", "Approved"),
                            ("sent", "Sent"),
                            ("closed", "Closed"),
                            ("dropped", "Dropped"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("author_name", models.CharField(max_length=150)),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
            ],
            options={
                "verbose_name": "report of obstructed care",
                "ordering": ["-year", "-number"],
            },
        ),
        migrations.CreateModel(
            name="PublishedFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=20)),
                ("measure", models.CharField(max_length=10)),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), size=None),
                ),
                ("since", models.DateField()),
                ("before", models.DateField()),
                ("count", models.IntegerField()),
                ("reference", models.CharField(max_length=12)),
                ("published_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ReportFact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("wording", models.CharField(max_length=600, verbose_name="in the letter")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "obstruction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="appointments.obstruction"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts",
                        to="appointments.obstructionreport",
                    ),
                ),
            ],
            options={
                "ordering": ["report", "position"],
            },
        ),
        migrations.CreateModel(
            name="ReportSettings",
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
                ("hospital", models.CharField(blank=True, default="", max_length=120, verbose_name="hospital")),
                ("unit", models.CharField(blank=True, default="", max_length=120, verbose_name="unit")),
                ("address", models.TextField(blank=True, default="", max_length=300, verbose_name="address")),
                ("town", models.CharField(blank=True, default="", max_length=80, verbose_name="town, before the date")),
                ("signatory", models.CharField(blank=True, default="", max_length=120, verbose_name="signed by")),
                ("capacity", models.CharField(blank=True, default="", max_length=120, verbose_name="capacity")),
                ("reports_years", models.PositiveSmallIntegerField(default=10, verbose_name="reports, years")),
                (
                    "complaints_years",
                    models.PositiveSmallIntegerField(default=5, verbose_name="individual complaints, years"),
                ),
                ("facts_years", models.PositiveSmallIntegerField(default=10, verbose_name="facts of the log, years")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("complaints_years__range", (1, 30)),
                            ("facts_years__range", (1, 30)),
                            ("reports_years__range", (1, 30)),
                        ),
                        name="report_retention_sensible",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField()),
                ("content", models.JSONField()),
                ("submitted_by_id", models.BigIntegerField()),
                ("submitted_by_name", models.CharField(max_length=150)),
                ("submitted_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("approved", "Approved"), ("sent_back", "Sent back")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("decided_by_id", models.BigIntegerField(null=True)),
                ("decided_by_name", models.CharField(blank=True, default="", max_length=150)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "reason",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="what is to be changed"),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="appointments.obstructionreport",
                    ),
                ),
            ],
            options={
                "ordering": ["report", "-version"],
            },
        ),
        migrations.CreateModel(
            name="ReportSending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "addressee",
                    models.CharField(
                        choices=[
                            ("ars", "Regional health agency"),
                            ("order", "Council of the order"),
                            ("cglpl", "Inspector of places of detention (CGLPL)"),
                            ("defender", "Defender of rights"),
                            ("hospital", "Hospital management"),
                            ("prison", "Head of the prison"),
                            ("judge", "Chief judge"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("registered", "Registered post"),
                            ("post", "Ordinary post"),
                            ("secure", "Secure health mail"),
                            ("hand", "By hand, against a receipt"),
                        ],
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                ("sent_on", models.DateField(verbose_name="sent on")),
                ("proof", models.CharField(blank=True, default="", max_length=80, verbose_name="proof of sending")),
                ("follow_up_on", models.DateField(blank=True, null=True, verbose_name="look again on")),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="answered on")),
                ("answer", models.CharField(blank=True, default="", max_length=1000, verbose_name="answer")),
                ("recorded_by_name", models.CharField(max_length=150)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sendings",
                        to="appointments.reportversion",
                    ),
                ),
            ],
            options={
                "ordering": ["sent_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="ReportFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "addressee",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ars", "Regional health agency"),
                            ("order", "Council of the order"),
                            ("cglpl", "Inspector of places of detention (CGLPL)"),
                            ("defender", "Defender of rights"),
                            ("hospital", "Hospital management"),
                            ("prison", "Head of the prison"),
                            ("judge", "Chief judge"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "format",
                    models.CharField(choices=[("pdf", "PDF"), ("odt", "ODT"), ("signed", "Signed copy")], max_length=6),
                ),
                ("content", models.BinaryField()),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("made_by_name", models.CharField(max_length=150)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="appointments.reportversion",
                    ),
                ),
            ],
            options={
                "ordering": ["version", "addressee", "format", "id"],
            },
        ),
        migrations.CreateModel(
            name="RetentionPurge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purged_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reports", models.PositiveIntegerField()),
                ("complaints", models.PositiveIntegerField()),
                ("facts", models.PositiveIntegerField()),
                ("reports_before", models.DateField()),
                ("complaints_before", models.DateField()),
                ("facts_before", models.DateField()),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
            ],
            options={
                "ordering": ["-purged_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Addressee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        choices=[
                            ("ars", "Regional health agency"),
                            ("order", "Council of the order"),
                            ("cglpl", "Inspector of places of detention (CGLPL)"),
                            ("defender", "Defender of rights"),
                            ("hospital", "Hospital management"),
                            ("prison", "Head of the prison"),
                            ("judge", "Chief judge"),
                        ],
                        max_length=10,
                    ),
                ),
                ("salutation", models.CharField(max_length=120, verbose_name="salutation")),
                ("address", models.TextField(max_length=500, verbose_name="name and address")),
                ("ground", models.CharField(blank=True, default="", max_length=400, verbose_name="legal ground")),
                ("is_offered", models.BooleanField(default=True, verbose_name="offered for each report")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("establishment", "key"), name="addressee_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("key__in", ["ars", "order", "cglpl", "defender", "hospital", "prison", "judge"])
                        ),
                        name="addressee_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("salutation", ""), _negated=True), models.Q(("address", ""), _negated=True)
                        ),
                        name="addressee_is_named",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.UniqueConstraint(
                fields=("establishment", "year", "number"), name="complaint_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(("consent_form__in", ["written", "witnessed"])), name="consent_form_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("addressee__in", ["ars", "order", "cglpl", "defender", "hospital", "prison", "judge"])
                ),
                name="complaint_addressee_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_on__isnull", True), ("withdrawn_on__gte", models.F("consent_on")), _connector="OR"
                ),
                name="withdrawn_after_consent",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(("withdrawn_on__isnull", True), ("body", ""), _connector="OR"),
                name="withdrawn_complaint_says_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("mode", ""), ("sent_on__isnull", True)),
                    models.Q(("mode__in", ["registered", "post", "secure", "hand"]), ("sent_on__isnull", False)),
                    _connector="OR",
                ),
                name="complaint_letter_sent_somehow",
            ),
        ),
        migrations.AddConstraint(
            model_name="letterwording",
            constraint=models.UniqueConstraint(fields=("establishment", "kind"), name="letter_wording_once"),
        ),
        migrations.AddConstraint(
            model_name="letterwording",
            constraint=models.CheckConstraint(
                condition=models.Q(("body", ""), _negated=True), name="letter_wording_has_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="obstructionreport",
            constraint=models.UniqueConstraint(fields=("establishment", "year", "number"), name="report_number_once"),
        ),
        migrations.AddConstraint(
            model_name="obstructionreport",
            constraint=models.UniqueConstraint(fields=("establishment", "id"), name="report_of_establishment"),
        ),
        migrations.AddConstraint(
            model_name="obstructionreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["collective", "urgent", "yearly"])), name="report_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="obstructionreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["draft", "reading", "approved", "sent", "closed", "dropped"])),
                name="report_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="obstructionreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_day__gte", models.F("first_day"))), name="report_period_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="obstructionreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("addressees__contained_by", ["ars", "order", "cglpl", "defender", "hospital", "prison", "judge"])
                ),
                name="report_addressees_known",
            ),
        ),
        migrations.AddIndex(
            model_name="publishedfigure",
            index=models.Index(fields=["establishment", "since"], name="published_by_day"),
        ),
        migrations.AddConstraint(
            model_name="publishedfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(("before__gt", models.F("since"))), name="published_days_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportfact",
            constraint=models.UniqueConstraint(fields=("report", "obstruction"), name="fact_once_in_report"),
        ),
        migrations.AddConstraint(
            model_name="reportfact",
            constraint=models.CheckConstraint(
                condition=models.Q(("wording", ""), _negated=True), name="fact_has_wording"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportversion",
            constraint=models.UniqueConstraint(fields=("report", "version"), name="report_version_once"),
        ),
        migrations.AddConstraint(
            model_name="reportversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision__in", ["", "approved", "sent_back"])), name="decision_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decision", "")),
                    models.Q(models.Q(("decision", ""), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="decision_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportsending",
            constraint=models.UniqueConstraint(fields=("version", "addressee"), name="letter_sent_once"),
        ),
        migrations.AddConstraint(
            model_name="reportsending",
            constraint=models.CheckConstraint(
                condition=models.Q(("mode__in", ["registered", "post", "secure", "hand"])), name="sending_mode_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportsending",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_on__isnull", True)),
                    ("answered_on__gte", models.F("sent_on")),
                    _connector="OR",
                ),
                name="answer_after_sending",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("format__in", ["pdf", "odt", "signed"])), name="report_file_format_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("format", "signed"), _negated=True),
                fields=("version", "addressee", "format"),
                name="report_file_once",
            ),
        ),
    ]
