"""Tokens and security keys: who reaches their tables, who may hand a token out, and no account left without a factor.

Idempotent and reversible, as 0002. The accounts door gives tokens to people of the other doors and learns which kinds
of factor they have through two functions; it reads no secret of theirs (docs/adr/0021).
"""

from __future__ import annotations

from django.db import migrations, models

DOORS = "carehub_care, carehub_prison, carehub_accounts"
OWN_USER = "user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side())"
OWN_KEY = "credential_id IN (SELECT k.id FROM django_otp_webauthn_webauthncredential k)"
POLICIES = (
    ("otp_hotp_hotpdevice", OWN_USER),
    ("django_otp_webauthn_webauthncredential", OWN_USER),
    ("django_otp_webauthn_webauthnattestation", OWN_KEY),
)


def row_level_security() -> tuple[str, str]:
    """Return the SQL that splits the new tables by side, and the SQL that undoes it."""
    there, back = [], []
    for table, own in POLICIES:
        there.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        for policy, logins in (("own_side", "carehub_care, carehub_prison"), ("accounts", "carehub_accounts")):
            there.append(f"DROP POLICY IF EXISTS {policy} ON {table};")
            there.append(f"CREATE POLICY {policy} ON {table} TO {logins} USING ({own}) WITH CHECK ({own});")
            back.append(f"DROP POLICY IF EXISTS {policy} ON {table};")
        back.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(there), "\n".join(back)


# The package's table of user handles has no policy and no grant: closed, whoever would open it one day.
CLOSED = "ALTER TABLE django_otp_webauthn_webauthnuserhandle ENABLE ROW LEVEL SECURITY;"
CLOSED_BACK = "ALTER TABLE django_otp_webauthn_webauthnuserhandle DISABLE ROW LEVEL SECURITY;"

# What a maker says about his key (the attestation) is never stored; it is granted only as far as Django needs to
# remove a key. The package's table of user handles stays closed: ours are derived, not stored.
GRANTS = f"""
GRANT SELECT, INSERT, UPDATE, DELETE ON otp_hotp_hotpdevice, django_otp_webauthn_webauthncredential TO {DOORS};
GRANT SELECT, DELETE ON django_otp_webauthn_webauthnattestation TO {DOORS};
"""
GRANTS_BACK = f"""
REVOKE ALL ON otp_hotp_hotpdevice, django_otp_webauthn_webauthncredential, django_otp_webauthn_webauthnattestation
    FROM {DOORS};
"""

