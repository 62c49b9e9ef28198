-- An account administrator corrects the name and the mail address of an account.
CREATE OR REPLACE FUNCTION access_change_account(
    actor bigint, establishment bigint, account bigint, full_name text, email text
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM access_require_managed(actor, establishment, account);
    UPDATE access_user u SET full_name = access_change_account.full_name, email = access_change_account.email
        WHERE u.id = account;
    PERFORM access_log_account(actor, 'change_account', establishment, account);
END $$;
