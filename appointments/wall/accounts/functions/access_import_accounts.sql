-- An account administrator opens and changes many accounts of one side at one establishment, all or none: names, mail
-- address, role, and of the rights on rows that `permissions` and `objects` name exactly those whose places are in
-- `wanted`. An account that is new has no password that anybody could type (access_make_sheets gives it one); of the care
-- side it waits for a second person's word, as any does that an administrator opens; so does what makes of an account that
-- there is somebody else, or somebody who gives the second word. Names that are taken are told apart.
-- What is known of the tables may be of a time when they were small: with it, each of 5,000 accounts would read all the
-- others. So plans are made anew for each of them, and go by the indexes.
-- One line of the log for each account, which says also that a word is asked: 5,000 fit into a minute of the log.
CREATE OR REPLACE FUNCTION access_import_accounts(
    actor bigint, establishment bigint, side text, permissions bigint[], objects text[], accounts jsonb
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
DECLARE
    it record;
    account bigint;
    its_side text;
    waits boolean := side = 'care' AND actor IS NOT NULL;
BEGIN
    PERFORM access_require_administrator(actor, establishment);
    IF side <> 'accounts' THEN
        PERFORM access_require_side(actor, establishment, side);
    END IF;
    PERFORM access_require_rows_here(establishment, permissions, objects);
    FOR it IN SELECT * FROM jsonb_to_recordset(accounts) AS t (
            username text, full_name text, email text, role text, begins date, ends date, administers text, wanted integer[]) LOOP
        SELECT u.id, u.side INTO account, its_side FROM access_user u WHERE lower(u.username) = lower(it.username);
        IF NOT FOUND THEN
            INSERT INTO access_user
                (side, username, full_name, email, password, is_active, must_change_password, date_joined, sheet_until)
            -- The mark of a password that nobody has. A sheet that is over is one that is still to be made.
            VALUES (access_import_accounts.side, it.username, it.full_name, it.email,
                '!' || replace(gen_random_uuid()::text, '-', ''), NOT waits, true, now(), now())
            RETURNING id INTO account;
            IF waits THEN
                PERFORM access_begin_word(actor, establishment, account, 'open_account', is_logged => false);
            END IF;
        ELSIF its_side <> side THEN
            RAISE EXCEPTION 'This user name is an account’s of another door.'
                USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'user_name_taken', DETAIL = it.username;
        ELSIF account = actor AND access_keeps_administrators() THEN
            RAISE EXCEPTION 'Nobody changes their own account.'
                USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'account_is_anothers';
        ELSE
            BEGIN
                PERFORM access_require_managed(actor, establishment, account);
            EXCEPTION WHEN insufficient_privilege THEN
                RAISE EXCEPTION 'This user name is of an account that is not this administrator’s.'
                    USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'user_name_taken', DETAIL = it.username;
            END;
            UPDATE access_user u SET email = it.email WHERE u.id = account;
            PERFORM access_rename(actor, establishment, account, it.full_name);
        END IF;
        PERFORM access_put_access(actor, establishment, account, it.role, it.begins, it.ends, permissions, objects,
            ARRAY(SELECT n = ANY (it.wanted) FROM generate_series(1, cardinality(permissions)) AS n ORDER BY n),
            coalesce(it.administers, ''));
        PERFORM access_retell_word(actor, establishment, account);
        PERFORM access_log_account(actor, 'import_account', establishment, account);
    END LOOP;
END $$;
