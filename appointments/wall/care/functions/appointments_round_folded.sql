-- Text as access.folding folds it: without accents, capitals, ligatures, hyphens or apostrophes.
CREATE OR REPLACE FUNCTION appointments_round_folded(said text) RETURNS text LANGUAGE sql IMMUTABLE
    SET search_path = public, pg_temp AS $$
    SELECT btrim(regexp_replace(
        translate(
            regexp_replace(
                normalize(lower(replace(replace(replace(replace(said, 'œ', 'oe'), 'Œ', 'OE'), 'æ', 'ae'), 'Æ', 'AE')), NFKD),
                '[\u0300-\u036f]', '', 'g'),
            '-''’.‐‑', '      '),
        '\s+', ' ', 'g'))
$$;
