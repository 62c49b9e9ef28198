-- What the prison door's login may do with accounts. What it reads, it reads column by column: see the end.

-- Names of models and rights, the same for all; places.
GRANT SELECT ON django_content_type, auth_permission, access_establishment, access_building TO carehub_prison;

-- Who signs in, and what they change of their own account.
GRANT SELECT, UPDATE (password, last_login, must_change_password, second_factor_since) ON access_user TO carehub_prison;
GRANT SELECT ON access_membership, guardian_userobjectpermission TO carehub_prison;

-- Its own sessions, second factors and counted failures (each side's rows only: policies/).
GRANT SELECT, INSERT, UPDATE, DELETE ON
    access_session,
    otp_totp_totpdevice, otp_hotp_hotpdevice, otp_static_staticdevice, otp_static_statictoken,
    django_otp_webauthn_webauthncredential,
    axes_accessattempt, axes_accessattemptexpiration, axes_accessfailurelog, axes_accesslog
    TO carehub_prison;
-- Only as far as Django needs it to remove a key: what a maker says about one is never stored.
GRANT SELECT, DELETE ON django_otp_webauthn_webauthnattestation TO carehub_prison;

GRANT SELECT, INSERT, UPDATE (last_used_at, revoked_at) ON access_calendaraddress TO carehub_prison;

-- The log is written by its function, and read at the accounts door.
GRANT EXECUTE ON FUNCTION
    access_side(), access_write_lines(bigint[], text[], text[], text[], bigint[])
    TO carehub_prison;

-- A right to read a whole table opens its system columns too. On one instance the number of a transaction (xmin of a row
-- just written) counts all that the hospital's database did since the last one; so no table is open as a whole.
DO $$
DECLARE it record;
BEGIN
    FOR it IN SELECT c.oid::regclass AS place, string_agg(quote_ident(t.attname), ', ' ORDER BY t.attnum) AS columns
              FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped
              WHERE c.relnamespace = 'public'::regnamespace
                AND EXISTS (SELECT FROM aclexplode(c.relacl) a
                            WHERE a.grantee = 'carehub_prison'::regrole AND a.privilege_type = 'SELECT')
              GROUP BY c.oid LOOP
        EXECUTE format('REVOKE SELECT ON %s FROM carehub_prison', it.place);
        EXECUTE format('GRANT SELECT (%s) ON %s TO carehub_prison', it.columns, it.place);
    END LOOP;
END $$;
