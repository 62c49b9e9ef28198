-- The history of what officers recorded only grows, until the rule of retention forgets it (kept_until_purged).
CREATE OR REPLACE FUNCTION appointments_events_only_grow() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'What officers recorded is kept: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER event_append_only BEFORE UPDATE ON appointments_movementevent
    FOR EACH ROW EXECUTE FUNCTION appointments_events_only_grow();
CREATE TRIGGER events_never_emptied BEFORE TRUNCATE ON appointments_movementevent
    FOR EACH STATEMENT EXECUTE FUNCTION appointments_events_only_grow();
