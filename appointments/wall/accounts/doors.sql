-- The logins of the doors, and what they may do before any table is named: connect, and nothing else.
DO $$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['carehub_care', 'carehub_prison', 'carehub_accounts'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        END IF;
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'The logins carehub_care, carehub_prison and carehub_accounts are missing, and this login may not create them.'
        USING HINT = 'Create them first as a database administrator: docs/operations.md, "The four logins".';
END $$;

DO $$ BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO carehub_care, carehub_prison, carehub_accounts', current_database());
END $$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO carehub_care, carehub_prison, carehub_accounts;

-- A function that somebody adds later is closed too until it is granted; tables and sequences are so by themselves.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
