-- The first head of a unit has nobody to give the second word: the account opens at once, or the role of a carer is written
-- at once, and the word says so. Only where no other account was ever head there, nor anybody else could confirm: no other
-- administrator of the care side is there, closed or not, and of none was anything taken in the last thirty days (nobody
-- closes a colleague first, to be alone). Nor where a carer has signed in already: a unit at work was opened with somebody's
-- word, the installer's at least, and that word is there for its first head too. Granted to nobody.
CREATE OR REPLACE FUNCTION access_open_first_head(establishment bigint, account bigint) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE it access_secondword;
BEGIN
    IF EXISTS (SELECT FROM access_membership m WHERE m.establishment_id = establishment AND m.user_id <> account
               AND (m.role = 'head' OR m.was_head_at IS NOT NULL))
        OR EXISTS (SELECT FROM access_custodian c WHERE c.establishment_id = establishment)
        OR EXISTS (SELECT FROM access_membership m JOIN access_user u ON u.id = m.user_id
                   WHERE m.establishment_id = establishment AND m.side = 'care' AND u.last_login IS NOT NULL)
        OR (SELECT count(*) FROM access_membership m WHERE m.establishment_id = establishment
            AND m.administers IN ('care', 'both') AND access_is_unended(m)) > 1
        OR EXISTS (SELECT FROM access_membership m JOIN access_user u ON u.id = m.user_id
                   JOIN access_auditentry a ON a.target_type = 'access.user' AND a.target_id = u.id::text
                   WHERE m.establishment_id = establishment AND m.side = 'accounts' AND a.door = 'accounts'
                       AND a.at > now() - interval '30 days'
                       -- A new administrator is given the role as they are opened.
                       AND (a.verb IN ('revoke', 'deactivate')
                            OR a.verb IN ('grant', 'import_account') AND a.at > u.date_joined + interval '1 minute'))
    THEN
        RETURN;
    END IF;
    UPDATE access_secondword w SET answer = 'nobody', answered_at = now()
        WHERE w.account_id = account AND w.establishment_id = establishment AND w.what = 'open_account' AND w.answer = ''
            AND w.until >= now();
    IF FOUND THEN
        UPDATE access_user u SET is_active = true WHERE u.id = account;
    END IF;
    UPDATE access_secondword w SET answer = 'nobody', answered_at = now()
        WHERE w.account_id = account AND w.establishment_id = establishment AND w.what = 'change_account' AND w.answer = ''
            AND w.until >= now() AND w.change ->> 'role' = 'head' RETURNING * INTO it;
    IF FOUND THEN
        PERFORM access_apply_change(it);
    END IF;
END $$;
