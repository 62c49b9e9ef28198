-- A word that was given is proof: it stays as it was, for the owner's login too. Before, only its answer and its end are
-- written; what is asked for is put right in the transaction that asks, and not later.
CREATE OR REPLACE FUNCTION access_word_stays() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE answers text[] := '{answer,answered_at,answered_by_id,answered_by_name,until}';
BEGIN
    IF OLD.answer = '' AND (OLD.asked_at = now() OR to_jsonb(OLD) - answers = to_jsonb(NEW) - answers) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A second person’s word is kept as it was given.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'word_stays';
END $$;

CREATE TRIGGER word_stays BEFORE UPDATE ON access_secondword
    FOR EACH ROW EXECUTE FUNCTION access_word_stays();
