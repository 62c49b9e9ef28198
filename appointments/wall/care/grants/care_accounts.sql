-- What the care door's login may do with accounts.

-- Names of models and rights, the same for all; places.
GRANT SELECT ON django_content_type, auth_permission, access_establishment, access_building TO carehub_care;
-- The nominal list brings new buildings.
GRANT INSERT ON access_building TO carehub_care;

-- Who signs in, and what they change of their own account.
GRANT SELECT,
    UPDATE (password, last_login, must_change_password, second_factor_since, untold_since, last_establishment_id,
        counted_since)
    ON access_user TO carehub_care;
GRANT SELECT ON access_membership, guardian_userobjectpermission TO carehub_care;

-- Its own sessions, second factors and counted failures (each side's rows only: policies/).
GRANT SELECT, INSERT, UPDATE, DELETE ON
    access_session,
    otp_totp_totpdevice, otp_hotp_hotpdevice, otp_static_staticdevice, otp_static_statictoken,
    django_otp_webauthn_webauthncredential,
    access_failedattempts
    TO carehub_care;
-- Which identity at the provider is theirs: linked, used and unlinked by its owner, at this door alone.
GRANT SELECT, INSERT, UPDATE (last_used_at), DELETE ON access_providerlink TO carehub_care;
-- What an account's owner is told: added to, and never taken away.
GRANT SELECT, INSERT ON access_accountevent TO carehub_care;
-- Only as far as Django needs it to remove a key: what a maker says about one is never stored.
GRANT SELECT, DELETE ON django_otp_webauthn_webauthnattestation TO carehub_care;

GRANT SELECT, INSERT, UPDATE (last_used_at, revoked_at, expires_at) ON access_calendaraddress TO carehub_care;

-- Interface tokens of its own accounts, and what was done with their sendings (access.interface_sendings). An account that a
-- program uses is counted anew.
GRANT SELECT, INSERT, UPDATE (last_used_at, ended_at) ON access_interfacetoken TO carehub_care;
GRANT SELECT, INSERT, UPDATE (at, content, made) ON access_interfacesending TO carehub_care;

-- The log is written by its function, and read at the accounts door.
GRANT EXECUTE ON FUNCTION
    access_side(), access_write_lines(bigint[], text[], text[], text[], bigint[])
    TO carehub_care;

-- The second person's word: what waits for it, who gives it beside the head, and the function that gives it.
GRANT SELECT ON access_secondword TO carehub_care;
GRANT SELECT, INSERT, UPDATE (ended_at) ON access_custodian TO carehub_care;
GRANT EXECUTE ON FUNCTION access_answer_word(bigint, bigint, boolean), access_gives_word_here(bigint, bigint),
    access_hands_of(bigint, bigint) TO carehub_care;
