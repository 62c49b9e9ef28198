-- The logins. Which of them may so much as connect, each database's own doors.sql says.
DO $$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['carehub_care', 'carehub_prison', 'carehub_accounts', 'carehub_courier'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        END IF;
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'The logins carehub_care, carehub_prison, carehub_accounts and carehub_courier are missing, and this login may not create them.'
        USING HINT = 'Create them first as a database administrator: docs/operations.md, "The five logins".';
END $$;

DO $$ BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM carehub_care, carehub_prison, carehub_accounts, carehub_courier', current_database());
END $$;
REVOKE ALL ON SCHEMA public FROM PUBLIC, carehub_care, carehub_prison, carehub_accounts, carehub_courier;

-- A function that somebody adds later is closed too until it is granted; tables and sequences are so by themselves.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
