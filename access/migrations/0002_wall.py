"""The wall in the database: logins, grants, row-level security, and a log that can only grow.

Idempotent and reversible. A table that no line here (or in appointments 0002) opens stays closed to every door.
"""

from __future__ import annotations

from django.db import migrations

DOORS = "carehub_care, carehub_prison, carehub_accounts"

ROLES = """
DO $$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['carehub_care', 'carehub_prison', 'carehub_accounts'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        END IF;
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'The logins carehub_care, carehub_prison and carehub_accounts are missing, and this login may not create them.'
        USING HINT = 'Create them first as a database administrator: docs/operations.md, "The four logins".';
END $$;

DO $$ BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO carehub_care, carehub_prison, carehub_accounts', current_database());
END $$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO carehub_care, carehub_prison, carehub_accounts;
-- A function that somebody adds later is closed too until it is granted.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE OR REPLACE FUNCTION access_side() RETURNS text LANGUAGE sql STABLE
    SET search_path = pg_catalog AS $$
    SELECT CASE current_user
        WHEN 'carehub_care' THEN 'care' WHEN 'carehub_prison' THEN 'prison' WHEN 'carehub_accounts' THEN 'accounts'
        ELSE 'owner' END
$$;
REVOKE ALL ON FUNCTION access_side() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_side() TO carehub_care, carehub_prison, carehub_accounts;
"""

ROLES_BACK = """
DROP FUNCTION IF EXISTS access_side();
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
REVOKE USAGE ON SCHEMA public FROM carehub_care, carehub_prison, carehub_accounts;
GRANT USAGE ON SCHEMA public TO PUBLIC;
DO $$ BEGIN
    EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM carehub_care, carehub_prison, carehub_accounts', current_database());
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO PUBLIC', current_database());
END $$;
"""

# A role stays on the side of its account.
MEMBERSHIP = """
ALTER TABLE access_membership ADD CONSTRAINT membership_on_side_of_user
    FOREIGN KEY (user_id, side) REFERENCES access_user (id, side) DEFERRABLE INITIALLY DEFERRED;
"""
MEMBERSHIP_BACK = "ALTER TABLE access_membership DROP CONSTRAINT IF EXISTS membership_on_side_of_user;"

# django-axes counts wrong passwords in tables that know no side: each door gets its own rows.
AXES = """
ALTER TABLE axes_accessattempt ADD COLUMN IF NOT EXISTS side text NOT NULL DEFAULT access_side();
ALTER TABLE axes_accessfailurelog ADD COLUMN IF NOT EXISTS side text NOT NULL DEFAULT access_side();
ALTER TABLE axes_accesslog ADD COLUMN IF NOT EXISTS side text NOT NULL DEFAULT access_side();
DO $$
DECLARE old text;
BEGIN
    FOR old IN SELECT conname FROM pg_constraint WHERE conrelid = 'axes_accessattempt'::regclass AND contype = 'u' LOOP
        EXECUTE format('ALTER TABLE axes_accessattempt DROP CONSTRAINT %I', old);
    END LOOP;
    ALTER TABLE axes_accessattempt ADD CONSTRAINT axes_attempt_once_per_side UNIQUE (side, username, ip_address, user_agent);
END $$;
"""
AXES_BACK = """
ALTER TABLE axes_accessattempt DROP CONSTRAINT IF EXISTS axes_attempt_once_per_side;
ALTER TABLE axes_accessattempt DROP COLUMN IF EXISTS side;
ALTER TABLE axes_accessfailurelog DROP COLUMN IF EXISTS side;
ALTER TABLE axes_accesslog DROP COLUMN IF EXISTS side;
ALTER TABLE axes_accessattempt ADD CONSTRAINT axes_accessattempt_username_ip_address_user_agent_uniq
    UNIQUE (username, ip_address, user_agent);
"""

