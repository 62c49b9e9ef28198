-- What a printed sheet keeps of each line: these six words, and perhaps the impediment of the prison's closed list that
-- stood there when it was printed; no other, each a plain text, its hour one that the calendar has. The prison's login writes these rows itself; one that could not be read back would close the officers' print page.
CREATE OR REPLACE FUNCTION prison_sheet_is_whole(lines jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog AS $$
    SELECT CASE WHEN jsonb_typeof(lines) <> 'array' THEN false ELSE NOT EXISTS (
        SELECT FROM jsonb_array_elements(lines) AS line
        WHERE CASE WHEN jsonb_typeof(line) <> 'object' THEN true
            WHEN line - ARRAY['key', 'at', 'cell', 'name', 'number', 'mark', 'impediment'] <> '{}'::jsonb
                OR EXISTS (SELECT FROM unnest(ARRAY['key', 'at', 'cell', 'name', 'number', 'mark']) AS word
                           WHERE jsonb_typeof(line -> word) IS DISTINCT FROM 'string')
                OR (line ->> 'mark') NOT IN ('', 'added', 'withdrawn')
                OR (line ? 'impediment' AND (jsonb_typeof(line -> 'impediment') <> 'string'
                    OR (line ->> 'impediment') NOT IN (
                        '', 'PARLOIR', 'PROMENADE', 'ACTIVITE', 'TRAVAIL', 'AUTRE_CONV', 'EXTRACTION', 'TRANSFERT', 'QDQI',
                        'EFFECTIF', 'BLOCAGE', 'MVT_SOCIAL', 'LISTE_NR', 'CELLULE', 'REF_DECL', 'SANS_MOTIF')))
                OR (line ->> 'key') !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                OR (line ->> 'at') !~ '^2\d{3}-[01]\d-[0-3]\dT([01]\d|2[0-3]):[0-5]\d:00\+00:00$'
                OR length(line ->> 'cell') > 30 OR length(line ->> 'name') > 400 OR length(line ->> 'number') > 20
                THEN true
            -- A day or an hour that does not exist is refused by what makes it.
            ELSE make_timestamp(left(line ->> 'at', 4)::integer, substr(line ->> 'at', 6, 2)::integer,
                                substr(line ->> 'at', 9, 2)::integer, substr(line ->> 'at', 12, 2)::integer,
                                substr(line ->> 'at', 15, 2)::integer, 0) IS NULL
        END) END
$$;
