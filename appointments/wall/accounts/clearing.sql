-- Before the other files are read, what they put up is taken down, in the same transaction: nothing outlives its file,
-- and nothing that somebody granted, wrote or switched off by hand stands beside it. Nobody sees the wall half up.
-- Whoever is still at work in a table is waited for a minute; then nothing was changed, and migrate can be run again.
SET LOCAL lock_timeout = '1min';

DO $$
DECLARE it record;
BEGIN
    FOR it IN SELECT t.tgname AS name, t.tgrelid::regclass AS place FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
              WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
                -- The queue of the nightly work belongs to its package; who may use it is the wall's business all the same.
                AND c.relname NOT LIKE 'procrastinate\_%' LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', it.name, it.place);
    END LOOP;
    FOR it IN SELECT p.polname AS name, p.polrelid::regclass AS place FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
              WHERE c.relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('DROP POLICY %I ON %s', it.name, it.place);
    END LOOP;
    FOR it IN SELECT c.oid::regclass AS place FROM pg_class c
              WHERE c.relrowsecurity AND c.relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', it.place);
    END LOOP;
    -- Functions of extensions compute and read nothing; they stay open.
    FOR it IN SELECT p.oid::regprocedure AS place FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
        EXECUTE format('REVOKE ALL ON ROUTINE %s FROM PUBLIC, carehub_care, carehub_prison, carehub_accounts, carehub_courier', it.place);
    END LOOP;
END $$;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, carehub_care, carehub_prison, carehub_accounts, carehub_courier;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, carehub_care, carehub_prison, carehub_accounts, carehub_courier;
