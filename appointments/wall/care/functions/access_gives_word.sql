-- Whether `actor` may give the second word at `establishment`, as they come: at the care door a head of the unit or who was
-- named beside the head, at the accounts door an administrator of the care side, at the console the installer.
CREATE OR REPLACE FUNCTION access_gives_word(actor bigint, establishment bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN CASE access_door()
        WHEN 'accounts' THEN access_administers_side(actor, establishment, 'care')
        WHEN 'owner' THEN actor IS NULL OR access_gives_word_here(actor, establishment)
        ELSE access_gives_word_here(actor, establishment)
    END;
END $$;