VERBS = """
CREATE OR REPLACE FUNCTION access_reset_second_factor(account bigint) RETURNS void LANGUAGE sql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE access_user SET second_factor_since = NULL WHERE id = account;
    DELETE FROM otp_static_statictoken WHERE device_id IN (SELECT id FROM otp_static_staticdevice WHERE user_id = account);
    DELETE FROM otp_static_staticdevice WHERE user_id = account;
    DELETE FROM otp_totp_totpdevice WHERE user_id = account;
    DELETE FROM otp_hotp_hotpdevice WHERE user_id = account;
    DELETE FROM django_otp_webauthn_webauthnattestation WHERE credential_id IN
        (SELECT id FROM django_otp_webauthn_webauthncredential WHERE user_id = account);
    DELETE FROM django_otp_webauthn_webauthncredential WHERE user_id = account;
$$;

-- A token that an account administrator hands out. `moved_by` is the next counter, or the steps that its clock is off.
-- The sheet of backup codes is begun unconfirmed: the first sign-in with the token writes the codes and shows them.
CREATE OR REPLACE FUNCTION access_give_token(
    account bigint, kind text, secret text, digits integer, step integer, moved_by bigint, label text
) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO otp_totp_totpdevice (user_id, name, confirmed, key, digits, step, t0, tolerance, drift, last_t,
        throttling_failure_count, created_at)
    SELECT u.id, label, true, secret, access_give_token.digits, access_give_token.step, 0, 1, moved_by, -1, 0, now()
    FROM access_user u WHERE u.id = account AND kind = 'totp';
    INSERT INTO otp_hotp_hotpdevice (user_id, name, confirmed, key, digits, tolerance, counter,
        throttling_failure_count, created_at)
    SELECT u.id, label, true, secret, access_give_token.digits, 10, moved_by, 0, now()
    FROM access_user u WHERE u.id = account AND kind = 'hotp';
    INSERT INTO otp_static_staticdevice (user_id, name, confirmed, throttling_failure_count, created_at)
    SELECT u.id, 'backup codes', false, 0, now()
    FROM access_user u WHERE u.id = account AND kind IN ('totp', 'hotp')
        AND NOT EXISTS (SELECT FROM otp_static_staticdevice s WHERE s.user_id = u.id);
    UPDATE access_user SET second_factor_since = now() WHERE id = account AND kind IN ('totp', 'hotp')
        AND second_factor_since IS NULL;
    SELECT count(*) FROM access_user WHERE id = account AND kind IN ('totp', 'hotp');
$$;

-- Which kinds of factor accounts have, and how many of each: no secret, no name, no time of use.
CREATE OR REPLACE FUNCTION access_factor_kinds(accounts bigint[])
    RETURNS TABLE (user_id bigint, kind text, how_many bigint) LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.user_id, 'totp', count(*) FROM otp_totp_totpdevice d
        WHERE d.confirmed AND d.user_id = ANY (accounts) GROUP BY 1
    UNION ALL SELECT d.user_id, 'hotp', count(*) FROM otp_hotp_hotpdevice d
        WHERE d.confirmed AND d.user_id = ANY (accounts) GROUP BY 1
    UNION ALL SELECT d.user_id, 'key', count(*) FROM django_otp_webauthn_webauthncredential d
        WHERE d.confirmed AND d.user_id = ANY (accounts) GROUP BY 1
    UNION ALL SELECT d.user_id, 'codes', count(t.id) FROM otp_static_staticdevice d
        JOIN otp_static_statictoken t ON t.device_id = d.id
        WHERE d.confirmed AND d.user_id = ANY (accounts) GROUP BY 1
$$;
REVOKE ALL ON FUNCTION access_give_token(bigint, text, text, integer, integer, bigint, text),
    access_factor_kinds(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_give_token(bigint, text, text, integer, integer, bigint, text),
    access_factor_kinds(bigint[]) TO carehub_accounts;
"""
VERBS_BACK = """
DROP FUNCTION IF EXISTS access_give_token(bigint, text, text, integer, integer, bigint, text);
DROP FUNCTION IF EXISTS access_factor_kinds(bigint[]);
CREATE OR REPLACE FUNCTION access_reset_second_factor(account bigint) RETURNS void LANGUAGE sql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM otp_static_statictoken WHERE device_id IN (SELECT id FROM otp_static_staticdevice WHERE user_id = account);
    DELETE FROM otp_static_staticdevice WHERE user_id = account;
    DELETE FROM otp_totp_totpdevice WHERE user_id = account;
    UPDATE access_user SET second_factor_since = NULL WHERE id = account;
$$;
"""

