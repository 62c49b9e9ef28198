-- The accounts that the administrator for whom the accounts door asks may know of: their own; those of the sides that they
-- manage at a place of theirs; and administrators none of whose sides there is another than theirs.
CREATE OR REPLACE FUNCTION access_accounts_in_sight() RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_care bigint[] := ARRAY(SELECT access_places_administered('care'));
    of_prison bigint[] := ARRAY(SELECT access_places_administered('prison'));
BEGIN
    RETURN QUERY SELECT m.user_id FROM access_membership m
        WHERE CASE m.side
            WHEN 'care' THEN m.establishment_id = ANY (of_care)
            WHEN 'prison' THEN m.establishment_id = ANY (of_prison)
            ELSE (m.administers = 'prison' OR m.establishment_id = ANY (of_care))
                AND (m.administers = 'care' OR m.establishment_id = ANY (of_prison))
        END;
    IF access_keeps_administrators() AND access_actor() IS NOT NULL THEN
        RETURN NEXT access_actor();
    END IF;
END $$;
