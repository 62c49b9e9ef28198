-- The prison door's login reads columns, never a whole table: that would open the system columns, too, and xmin, the
-- number of the transaction of a row that it has just written itself, counts everything that is written on the server.
DO $$
DECLARE it record;
BEGIN
    FOR it IN
        SELECT c.oid::regclass AS place, string_agg(quote_ident(t.attname), ', ' ORDER BY t.attnum) AS columns
        FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND has_table_privilege('carehub_prison', c.oid, 'SELECT')
          AND c.relkind IN ('r', 'p', 'v', 'm')
        GROUP BY c.oid
    LOOP
        EXECUTE format('REVOKE SELECT ON %s FROM carehub_prison', it.place);
        EXECUTE format('GRANT SELECT (%s) ON %s TO carehub_prison', it.columns, it.place);
    END LOOP;
END $$;
