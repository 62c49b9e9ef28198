-- Whether `actor` is today an active administrator of `establishment` for that side; `side` may be both. A prison's
-- database, which knows no administrators, believes the accounts door of its own side, at the places that it names.
CREATE OR REPLACE FUNCTION access_administers_side(actor bigint, establishment bigint, side text) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT access_keeps_administrators() THEN
        RETURN actor IS NOT NULL AND access_door() = 'accounts' AND side = 'prison'
            AND establishment IN (SELECT access_places_administered('prison'));
    END IF;
    RETURN EXISTS (
        SELECT FROM access_membership m JOIN access_user u ON u.id = m.user_id
        JOIN access_establishment e ON e.id = m.establishment_id
        WHERE m.user_id = actor AND m.establishment_id = establishment AND m.role = 'account_admin'
            AND m.administers IN (access_administers_side.side, 'both')
            AND u.is_active AND u.side = 'accounts'
            AND m.valid_from <= (now() AT TIME ZONE e.time_zone)::date AND access_is_unended(m)
    );
END $$;
