-- Writes down that something waits for a second person's word, a week at most, with the account as it is asked for, and says
-- so in the log, unless the caller's own line does. What nobody answered in time gives way. Granted to nobody.
CREATE OR REPLACE FUNCTION access_begin_word(
    actor bigint, establishment bigint, account bigint, what text, is_logged boolean DEFAULT true, change jsonb DEFAULT '{}'
) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE access_secondword w SET answer = 'late', answered_at = now()
        WHERE w.account_id = account AND w.what = access_begin_word.what AND w.answer = '' AND w.until < now();
    INSERT INTO access_secondword (establishment_id, account_id, what, asked_by_id, asked_by_name, asked_at, until, answer,
        answered_by_name, change, told)
    SELECT establishment, account, access_begin_word.what, actor, u.full_name, now(), now() + interval '7 days', '', '',
        access_begin_word.change, access_told(establishment, account, access_begin_word.change)
        FROM access_user u WHERE u.id = actor;
    IF is_logged THEN
        PERFORM access_log_account(actor, 'ask_word', establishment, account);
    END IF;
END $$;
