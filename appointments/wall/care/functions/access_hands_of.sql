-- Of those who ask for a word at `establishment`, whose words `actor` does not confirm, for one of them has had the other's
-- sign-in in their hands (access_was_in_hand): what the pages count and say, before somebody tries.
CREATE OR REPLACE FUNCTION access_hands_of(actor bigint, establishment bigint) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT a.asker FROM (
        SELECT DISTINCT w.asked_by_id AS asker FROM access_secondword w
        WHERE w.establishment_id = access_hands_of.establishment AND w.answer = '' AND w.until >= now()) AS a
    WHERE access_was_in_hand(a.asker, actor) OR access_was_in_hand(actor, a.asker);
END $$;
