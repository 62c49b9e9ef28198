-- What was said of a visit stays as it was said; the owner alone may purge it.
CREATE OR REPLACE FUNCTION appointments_round_visit_refuse() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Visits only grow: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER round_visit_append_only BEFORE UPDATE ON appointments_roundvisit
    FOR EACH ROW EXECUTE FUNCTION appointments_round_visit_refuse();
