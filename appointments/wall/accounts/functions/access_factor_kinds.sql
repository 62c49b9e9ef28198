-- Which kinds of factor accounts have, and how many of each: no secret, no name, no time of use; at the accounts door only
-- of accounts of the sides that its administrator manages.
CREATE OR REPLACE FUNCTION access_factor_kinds(accounts bigint[])
    RETURNS TABLE (user_id bigint, kind text, how_many bigint) LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT f.user_id, f.kind, f.how_many FROM (
    SELECT d.user_id, 'totp', count(*) FROM otp_totp_totpdevice d
        WHERE d.confirmed AND d.user_id = ANY (accounts) GROUP BY 1
    UNION ALL SELECT d.user_id, 'hotp', count(*) FROM otp_hotp_hotpdevice d
        WHERE d.confirmed AND d.user_id = ANY (accounts) GROUP BY 1
    UNION ALL SELECT d.user_id, 'key', count(*) FROM django_otp_webauthn_webauthncredential d
        WHERE d.confirmed AND d.user_id = ANY (accounts) GROUP BY 1
    UNION ALL SELECT d.user_id, 'codes', count(t.id) FROM otp_static_staticdevice d
        JOIN otp_static_statictoken t ON t.device_id = d.id
        WHERE d.confirmed AND d.user_id = ANY (accounts) GROUP BY 1
    ) AS f (user_id, kind, how_many)
    WHERE access_door() = 'owner' OR f.user_id IN (SELECT access_accounts_in_sight())
$$;
