-- The end of a chain of the log, locked; begun where there is none. Each establishment has a chain for each door, and
-- lines of no establishment stand under 0: no login can hold up another login's lines, nor those of elsewhere.
CREATE OR REPLACE FUNCTION access_audit_chain_of(establishment bigint, door text) RETURNS access_auditchain
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE chain access_auditchain;
BEGIN
    LOOP
        SELECT * INTO chain FROM access_auditchain c
            WHERE c.establishment_id = coalesce(establishment, 0) AND c.door = access_audit_chain_of.door FOR UPDATE;
        EXIT WHEN FOUND;
        INSERT INTO access_auditchain (establishment_id, door, last_id, last_hash, lines)
            VALUES (coalesce(establishment, 0), access_audit_chain_of.door, 0, '', 0) ON CONFLICT DO NOTHING;
    END LOOP;
    RETURN chain;
END $$;
