-- Forgets the oldest lines of one chain of the log, those before `before` and no more than `at_most`, and keeps where the
-- chain begins since then: the last forgotten line's number and digest, from which the next line's digest was made. The
-- newest line of a chain stays. Granted to nobody: the owner's nightly purge calls it. Returns how many lines went.
-- Whoever opens a page at that house waits for the lock of its chain: what goes is looked for before it is taken, from
-- the front on and no further than it goes. Lines are only added at the end meanwhile; another purge is given way to.
CREATE OR REPLACE FUNCTION access_forget_log(place bigint, of_door text, before timestamptz, at_most integer) RETURNS integer
    LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    -- Lines of no establishment bear none.
    house bigint := nullif(place, 0);
    chain access_auditchain;
    last_old record;
    gone integer;
BEGIN
    SELECT * INTO chain FROM access_auditchain c WHERE c.establishment_id = place AND c.door = of_door;
    -- Nothing is taken out of the middle: the first line that is kept ends what is forgotten, whatever its followers say.
    SELECT oldest.id, oldest.hash INTO last_old FROM (
        SELECT front.id, front.hash, bool_or(front.at >= before) OVER (ORDER BY front.id) AS is_kept FROM (
            SELECT e.id, e.hash, e.at FROM access_auditentry e
            WHERE (e.establishment_id = house OR house IS NULL AND e.establishment_id IS NULL)
                AND e.door = of_door AND e.id < chain.last_id
            ORDER BY e.id LIMIT at_most) AS front) AS oldest
    WHERE NOT oldest.is_kept ORDER BY oldest.id DESC LIMIT 1;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    UPDATE access_auditchain c SET forgotten_id = last_old.id, forgotten_hash = last_old.hash
        WHERE c.establishment_id = place AND c.door = of_door AND c.forgotten_id IS NOT DISTINCT FROM chain.forgotten_id;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    DELETE FROM access_auditentry e
        WHERE (e.establishment_id = house OR house IS NULL AND e.establishment_id IS NULL)
            AND e.door = of_door AND e.id <= last_old.id;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
