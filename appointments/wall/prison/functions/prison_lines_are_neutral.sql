-- What may stand in an edition: for each line these eight words and no other, each a plain text (or the building's key),
-- the mark one of three. Whoever writes, nothing else of the unit passes.
CREATE OR REPLACE FUNCTION prison_lines_are_neutral(lines jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog AS $$
    SELECT CASE WHEN jsonb_typeof(lines) <> 'array' THEN false ELSE NOT EXISTS (
        SELECT FROM jsonb_array_elements(lines) AS line
        WHERE CASE WHEN jsonb_typeof(line) <> 'object' THEN true ELSE
            line - ARRAY['id', 'building', 'cell', 'last_name', 'first_name', 'register_number', 'expected_at', 'mark'] <> '{}'::jsonb
            OR jsonb_typeof(line -> 'building') IS DISTINCT FROM 'number'
            OR EXISTS (SELECT FROM unnest(ARRAY['id', 'cell', 'last_name', 'first_name', 'register_number', 'expected_at', 'mark']) AS word
                       WHERE jsonb_typeof(line -> word) IS DISTINCT FROM 'string')
            OR (line ->> 'building') !~ '^\d{1,18}$'
            OR (line ->> 'mark') NOT IN ('', 'added', 'withdrawn')
            OR (line ->> 'id') !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
            OR (line ->> 'expected_at') !~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:00\+00:00$'
            OR length(line ->> 'cell') > 30 OR length(line ->> 'last_name') > 100
            OR length(line ->> 'first_name') > 100 OR length(line ->> 'register_number') > 20
        END) END
$$;
