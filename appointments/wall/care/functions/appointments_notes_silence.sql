-- When the courier reaches a prison's database again after five minutes or more, from when to when it could not is kept:
-- the link itself knows its last visit only.
CREATE OR REPLACE FUNCTION appointments_notes_silence() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO appointments_prisonsilence (prison, began_at, ended_at)
        VALUES (NEW.name, OLD.reached_at, NEW.reached_at) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER link_notes_silence AFTER UPDATE ON appointments_prisonlink
    FOR EACH ROW WHEN (NEW.reached_at - OLD.reached_at >= interval '5 minutes')
    EXECUTE FUNCTION appointments_notes_silence();
