-- The former states of facts only grow.
CREATE OR REPLACE FUNCTION appointments_past_refuses() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'The former states of facts only grow: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER past_append_only BEFORE UPDATE ON appointments_obstructionpast
    FOR EACH ROW EXECUTE FUNCTION appointments_past_refuses();
