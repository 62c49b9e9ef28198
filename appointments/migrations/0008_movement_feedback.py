"""What officers record about a line, its history that only grows, and what each login may do with both."""

from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

DOORS = "carehub_care, carehub_prison, carehub_accounts"
# Yesterday to the day after tomorrow in the establishment's time zone, as in 0002; the first line lets an index help.
A_FEW_DAYS = """
    expected_at BETWEEN now() - interval '3 days' AND now() + interval '4 days'
    AND (SELECT (expected_at AT TIME ZONE e.time_zone)::date
                BETWEEN (now() AT TIME ZONE e.time_zone)::date - 1 AND (now() AT TIME ZONE e.time_zone)::date + 2
         FROM access_establishment e WHERE e.id = establishment_id)
"""

# The history: numbered under one lock an establishment, so that a larger number is never seen before a smaller one
# (a screen that knows the largest number knows that nothing is missing). It only grows.
EVENTS = """
CREATE OR REPLACE FUNCTION appointments_number_event() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('movement events'), NEW.establishment_id::int);
    NEW.id := nextval(pg_get_serial_sequence('public.appointments_movementevent', 'id'));
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION appointments_events_only_grow() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'What officers recorded is kept: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
REVOKE ALL ON FUNCTION appointments_number_event(), appointments_events_only_grow() FROM PUBLIC;
CREATE TRIGGER event_numbered BEFORE INSERT ON appointments_movementevent
    FOR EACH ROW EXECUTE FUNCTION appointments_number_event();
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON appointments_movementevent
    FOR EACH ROW EXECUTE FUNCTION appointments_events_only_grow();
CREATE TRIGGER events_never_emptied BEFORE TRUNCATE ON appointments_movementevent
    FOR EACH STATEMENT EXECUTE FUNCTION appointments_events_only_grow();
"""
EVENTS_BACK = """
DROP TRIGGER IF EXISTS event_numbered ON appointments_movementevent;
DROP TRIGGER IF EXISTS event_append_only ON appointments_movementevent;
DROP TRIGGER IF EXISTS events_never_emptied ON appointments_movementevent;
DROP FUNCTION IF EXISTS appointments_number_event();
DROP FUNCTION IF EXISTS appointments_events_only_grow();
"""

# The line: the database's clock says when officers recorded something; they record nothing without its event; and a
# line that care withdraws and writes again comes back as officers left it, so that the change of mind does not show.
LINES = """
CREATE OR REPLACE FUNCTION appointments_state_recorded() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF current_user = 'carehub_prison' THEN
        NEW.state_at := CASE WHEN NEW.state = 'expected' THEN NULL ELSE clock_timestamp() END;
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION appointments_state_has_event() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    -- The row as the transaction leaves it: one that taps twice fires twice, both times at its end.
    IF current_user = 'carehub_prison' AND EXISTS (
        SELECT FROM appointments_movement m WHERE m.id = NEW.id AND (m.state, m.impediment) IS DISTINCT FROM
            (SELECT (v.state, v.impediment) FROM appointments_movementevent v
             WHERE v.establishment_id = m.establishment_id AND v.register_number = m.register_number
               AND v.expected_at = m.expected_at ORDER BY v.id DESC LIMIT 1))
    THEN
        RAISE EXCEPTION 'A state was recorded without its line in the history.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'state_has_event', TABLE = 'appointments_movement';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION appointments_state_comes_back() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE last record;
BEGIN
    IF NEW.state = 'expected' THEN
        SELECT v.state, v.impediment, v.at INTO last FROM appointments_movementevent v
            WHERE v.establishment_id = NEW.establishment_id AND v.register_number = NEW.register_number
              AND v.expected_at = NEW.expected_at ORDER BY v.id DESC LIMIT 1;
        IF FOUND AND last.state <> 'expected' THEN
            NEW.state := last.state; NEW.impediment := last.impediment; NEW.state_at := last.at;
        END IF;
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION appointments_state_recorded(), appointments_state_has_event(), appointments_state_comes_back()
    FROM PUBLIC;
CREATE TRIGGER state_recorded BEFORE UPDATE OF state, state_at, impediment ON appointments_movement
    FOR EACH ROW EXECUTE FUNCTION appointments_state_recorded();
CREATE CONSTRAINT TRIGGER state_has_event AFTER UPDATE OF state, state_at, impediment ON appointments_movement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION appointments_state_has_event();
CREATE TRIGGER state_comes_back BEFORE INSERT ON appointments_movement
    FOR EACH ROW EXECUTE FUNCTION appointments_state_comes_back();
"""
LINES_BACK = """
DROP TRIGGER IF EXISTS state_recorded ON appointments_movement;
DROP TRIGGER IF EXISTS state_has_event ON appointments_movement;
DROP TRIGGER IF EXISTS state_comes_back ON appointments_movement;
DROP FUNCTION IF EXISTS appointments_state_recorded();
DROP FUNCTION IF EXISTS appointments_state_has_event();
DROP FUNCTION IF EXISTS appointments_state_comes_back();
"""