# (table, policy's condition for care and prison, condition for accounts or None)
OWN_SIDE = "side = access_side()"
OWN_USER = "user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side())"
OWN_DEVICE = "device_id IN (SELECT d.id FROM otp_static_staticdevice d)"
OWN_ATTEMPT = "access_attempt_id IN (SELECT a.id FROM axes_accessattempt a)"
POLICIES = (
    ("access_user", OWN_SIDE, "true"),
    ("access_membership", OWN_SIDE, "true"),
    ("access_session", OWN_SIDE, OWN_SIDE),
    ("access_calendaraddress", OWN_USER, None),
    ("guardian_userobjectpermission", OWN_USER, "true"),
    ("otp_totp_totpdevice", OWN_USER, OWN_USER),
    ("otp_static_staticdevice", OWN_USER, OWN_USER),
    ("otp_static_statictoken", OWN_DEVICE, OWN_DEVICE),
    ("axes_accessattempt", OWN_SIDE, OWN_SIDE),
    ("axes_accessattemptexpiration", OWN_ATTEMPT, OWN_ATTEMPT),
    ("axes_accessfailurelog", OWN_SIDE, OWN_SIDE),
    ("axes_accesslog", OWN_SIDE, OWN_SIDE),
)


def row_level_security() -> tuple[str, str]:
    """Return the SQL that splits shared tables by side, and the SQL that undoes it."""
    there, back = [], []
    for table, own, accounts in POLICIES:
        there.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        there.append(
            f"CREATE POLICY own_side ON {table} TO carehub_care, carehub_prison USING ({own}) WITH CHECK ({own});"
        )
        back.append(f"DROP POLICY IF EXISTS own_side ON {table};")
        if accounts:
            there.append(
                f"CREATE POLICY accounts ON {table} TO carehub_accounts USING ({accounts}) WITH CHECK ({accounts});"
            )
            back.append(f"DROP POLICY IF EXISTS accounts ON {table};")
        back.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(there), "\n".join(back)


GRANTS = """
GRANT SELECT ON django_content_type, auth_permission, access_establishment, access_building
    TO carehub_care, carehub_prison, carehub_accounts;
GRANT INSERT ON access_building TO carehub_care;

GRANT SELECT ON access_user TO carehub_care, carehub_prison, carehub_accounts;
GRANT UPDATE (password, last_login, must_change_password, second_factor_since) ON access_user TO carehub_care, carehub_prison;
GRANT INSERT, UPDATE (username, full_name, email, is_active, password, last_login, must_change_password, second_factor_since)
    ON access_user TO carehub_accounts;

GRANT SELECT ON access_membership, guardian_userobjectpermission TO carehub_care, carehub_prison;
GRANT SELECT, INSERT, UPDATE, DELETE ON access_membership, guardian_userobjectpermission TO carehub_accounts;

GRANT SELECT, INSERT, UPDATE, DELETE ON access_session, otp_totp_totpdevice, otp_static_staticdevice, otp_static_statictoken,
    axes_accessattempt, axes_accessattemptexpiration, axes_accessfailurelog, axes_accesslog
    TO carehub_care, carehub_prison, carehub_accounts;

GRANT SELECT, INSERT, UPDATE (last_used_at, revoked_at) ON access_calendaraddress TO carehub_care, carehub_prison;

GRANT INSERT ON access_auditentry TO carehub_care, carehub_prison, carehub_accounts;
GRANT SELECT ON access_auditentry TO carehub_accounts;
"""
GRANTS_BACK = f"""
REVOKE ALL ON django_content_type, auth_permission, access_establishment, access_building, access_user, access_membership,
    access_session, access_calendaraddress, access_auditentry, guardian_userobjectpermission,
    otp_totp_totpdevice, otp_static_staticdevice, otp_static_statictoken,
    axes_accessattempt, axes_accessattemptexpiration, axes_accessfailurelog, axes_accesslog FROM {DOORS};
REVOKE UPDATE (password, last_login, must_change_password, second_factor_since) ON access_user FROM {DOORS};
REVOKE UPDATE (username, full_name, email, is_active) ON access_user FROM {DOORS};
REVOKE UPDATE (last_used_at, revoked_at) ON access_calendaraddress FROM {DOORS};
"""

