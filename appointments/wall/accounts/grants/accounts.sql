-- What the accounts door's login may do with accounts of all sides.

-- Names of models and rights, the same for all; places.
GRANT SELECT ON django_content_type, auth_permission, access_establishment, access_building TO carehub_accounts;

-- Opens and changes accounts, never to another side; gives roles and rights.
GRANT SELECT, INSERT,
    UPDATE (username, full_name, email, is_active, password, last_login, must_change_password, second_factor_since)
    ON access_user TO carehub_accounts;
GRANT SELECT, INSERT, UPDATE, DELETE ON access_membership, guardian_userobjectpermission TO carehub_accounts;

-- Its own sessions, second factors and counted failures (each side's rows only: policies/).
GRANT SELECT, INSERT, UPDATE, DELETE ON
    access_session,
    otp_totp_totpdevice, otp_hotp_hotpdevice, otp_static_staticdevice, otp_static_statictoken,
    django_otp_webauthn_webauthncredential,
    axes_accessattempt, axes_accessattemptexpiration, axes_accessfailurelog, axes_accesslog
    TO carehub_accounts;
-- Only as far as Django needs it to remove a key: what a maker says about one is never stored.
GRANT SELECT, DELETE ON django_otp_webauthn_webauthnattestation TO carehub_accounts;

-- The log is read here, and written by its function.
GRANT SELECT ON access_auditentry TO carehub_accounts;
GRANT EXECUTE ON FUNCTION access_write_lines(bigint[], text[], text[], text[], bigint[]) TO carehub_accounts;

-- What it may do to accounts of another side, without reading their secrets.
GRANT EXECUTE ON FUNCTION
    access_side(), access_reset_second_factor(bigint), access_end_sessions(bigint), access_factor_kinds(bigint[]),
    access_give_token(bigint, text, text, integer, integer, bigint, text)
    TO carehub_accounts;
