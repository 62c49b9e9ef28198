-- A line of the log is numbered, dated, chained and counted by the database, whoever writes it. The row of its chain
-- stays locked until the commit: the lines of one chain are written one after the other, those of others meanwhile.
-- No more than 6,000 lines a minute and chain: five for each of 1,200 people, a large prison in one import; fifty
-- colleagues who each open a page every 15 seconds write 200. A login that floods the log fills its own counts only,
-- and a disk slowly enough to be seen.
-- Refused lines undo their transaction: what cannot be recorded is not done. The owner's commands are not counted.
CREATE OR REPLACE FUNCTION access_audit_chain() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    chain access_auditchain := access_audit_chain_of(NEW.establishment_id, NEW.door);
    -- Not the session's time zone, which the login chooses, to the second.
    this_minute timestamptz := date_trunc('minute', clock_timestamp(), 'UTC');
BEGIN
    IF chain.minute IS DISTINCT FROM this_minute THEN
        chain.lines := 0;
    END IF;
    IF chain.lines >= 6000 AND NEW.door <> 'owner' THEN
        RAISE EXCEPTION 'This login has written all the lines of the access log that a minute takes.'
            USING ERRCODE = 'configuration_limit_exceeded', CONSTRAINT = 'log_lines_a_minute';
    END IF;
    NEW.id := nextval(pg_get_serial_sequence('public.access_auditentry', 'id'));
    NEW.at := clock_timestamp();
    NEW.previous_hash := chain.last_hash;
    NEW.hash := access_audit_line(NEW);
    UPDATE access_auditchain c
        SET last_id = NEW.id, last_hash = NEW.hash, minute = this_minute, lines = chain.lines + 1
        WHERE c.establishment_id = chain.establishment_id AND c.door = chain.door;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_chain BEFORE INSERT ON access_auditentry FOR EACH ROW EXECUTE FUNCTION access_audit_chain();
