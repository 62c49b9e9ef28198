-- Whether `actor` is an active account administrator of `establishment` on the day that it is there. A prison's database
-- knows no administrators, whose accounts stand in the hospital's: there the accounts door answers for who acts.
CREATE OR REPLACE FUNCTION access_administers(actor bigint, establishment bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT access_keeps_administrators() THEN
        RETURN actor IS NOT NULL AND access_door() = 'accounts';
    END IF;
    RETURN EXISTS (
        SELECT FROM access_membership m JOIN access_user u ON u.id = m.user_id
        JOIN access_establishment e ON e.id = m.establishment_id
        WHERE m.user_id = actor AND m.establishment_id = establishment AND m.role = 'account_admin'
            AND u.is_active AND u.side = 'accounts'
            AND m.valid_from <= (now() AT TIME ZONE e.time_zone)::date AND access_is_unended(m)
    );
END $$;
