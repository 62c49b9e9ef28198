-- An account administrator corrects the name and the mail address of an account. Another name of a carer waits for a second
-- person's word (access_rename).
CREATE OR REPLACE FUNCTION access_change_account(
    actor bigint, establishment bigint, account bigint, full_name text, email text
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE waits boolean;
BEGIN
    PERFORM access_require_managed(actor, establishment, account);
    UPDATE access_user u SET email = access_change_account.email WHERE u.id = account;
    waits := access_rename(actor, establishment, account, full_name);
    IF waits IS NULL THEN
        PERFORM access_refuse_again();
    END IF;
    PERFORM access_log_account(
        actor, CASE WHEN waits THEN 'ask_word' ELSE 'change_account' END,
        establishment, account);
    PERFORM access_retell_word(actor, establishment, account);
END $$;