# The prison login changes three columns of lines that it sees, and adds to the history of such a line in an account of
# its own side. It never reads when an event was recorded; care never reads by whom.
GRANTS = f"""
GRANT SELECT (state, state_at, impediment), UPDATE (state, state_at, impediment) ON appointments_movement TO carehub_prison;
CREATE POLICY feedback ON appointments_movement FOR UPDATE TO carehub_prison USING ({A_FEW_DAYS}) WITH CHECK ({A_FEW_DAYS});

GRANT SELECT (id, establishment_id, register_number, expected_at, state, impediment),
    INSERT (establishment_id, register_number, expected_at, state, impediment, at, by_id)
    ON appointments_movementevent TO carehub_prison;
GRANT SELECT (id, establishment_id, register_number, expected_at, state, impediment, at)
    ON appointments_movementevent TO carehub_care;
ALTER TABLE appointments_movementevent ENABLE ROW LEVEL SECURITY;
CREATE POLICY care ON appointments_movementevent FOR SELECT TO carehub_care USING (true);
CREATE POLICY a_few_days ON appointments_movementevent FOR SELECT TO carehub_prison USING ({A_FEW_DAYS});
CREATE POLICY own_taps ON appointments_movementevent FOR INSERT TO carehub_prison WITH CHECK (
    by_id IN (SELECT u.id FROM access_user u)
    AND EXISTS (SELECT FROM appointments_movement m
                WHERE m.establishment_id = appointments_movementevent.establishment_id
                  AND m.register_number = appointments_movementevent.register_number
                  AND m.expected_at = appointments_movementevent.expected_at)
);
"""
GRANTS_BACK = f"""
DROP POLICY IF EXISTS feedback ON appointments_movement;
DROP POLICY IF EXISTS care ON appointments_movementevent;
DROP POLICY IF EXISTS a_few_days ON appointments_movementevent;
DROP POLICY IF EXISTS own_taps ON appointments_movementevent;
ALTER TABLE appointments_movementevent DISABLE ROW LEVEL SECURITY;
REVOKE SELECT (state, state_at, impediment), UPDATE (state, state_at, impediment) ON appointments_movement FROM {DOORS};
REVOKE ALL ON appointments_movementevent FROM {DOORS};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_verbs_of_the_log"),
        ("appointments", "0007_publication_wall"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MovementEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("register_number", models.CharField(max_length=20)),
                ("expected_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("expected", "Expected"),
                            ("called", "Called"),
                            ("left", "Left"),
                            ("arrived", "Arrived"),
                            ("back", "Back"),
                            ("impeded", "Not brought"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "impediment",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("PARLOIR", "Visit, lawyer"),
                            ("PROMENADE", "Exercise yard"),
                            ("ACTIVITE", "Sport, school, worship, activity"),
                            ("TRAVAIL", "Work, training"),
                            ("AUTRE_CONV", "Other summons"),
                            ("EXTRACTION", "Out on escort (no detail)"),
                            ("TRANSFERT", "Moved or released"),
                            ("QDQI", "Punishment or isolation wing, not escorted"),
                            ("EFFECTIF", "Staff shortage"),
                            ("BLOCAGE", "Movements frozen"),
                            ("MVT_SOCIAL", "Industrial action"),
                            ("LISTE_NR", "List not received"),
                            ("CELLULE", "Wrong cell on the list"),
                            ("REF_DECL", "Refusal reported by the prison"),
                            ("SANS_MOTIF", "No reason given"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="movement",
            name="impediment",
            field=models.CharField(
                blank=True,
                choices=[
                    ("PARLOIR", "Visit, lawyer"),
                    ("PROMENADE", "Exercise yard"),
                    ("ACTIVITE", "Sport, school, worship, activity"),
                    ("TRAVAIL", "Work, training"),
                    ("AUTRE_CONV", "Other summons"),
                    ("EXTRACTION", "Out on escort (no detail)"),
                    ("TRANSFERT", "Moved or released"),
                    ("QDQI", "Punishment or isolation wing, not escorted"),
                    ("EFFECTIF", "Staff shortage"),
                    ("BLOCAGE", "Movements frozen"),
                    ("MVT_SOCIAL", "Industrial action"),
                    ("LISTE_NR", "List not received"),
                    ("CELLULE", "Wrong cell on the list"),
                    ("REF_DECL", "Refusal reported by the prison"),
                    ("SANS_MOTIF", "No reason given"),
                ],
                default="",
                max_length=10,
                verbose_name="impediment",
            ),
        ),
        migrations.AddField(
            model_name="movement",
            name="state",
            field=models.CharField(
                choices=[
                    ("expected", "Expected"),
                    ("called", "Called"),
                    ("left", "Left"),
                    ("arrived", "Arrived"),
                    ("back", "Back"),
                    ("impeded", "Not brought"),
                ],
                default="expected",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddField(
            model_name="movement",
            name="state_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["expected", "called", "left", "arrived", "back", "impeded"])),
                name="movement_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "impediment__in",
                            [
                                "PARLOIR",
                                "PROMENADE",
                                "ACTIVITE",
                                "TRAVAIL",
                                "AUTRE_CONV",
                                "EXTRACTION",
                                "TRANSFERT",
                                "QDQI",
                                "EFFECTIF",
                                "BLOCAGE",
                                "MVT_SOCIAL",
                                "LISTE_NR",
                                "CELLULE",
                                "REF_DECL",
                                "SANS_MOTIF",
                            ],
                        ),
                        ("state", "impeded"),
                    ),
                    models.Q(models.Q(("state", "impeded"), _negated=True), ("impediment", "")),
                    _connector="OR",
                ),
                name="impeded_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "expected"), ("state_at__isnull", True)),
                    models.Q(models.Q(("state", "expected"), _negated=True), ("state_at__isnull", False)),
                    _connector="OR",
                ),
                name="recorded_state_has_time",
            ),
        ),
        migrations.AddField(
            model_name="movementevent",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="movementevent",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddIndex(
            model_name="movementevent",
            index=models.Index(fields=["establishment", "expected_at", "register_number", "id"], name="event_of_line"),
        ),
        migrations.AddIndex(
            model_name="movementevent",
            index=models.Index(fields=["establishment", "-id"], name="event_newest"),
        ),
        migrations.AddConstraint(
            model_name="movementevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["expected", "called", "left", "arrived", "back", "impeded"])),
                name="event_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="movementevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "impediment__in",
                            [
                                "PARLOIR",
                                "PROMENADE",
                                "ACTIVITE",
                                "TRAVAIL",
                                "AUTRE_CONV",
                                "EXTRACTION",
                                "TRANSFERT",
                                "QDQI",
                                "EFFECTIF",
                                "BLOCAGE",
                                "MVT_SOCIAL",
                                "LISTE_NR",
                                "CELLULE",
                                "REF_DECL",
                                "SANS_MOTIF",
                            ],
                        ),
                        ("state", "impeded"),
                    ),
                    models.Q(models.Q(("state", "impeded"), _negated=True), ("impediment", "")),
                    _connector="OR",
                ),
                name="event_impeded_with_reason",
            ),
        ),
        migrations.RunSQL(EVENTS, EVENTS_BACK),
        migrations.RunSQL(LINES, LINES_BACK),
        migrations.RunSQL(GRANTS, GRANTS_BACK),
    ]