# What an account administrator may do to accounts of another side without reading their secrets.
VERBS = """
CREATE OR REPLACE FUNCTION access_reset_second_factor(account bigint) RETURNS void LANGUAGE sql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM otp_static_statictoken WHERE device_id IN (SELECT id FROM otp_static_staticdevice WHERE user_id = account);
    DELETE FROM otp_static_staticdevice WHERE user_id = account;
    DELETE FROM otp_totp_totpdevice WHERE user_id = account;
    UPDATE access_user SET second_factor_since = NULL WHERE id = account;
$$;
CREATE OR REPLACE FUNCTION access_end_sessions(account bigint) RETURNS void LANGUAGE sql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM access_session WHERE user_id = account;
    UPDATE access_calendaraddress SET revoked_at = now() WHERE user_id = account AND revoked_at IS NULL;
$$;
REVOKE ALL ON FUNCTION access_reset_second_factor(bigint), access_end_sessions(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_reset_second_factor(bigint), access_end_sessions(bigint) TO carehub_accounts;
"""
VERBS_BACK = """
DROP FUNCTION IF EXISTS access_reset_second_factor(bigint);
DROP FUNCTION IF EXISTS access_end_sessions(bigint);
"""

# The log: numbered and chained under one lock, so that a removed or changed line breaks the chain after it.
LOG = """
CREATE OR REPLACE FUNCTION access_audit_line(line access_auditentry) RETURNS text LANGUAGE sql IMMUTABLE
    SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        line.previous_hash, line.id, extract(epoch FROM line.at)::text, line.door, line.user_id, line.username,
        line.verb, line.target_type, line.target_id, line.establishment_id)::text, 'UTF8')), 'hex')
$$;
CREATE OR REPLACE FUNCTION access_audit_chain() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('access_auditentry'));
    NEW.id := nextval(pg_get_serial_sequence('public.access_auditentry', 'id'));
    NEW.at := clock_timestamp();
    NEW.previous_hash := coalesce((SELECT hash FROM access_auditentry ORDER BY id DESC LIMIT 1), '');
    NEW.hash := access_audit_line(NEW);
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION access_audit_refuse() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'The access log only grows: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
REVOKE ALL ON FUNCTION access_audit_line(access_auditentry), access_audit_chain(), access_audit_refuse() FROM PUBLIC;
CREATE TRIGGER audit_chain BEFORE INSERT ON access_auditentry FOR EACH ROW EXECUTE FUNCTION access_audit_chain();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON access_auditentry FOR EACH ROW EXECUTE FUNCTION access_audit_refuse();
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON access_auditentry FOR EACH STATEMENT EXECUTE FUNCTION access_audit_refuse();
ALTER TABLE access_auditentry ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_door ON access_auditentry FOR INSERT TO carehub_care, carehub_prison, carehub_accounts
    WITH CHECK (door = access_side());
CREATE POLICY accounts_read ON access_auditentry FOR SELECT TO carehub_accounts USING (true);
"""
LOG_BACK = """
DROP POLICY IF EXISTS own_door ON access_auditentry;
DROP POLICY IF EXISTS accounts_read ON access_auditentry;
ALTER TABLE access_auditentry DISABLE ROW LEVEL SECURITY;
DROP TRIGGER IF EXISTS audit_chain ON access_auditentry;
DROP TRIGGER IF EXISTS audit_append_only ON access_auditentry;
DROP TRIGGER IF EXISTS audit_never_emptied ON access_auditentry;
DROP FUNCTION IF EXISTS access_audit_chain();
DROP FUNCTION IF EXISTS access_audit_refuse();
DROP FUNCTION IF EXISTS access_audit_line(access_auditentry);
"""


class Migration(migrations.Migration):
    """Runs after every table that the doors share exists."""

    dependencies = [
        ("access", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("guardian", "0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more"),
        ("otp_totp", "0003_add_timestamps"),
        ("otp_static", "0003_add_timestamps"),
        ("axes", "0010_accessattemptexpiration"),
    ]

    operations = [
        migrations.RunSQL(ROLES, ROLES_BACK),
        migrations.RunSQL(MEMBERSHIP, MEMBERSHIP_BACK),
        migrations.RunSQL(AXES, AXES_BACK),
        migrations.RunSQL(*row_level_security()),
        migrations.RunSQL(GRANTS, GRANTS_BACK),
        migrations.RunSQL(VERBS, VERBS_BACK),
        migrations.RunSQL(LOG, LOG_BACK),
    ]
