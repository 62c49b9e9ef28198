-- An account administrator corrects the name and the mail address of an account. Another name of a carer waits for a second
-- person's word (access_rename).
CREATE OR REPLACE FUNCTION access_change_account(
    actor bigint, establishment bigint, account bigint, full_name text, email text
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    waits boolean;
    is_new_mail boolean;
BEGIN
    PERFORM access_require_managed(actor, establishment, account);
    UPDATE access_user u SET email = access_change_account.email
        WHERE u.id = account AND u.email <> access_change_account.email;
    is_new_mail := FOUND;
    waits := access_rename(actor, establishment, account, full_name);
    IF waits IS NULL THEN
        PERFORM access_refuse_again();
    END IF;
    IF waits THEN
        PERFORM access_log_account(actor, 'ask_word', establishment, account);
    END IF;
    IF is_new_mail OR NOT waits THEN
        PERFORM access_log_account(actor, 'change_account', establishment, account);
    END IF;
    PERFORM access_retell_word(actor, establishment, account);
END $$;
