-- What PostgreSQL itself opens to every login and no door of CareHub needs is closed, in the database at hand: locks by
-- agreement, which anybody takes; large objects, which fill the disk and stop pg_dump; whatever tells of the doings of
-- other logins: who is at work, which locks they hold, how often each table was written, how far the counters of
-- transactions and of the write-ahead log have come.
-- By a database administrator, in each of CareHub's databases:  psql --dbname=carehub --file=limits.sql
-- Again after PostgreSQL itself was upgraded. PostgreSQL 15 to 18; may be run again. The owners of CareHub's databases
-- (carehub_owner, carehub_…_owner) and pg_monitor keep what they had.
DO $limits$
DECLARE
    -- What a login keeps of all that answers anew at each call. A function that is not here is closed, so that a later
    -- PostgreSQL opens nothing. pg_notify stays: NOTIFY, the same as a statement, cannot be taken away.
    kept CONSTANT text[] := ARRAY[
        'array_sample', 'array_shuffle', 'clock_timestamp', 'current_query', 'currval', 'gen_random_uuid', 'lastval',
        'nextval', 'pg_is_in_recovery', 'pg_notify', 'plpgsql_call_handler',
        'plpgsql_validator', 'random', 'random_normal', 'set_config', 'setseed', 'setval', 'timeofday', 'uuidv4',
        'uuidv7'];
    -- What tells of others although it answers the same throughout a statement. age(xid) counts transactions.
    telling CONSTANT text := '^(pg_stat_get_.*|pg_current_(snapshot|xact_id.*)|txid_current.*|mxid_age|pg_lock.*'
        '|pg_get_replication_slots|pg_relation_file(node|path)|pg_filenode_relation|pg_column_toast_chunk_id)$';
    -- A login writes rows of these itself (ALTER ROLE, ALTER DEFAULT PRIVILEGES): their xmin would tell it the number of
    -- its transaction, and so how many others there were in between.
    own_rows CONSTANT text[] := ARRAY['pg_db_role_setting', 'pg_default_acl', 'pg_depend', 'pg_shdepend'];
    -- How large PostgreSQL takes a table to be, and what changes when it is tidied.
    sizes CONSTANT text[] := ARRAY['relfilenode', 'relpages', 'reltuples', 'relallvisible', 'relallfrozen',
        'relfrozenxid', 'relminmxid'];
    keepers text[];
    names text;
    it record;
BEGIN
    PERFORM set_config('search_path', 'pg_catalog', true);
    SELECT array_agg(rolname::text), string_agg(quote_ident(rolname), ', ') INTO keepers, names
    FROM pg_roles WHERE rolname ~ '^carehub_(.*_)?owner$' OR rolname = 'pg_monitor';

    FOR it IN
        SELECT 'EXECUTE ON ROUTINE ' || p.oid::regprocedure AS thing
        FROM pg_proc p LEFT JOIN pg_init_privs i
            ON i.classoid = 'pg_proc'::regclass AND i.objoid = p.oid AND i.objsubid = 0
        WHERE p.pronamespace = 'pg_catalog'::regnamespace
          AND p.prorettype <> 'trigger'::regtype AND 'internal'::regtype <> ALL (p.proargtypes)
          AND (p.provolatile = 'v' AND p.proname <> ALL (kept) OR p.proname ~ telling
               OR p.oid = 'age(xid)'::regprocedure)
          -- Closed by PostgreSQL from the beginning: that stays as it is, for the owners too.
          AND EXISTS (SELECT FROM aclexplode(coalesce(i.initprivs, acldefault('f', p.proowner))) a WHERE a.grantee = 0)
          AND (EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0)
               OR EXISTS (SELECT FROM unnest(keepers) k WHERE NOT has_function_privilege(k, p.oid, 'EXECUTE')))
        UNION ALL
        SELECT 'SELECT ON ' || c.oid::regclass
        FROM pg_class c JOIN pg_init_privs i
            ON i.classoid = 'pg_class'::regclass AND i.objoid = c.oid AND i.objsubid = 0
        WHERE c.relnamespace = 'pg_catalog'::regnamespace
          AND (c.relkind = 'v' AND c.relname ~ '^(pg_stat.*|pg_locks|pg_prepared_xacts|pg_replication_slots)$'
               OR c.relname = ANY (own_rows) OR c.relname = 'pg_class')
          AND EXISTS (SELECT FROM aclexplode(i.initprivs) a WHERE a.grantee = 0)
          AND (EXISTS (SELECT FROM aclexplode(c.relacl) a WHERE a.grantee = 0)
               OR EXISTS (SELECT FROM unnest(keepers) k WHERE NOT has_table_privilege(k, c.oid, 'SELECT')))
    LOOP
        EXECUTE format('REVOKE %s FROM PUBLIC', it.thing);
        EXECUTE format('GRANT %s TO %s', it.thing, names);
    END LOOP;

    -- Of the list of tables everything else stays open, column by column.
    EXECUTE (SELECT format('GRANT SELECT (%s) ON pg_class TO PUBLIC', string_agg(quote_ident(attname), ', '))
             FROM pg_attribute
             WHERE attrelid = 'pg_class'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL (sizes));
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $limits$;
