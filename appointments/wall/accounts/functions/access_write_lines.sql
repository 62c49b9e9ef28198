-- The one way in which a login writes the access log: lines of its own door, in their order. Name, door, number, time
-- and hashes are not the caller's to say. Chains are locked in one order, so that two transactions never cross.
CREATE OR REPLACE FUNCTION access_write_lines(
    user_ids bigint[], verbs text[], target_types text[], target_ids text[], establishment_ids bigint[]
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    door text := access_door();
    place bigint;
    line record;
BEGIN
    IF door IS NULL THEN
        RAISE EXCEPTION 'This login has no door, and writes no line of the access log.'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'log_door_known';
    END IF;
    FOR place IN SELECT DISTINCT unnest(establishment_ids) ORDER BY 1 LOOP
        PERFORM access_audit_chain_of(place, door);
    END LOOP;
    FOR line IN SELECT * FROM unnest(user_ids, verbs, target_types, target_ids, establishment_ids) WITH ORDINALITY
            AS given (user_id, verb, target_type, target_id, establishment_id, nth) ORDER BY nth LOOP
        PERFORM access_log_line(
            door, line.user_id, line.verb, line.target_type, line.target_id, line.establishment_id);
    END LOOP;
END $$;
