-- Forgets the oldest lines of one chain of the log, those before `before` and no more than `at_most`, and keeps where the
-- chain begins since then: the last forgotten line's number and digest, from which the next line's digest was made. The
-- newest line of a chain stays. Granted to nobody: the owner's nightly purge calls it. Returns how many lines went.
CREATE OR REPLACE FUNCTION access_forget_log(place bigint, of_door text, before timestamptz, at_most integer) RETURNS integer
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    chain access_auditchain;
    last_old access_auditentry;
    gone integer;
BEGIN
    SELECT * INTO chain FROM access_auditchain c WHERE c.establishment_id = place AND c.door = of_door FOR UPDATE;
    -- Nothing is taken out of the middle: the first line that is kept ends what is forgotten, whatever its followers say.
    SELECT * INTO last_old FROM (
        SELECT e.* FROM access_auditentry e
        WHERE coalesce(e.establishment_id, 0) = place AND e.door = of_door AND e.id < chain.last_id
            AND e.id < coalesce((SELECT min(k.id) FROM access_auditentry k
                                 WHERE coalesce(k.establishment_id, 0) = place AND k.door = of_door AND k.at >= before),
                                chain.last_id)
        ORDER BY e.id LIMIT at_most) AS oldest
    ORDER BY oldest.id DESC LIMIT 1;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    UPDATE access_auditchain c SET forgotten_id = last_old.id, forgotten_hash = last_old.hash
        WHERE c.establishment_id = place AND c.door = of_door;
    DELETE FROM access_auditentry e
        WHERE coalesce(e.establishment_id, 0) = place AND e.door = of_door AND e.id <= last_old.id;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
