-- Whether a row passes from one record to another by a join that tells of it, in the very transaction of the join or of its
-- being taken back.
CREATE OR REPLACE FUNCTION appointments_goes_with_join(from_table text, row_key text, from_person uuid, to_person uuid)
    RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM appointments_personjoin j
        WHERE j.moved -> from_table ? row_key
          AND ((j.joined_id = from_person AND j.survivor_id = to_person AND j.joined_at = now() AND j.undone_at IS NULL)
               OR (j.survivor_id = from_person AND j.joined_id = to_person AND j.undone_at = now())))
$$;
