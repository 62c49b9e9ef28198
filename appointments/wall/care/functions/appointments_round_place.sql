-- Which of a round's places somebody's building or cell answers to, "QD*" or "A-2*"; empty when none does.
CREATE OR REPLACE FUNCTION appointments_round_place(places text, building text, cell text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT COALESCE((
        SELECT btrim(part.place)
        FROM unnest(string_to_array(places, ',')) WITH ORDINALITY AS part (place, rank)
        CROSS JOIN LATERAL (
            SELECT replace(regexp_replace(appointments_round_folded(part.place), '([\\%_])', '\\\1', 'g'), '*', '%') AS pattern
        ) AS made
        WHERE btrim(part.place) <> ''
            AND (appointments_round_folded(COALESCE(building, '')) LIKE made.pattern
                 OR appointments_round_folded(COALESCE(cell, '')) LIKE made.pattern)
        ORDER BY part.rank LIMIT 1), '')
$$;
