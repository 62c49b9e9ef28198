-- Writes the role of an account at an establishment, where one is given (ended before today, it is taken back), and for
-- each right on a row whether the account has it. What is not named stays. An administrator's role says whose accounts;
-- without a word it stays as it is, and a new one is as its giver's. Refuses what is of a side that the actor does not
-- manage. What a second person has to confirm is kept and not written (access_role_waits); a new administrator of the care
-- side is written, and closed until then. Returns the verbs of the log that this deserves: none, when nothing changed; “asked_already”, which is none, when it waits. Granted to nobody: who calls it has
-- asked whether it may be, and writes the log.
CREATE OR REPLACE FUNCTION access_put_access(
    actor bigint, establishment bigint, account bigint, new_role text, begins date, ends date,
    permissions bigint[], objects text[], wanted boolean[], administers text
) RETURNS text[] LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    is_given boolean := false;
    is_taken boolean := false;
    membership access_membership;
    its_side text;
    wanted_role access_membership;
    is_new boolean;
BEGIN
    -- Two administrators at once write one after the other.
    SELECT u.side INTO its_side FROM access_user u WHERE u.id = account FOR NO KEY UPDATE;
    IF new_role = 'account_admin' AND administers = '' THEN
        administers := coalesce((
            SELECT nullif(m.administers, '') FROM access_membership m WHERE m.establishment_id = establishment
                AND m.user_id IN (account, actor) ORDER BY m.user_id <> account LIMIT 1), '');
    END IF;
    IF its_side <> 'accounts' THEN
        PERFORM access_require_side(actor, establishment, its_side);
    ELSIF new_role IS NOT NULL THEN
        PERFORM access_require_side(actor, establishment, administers);
    END IF;
    wanted_role.user_id := account;
    wanted_role.establishment_id := establishment;
    wanted_role.side := its_side;
    wanted_role.role := new_role;
    wanted_role.valid_until := ends;
    wanted_role.administers := administers;
    IF new_role IS NOT NULL AND access_role_waits(actor, wanted_role) THEN
        is_new := its_side = 'accounts' AND NOT EXISTS (SELECT FROM access_membership m WHERE m.user_id = account)
            AND EXISTS (SELECT FROM access_user u WHERE u.id = account AND u.last_login IS NULL);
        IF NOT is_new THEN
            is_given := access_begin_change(actor, establishment, account, jsonb_build_object(
                'role', new_role, 'valid_from', begins, 'valid_until', ends, 'administers', administers, 'rights', coalesce((
                    SELECT jsonb_agg(jsonb_build_object('permission', r.permission, 'object', r.object, 'wanted', r.is_wanted))
                    FROM unnest(permissions, objects, wanted) AS r (permission, object, is_wanted)), '[]')));
            IF new_role = 'head' THEN
                PERFORM access_open_first_head(establishment, account);
                IF EXISTS (SELECT FROM access_membership m WHERE m.user_id = account AND m.role = 'head'
                           AND m.establishment_id = access_put_access.establishment AND access_is_unended(m)) THEN
                    RETURN ARRAY['ask_word', 'grant'];
                END IF;
            END IF;
            RETURN CASE WHEN is_given THEN ARRAY['ask_word'] ELSE ARRAY['asked_already'] END;
        END IF;
        UPDATE access_user u SET is_active = false WHERE u.id = account;
    END IF;
    DELETE FROM guardian_userobjectpermission p USING unnest(permissions, objects, wanted) AS r (permission, object, is_wanted)
        WHERE NOT r.is_wanted AND p.user_id = account AND p.permission_id = r.permission AND p.object_pk = r.object;
    is_taken := FOUND AND new_role IS NULL;
    INSERT INTO guardian_userobjectpermission (user_id, permission_id, content_type_id, object_pk)
        SELECT account, p.id, p.content_type_id, r.object
        FROM unnest(permissions, objects, wanted) AS r (permission, object, is_wanted)
        JOIN auth_permission p ON p.id = r.permission WHERE r.is_wanted
        ON CONFLICT DO NOTHING;
    is_given := FOUND;
    IF new_role IS NOT NULL THEN
        INSERT INTO access_membership (user_id, establishment_id, side, role, valid_from, valid_until, administers)
            SELECT account, establishment, u.side, new_role, begins, ends, access_put_access.administers
            FROM access_user u WHERE u.id = account
            ON CONFLICT ON CONSTRAINT one_role_per_establishment DO UPDATE
            SET role = EXCLUDED.role, valid_from = EXCLUDED.valid_from, valid_until = EXCLUDED.valid_until,
                administers = EXCLUDED.administers
            RETURNING * INTO membership;
        is_given := is_given OR access_is_unended(membership);
        is_taken := NOT access_is_unended(membership);
    END IF;
    IF is_new THEN
        PERFORM access_begin_word(actor, establishment, account, 'open_account', is_logged => false);
    END IF;
    IF new_role IS NOT NULL THEN
        -- What waited to be written there is not what was written last.
        -- By account alone (+ 0): by the establishment, each of 5,000 accounts of a file would look at the words of all.
        UPDATE access_secondword w SET answer = 'replaced', answered_at = now()
            WHERE w.account_id = account AND w.establishment_id + 0 = access_put_access.establishment AND w.answer = ''
                AND w.what = 'change_account' AND w.change ? 'role';
    END IF;
    IF new_role = 'head' THEN
        PERFORM access_open_first_head(establishment, account);
    END IF;
    RETURN array_remove(ARRAY[CASE WHEN is_new THEN 'ask_word' END, CASE WHEN is_given THEN 'grant' END, CASE WHEN is_taken THEN 'revoke' END], NULL);
END $$;
