-- Who comes onto a round by their cell comes and goes with it, whoever writes the cell and however: the nominal list, a
-- carer, the owner. Whoever leaves the prison leaves every round.
CREATE OR REPLACE FUNCTION appointments_settle_rounds(place_of bigint, only_kind bigint, only_person uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    today date := (SELECT (now() AT TIME ZONE e.time_zone)::date FROM access_establishment e WHERE e.id = place_of);
BEGIN
    IF NOT EXISTS (SELECT FROM appointments_roundkind k WHERE k.establishment_id = place_of) THEN
        RETURN;
    END IF;
    UPDATE appointments_roundstay s SET ends_on = GREATEST(today, s.since)
    FROM appointments_roundkind k, appointments_detainee d LEFT JOIN access_building b ON b.id = d.building_id
    WHERE s.establishment_id = place_of AND k.id = s.kind_id AND d.id = s.detainee_id
        AND (s.ends_on IS NULL OR s.ends_on > today)
        AND (only_kind IS NULL OR s.kind_id = only_kind) AND (only_person IS NULL OR s.detainee_id = only_person)
        AND (NOT k.is_active OR d.released_on IS NOT NULL
             OR s.place <> '' AND s.place <> appointments_round_place(k.places, b.name, d.cell));
    INSERT INTO appointments_roundstay (id, establishment_id, kind_id, detainee_id, place, since)
    SELECT gen_random_uuid(), place_of, k.id, d.id, found.place, today
    FROM appointments_roundkind k
    JOIN appointments_detainee d ON d.establishment_id = k.establishment_id
    LEFT JOIN access_building b ON b.id = d.building_id
    CROSS JOIN LATERAL appointments_round_place(k.places, b.name, d.cell) AS found (place)
    WHERE k.establishment_id = place_of AND k.is_active AND k.places <> '' AND d.released_on IS NULL AND found.place <> ''
        AND (only_kind IS NULL OR k.id = only_kind) AND (only_person IS NULL OR d.id = only_person)
        AND NOT EXISTS (
            SELECT FROM appointments_roundstay s
            WHERE s.kind_id = k.id AND s.detainee_id = d.id AND (s.ends_on IS NULL OR s.ends_on > today));
END $$;
