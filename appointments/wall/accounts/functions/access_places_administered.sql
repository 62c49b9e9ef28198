-- The establishments at which the administrator for whom the accounts door asks manages accounts of `side` today. A
-- prison's database knows no administrators: there the door says which places are theirs, and of no side but the prison's.
CREATE OR REPLACE FUNCTION access_places_administered(side text) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF access_keeps_administrators() THEN
        RETURN QUERY SELECT m.establishment_id FROM access_membership m
            WHERE m.user_id = access_actor() AND access_administers_side(m.user_id, m.establishment_id, access_places_administered.side);
    ELSIF access_places_administered.side = 'prison' THEN
        RETURN QUERY SELECT unnest(
            string_to_array(nullif(current_setting('carehub.places', true), ''), ',')::bigint[]);
    END IF;
END $$;
