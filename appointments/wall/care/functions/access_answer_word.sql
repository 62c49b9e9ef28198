-- A second person confirms or refuses what an administrator asked for. Never who asked for it, or for what it replaced; never
-- with an account that the asker has just had in their hands, nor for an asker whom the second person has; who is concerned
-- may refuse, and not confirm. Only now does it take effect.
CREATE OR REPLACE FUNCTION access_answer_word(actor bigint, word bigint, is_confirmed boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    it access_secondword;
    refusal text;
    askers bigint[];
BEGIN
    SELECT * INTO it FROM access_secondword w WHERE w.id = word FOR UPDATE;
    askers := ARRAY(SELECT DISTINCT w.asked_by_id FROM access_secondword w WHERE w.id = word OR w.account_id = it.account_id
        AND w.what = it.what AND w.answer = 'replaced' AND w.asked_at > it.asked_at - interval '30 days');
    IF it.id IS NULL OR NOT access_gives_word(actor, it.establishment_id)
            AND (is_confirmed OR actor IS DISTINCT FROM it.account_id OR access_door() <> 'care') THEN
        refusal := 'word_of_entitled';
    ELSIF actor = it.asked_by_id OR is_confirmed AND (actor = ANY (askers) OR actor = it.account_id) THEN
        refusal := 'word_of_another_person';
    ELSIF it.answer <> '' THEN
        refusal := 'word_given';
    ELSIF it.until < now() THEN
        refusal := 'word_late';
    ELSIF is_confirmed AND EXISTS (SELECT FROM unnest(askers) AS asker
            WHERE access_was_in_hand(asker, actor) OR access_was_in_hand(actor, asker)) THEN
        refusal := 'word_of_independent';
    END IF;
    IF refusal IS NOT NULL THEN
        RAISE EXCEPTION 'This is not that person’s word to give.'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = refusal;
    END IF;
    UPDATE access_secondword w
        SET answer = CASE WHEN is_confirmed THEN 'confirmed' ELSE 'refused' END, answered_at = now(), answered_by_id = actor,
            answered_by_name = coalesce((SELECT u.full_name FROM access_user u WHERE u.id = actor), '')
        WHERE w.id = word;
    IF is_confirmed AND it.what = 'open_account' THEN
        UPDATE access_user u SET is_active = true WHERE u.id = it.account_id;
        PERFORM access_tell(it.account_id, 'account_opened');
    ELSIF is_confirmed AND it.what = 'change_account' THEN
        PERFORM access_apply_change(it);
    ELSIF is_confirmed THEN
        PERFORM access_take_factors(it.account_id);
    ELSIF it.what = 'reset_factor' THEN
        PERFORM access_tell(it.account_id, 'reset_refused');
    END IF;
    PERFORM access_log_account(
        actor, CASE WHEN is_confirmed THEN 'give_word' ELSE 'refuse_word' END, it.establishment_id, it.account_id);
END $$;
