-- An account administrator confirms one line of a review, or says that the account was withdrawn, which it must be by then.
-- The side is one that they manage; of an administrator's account, all that this one manages. Nobody decides about their own
-- account while there is somebody else who could. What is confirmed is kept as it stands at that moment, whatever stood there
-- when the review opened. The last decision closes the review.
CREATE OR REPLACE FUNCTION access_decide_line(actor bigint, establishment bigint, line bigint, decision text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    it record;
    whose text;
BEGIN
    PERFORM access_require_administrator(actor, establishment);
    SELECT r.id AS review, r.side, l.user_id INTO it FROM access_accessreview r
        JOIN access_reviewline l ON l.review_id = r.id
        WHERE l.id = line AND r.establishment_id = access_decide_line.establishment FOR UPDATE OF r;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such line here.' USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'line_is_here';
    END IF;
    whose := CASE it.side WHEN 'accounts' THEN (
        SELECT m.administers FROM access_membership m
        WHERE m.user_id = it.user_id AND m.establishment_id = access_decide_line.establishment) ELSE it.side END;
    PERFORM access_require_side(actor, establishment, whose);
    IF it.user_id = actor AND it.side = 'accounts' AND EXISTS (SELECT FROM access_membership m
            WHERE m.establishment_id = access_decide_line.establishment AND m.user_id <> actor
                AND access_administers_side(m.user_id, m.establishment_id, whose)) THEN
        RAISE EXCEPTION 'Another administrator decides about this account.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_is_anothers';
    END IF;
    IF decision = 'withdrawn' AND EXISTS (SELECT FROM access_membership m WHERE m.user_id = it.user_id
            AND m.establishment_id = access_decide_line.establishment AND access_is_unended(m)) THEN
        RAISE EXCEPTION 'This account still has its role.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_is_withdrawn';
    END IF;
    UPDATE access_reviewline l SET decision = access_decide_line.decision, decided_at = now(), decided_by_id = actor,
            stood = CASE access_decide_line.decision
                WHEN 'confirmed' THEN access_told(establishment, it.user_id, '{}') - 'before' ELSE '{}' END
        WHERE l.id = line;
    PERFORM access_log_account(actor, CASE decision WHEN 'confirmed' THEN 'confirm_line' ELSE 'withdraw_line' END,
        establishment, it.user_id);
    IF NOT EXISTS (SELECT FROM access_reviewline l WHERE l.review_id = it.review AND l.decision = '') THEN
        UPDATE access_accessreview r SET closed_at = now() WHERE r.id = it.review;
        PERFORM access_log_line(
            access_door(), actor, 'close_review', 'access.accessreview', it.review::text, establishment);
    END IF;
END $$;
