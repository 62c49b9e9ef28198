-- What the accounts door's login may do with accounts of all sides.

-- Names of models and rights, the same for all; places.
GRANT SELECT ON django_content_type, auth_permission, access_establishment, access_building TO carehub_accounts;

-- The accounts of all sides, but for their passwords; of its own, what one changes oneself (row-level security).
GRANT SELECT (id, username, full_name, email, side, is_active, last_login, must_change_password, second_factor_since,
    untold_since, last_establishment_id, date_joined, sheet_until, suspended_at, counted_since),
    UPDATE (password, last_login, must_change_password, second_factor_since, untold_since, last_establishment_id)
    ON access_user TO carehub_accounts;
GRANT SELECT ON access_membership, guardian_userobjectpermission TO carehub_accounts;

-- Its own sessions, second factors and counted failures (each side's rows only: policies/).
GRANT SELECT, INSERT, UPDATE, DELETE ON
    access_session,
    otp_totp_totpdevice, otp_hotp_hotpdevice, otp_static_staticdevice, otp_static_statictoken,
    django_otp_webauthn_webauthncredential,
    access_failedattempts
    TO carehub_accounts;
-- What an account's owner is told: added to, and never taken away.
GRANT SELECT, INSERT ON access_accountevent TO carehub_accounts;
-- Only as far as Django needs it to remove a key: what a maker says about one is never stored.
GRANT SELECT, DELETE ON django_otp_webauthn_webauthnattestation TO carehub_accounts;

-- Reviews are read here, and written by their functions.
GRANT SELECT ON access_accessreview, access_reviewline TO carehub_accounts;

-- The log is read here, and written by its function.
GRANT SELECT ON access_auditentry TO carehub_accounts;
GRANT EXECUTE ON FUNCTION access_write_lines(bigint[], text[], text[], text[], bigint[]) TO carehub_accounts;

-- What an administrator does to accounts: each of these writes its own line of the log, in the administrator's name, and
-- reads no secret.
GRANT EXECUTE ON FUNCTION
    access_open_account(bigint, bigint, text, text, text, text, text),
    access_change_account(bigint, bigint, bigint, text, text),
    access_set_active(bigint, bigint, bigint, boolean),
    access_set_first_password(bigint, bigint, bigint, text),
    access_reset_second_factor(bigint, bigint, bigint),
    access_unlock(bigint, bigint, bigint),
    access_give_token(bigint, bigint, bigint, text, text, integer, integer, bigint, text),
    access_write_access(bigint, bigint, bigint, text, date, date, bigint[], text[], boolean[], text),
    access_ask_word(bigint, bigint, bigint, text),
    access_import_accounts(bigint, bigint, text, bigint[], text[], jsonb),
    access_make_sheets(bigint, bigint, bigint[], text[], timestamptz),
    access_open_review(bigint, bigint, text),
    access_decide_line(bigint, bigint, bigint, text)
    TO carehub_accounts;
-- What policies ask, in whose name the door asks.
GRANT EXECUTE ON FUNCTION
    access_side(), access_actor(), access_house(), access_keeps_administrators(), access_places_administered(text),
    access_accounts_in_sight()
    TO carehub_accounts;
GRANT EXECUTE ON FUNCTION access_factor_kinds(bigint[]), access_administrator_password(bigint), access_is_guarded(bigint)
    TO carehub_accounts;