# A token's secret is at least 128 bits (RFC 4226, section 4, R6), and hexadecimal, whoever writes it.
RULES = """
ALTER TABLE otp_hotp_hotpdevice DROP CONSTRAINT IF EXISTS hotp_token_is_usable;
ALTER TABLE otp_hotp_hotpdevice ADD CONSTRAINT hotp_token_is_usable
    CHECK (key ~ '^([0-9a-f]{2}){16,40}$' AND digits IN (6, 8) AND counter >= 0 AND tolerance BETWEEN 0 AND 100);

-- Nobody who has enrolled is left with a password alone; the administrator's reset clears second_factor_since first.
CREATE OR REPLACE FUNCTION access_keep_a_factor() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.confirmed AND NEW.user_id = OLD.user_id THEN
        RETURN NULL;
    END IF;
    -- One at a time: of two factors removed in the same instant, the second remover sees that the first is gone.
    PERFORM FROM access_user u WHERE u.id = OLD.user_id FOR UPDATE;
    IF EXISTS (SELECT FROM access_user u WHERE u.id = OLD.user_id AND u.second_factor_since IS NOT NULL)
        AND NOT EXISTS (SELECT FROM otp_totp_totpdevice d WHERE d.user_id = OLD.user_id AND d.confirmed)
        AND NOT EXISTS (SELECT FROM otp_hotp_hotpdevice d WHERE d.user_id = OLD.user_id AND d.confirmed)
        AND NOT EXISTS (SELECT FROM django_otp_webauthn_webauthncredential d WHERE d.user_id = OLD.user_id AND d.confirmed)
    THEN
        RAISE EXCEPTION 'The last second factor of an account stays.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_keeps_a_factor';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION access_keep_a_factor() FROM PUBLIC;
"""
KEPT = (
    ("totp_not_the_last", "otp_totp_totpdevice"),
    ("hotp_not_the_last", "otp_hotp_hotpdevice"),
    ("key_not_the_last", "django_otp_webauthn_webauthncredential"),
)
RULES += "".join(
    f"""
DROP TRIGGER IF EXISTS {name} ON {table};
CREATE CONSTRAINT TRIGGER {name} AFTER DELETE OR UPDATE OF confirmed, user_id ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION access_keep_a_factor();
"""
    for name, table in KEPT
)
RULES_BACK = "".join(f"DROP TRIGGER IF EXISTS {name} ON {table};" for name, table in KEPT)
RULES_BACK += """
DROP FUNCTION IF EXISTS access_keep_a_factor();
ALTER TABLE otp_hotp_hotpdevice DROP CONSTRAINT IF EXISTS hotp_token_is_usable;
"""


class Migration(migrations.Migration):
    """Runs after the tables of the two packages exist."""

    dependencies = [
        ("access", "0002_wall"),
        ("otp_hotp", "0003_add_timestamps"),
        ("django_otp_webauthn", "0004_webauthnuserhandle"),
    ]

    operations = [
        migrations.AlterField(
            model_name="auditentry",
            name="verb",
            field=models.CharField(
                choices=[
                    ("sign_in", "signed in"),
                    ("sign_out", "signed out"),
                    ("enrol_factor", "enrolled a second factor"),
                    ("rename_factor", "renamed a second factor"),
                    ("remove_factor", "removed a second factor"),
                    ("give_token", "gave a token"),
                    ("change_password", "changed the password"),
                    ("open_account", "opened an account"),
                    ("change_account", "changed an account"),
                    ("grant", "gave a role or a scope"),
                    ("revoke", "took back a role or a scope"),
                    ("reset_factor", "reset a second factor"),
                    ("reset_password", "set a new first password"),
                    ("deactivate", "deactivated an account"),
                    ("reactivate", "reactivated an account"),
                    ("read", "read"),
                    ("search", "searched"),
                    ("export", "exported"),
                    ("print", "printed"),
                    ("import", "imported"),
                    ("book", "booked"),
                    ("move", "moved"),
                    ("cancel", "cancelled"),
                    ("record_outcome", "recorded the outcome"),
                    ("change_planning", "changed the planning"),
                    ("open_calendar", "opened a calendar address"),
                    ("revoke_calendar", "revoked a calendar address"),
                ],
                max_length=20,
                verbose_name="verb",
            ),
        ),
        migrations.RunSQL(*row_level_security()),
        migrations.RunSQL(CLOSED, CLOSED_BACK),
        migrations.RunSQL(GRANTS, GRANTS_BACK),
        migrations.RunSQL(VERBS, VERBS_BACK),
        migrations.RunSQL(RULES, RULES_BACK),
    ]
