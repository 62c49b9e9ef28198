-- How much of the server each of CareHub's logins may take: once a cluster, and again after a new login was made.
-- By a database administrator:  psql --dbname=postgres --file=roles.sql
-- May be run again: what a login had set for itself is taken away. PostgreSQL 15 to 18.
--
-- connections   a host of a door holds 8 (2 workers of 4 threads), and 16 while it restarts; care has three hosts at most,
--               the prison door two, the accounts door one, which works in two databases; a courier holds 10, and has a
--               standby.
-- the times     stop what went wrong. A login may lift them for itself (SET), so they bind no hostile one; the number of
--               connections and the size of temporary files do, which only an administrator changes.
-- the log       PostgreSQL would write a statement that failed, and the row that was refused, with names and numbers in them:
--               it writes what failed, and nothing of that. The owner's login as well.
DO $limits$
DECLARE it record;
BEGIN
    FOR it IN
        SELECT r.rolname AS login, coalesce(n.connections, 16) AS connections,
               CASE WHEN r.rolname LIKE '%courier' THEN '10min' ELSE '1min' END AS statement
        FROM pg_roles r LEFT JOIN (VALUES
            ('care', 48), ('prison', 32), ('accounts', 32), ('courier', 24)
        ) AS n (kind, connections) ON r.rolname LIKE 'carehub%\_' || n.kind
        WHERE r.rolname LIKE 'carehub\_%' AND r.rolname NOT LIKE '%\_owner' AND r.rolcanlogin
    LOOP
        EXECUTE format('ALTER ROLE %I CONNECTION LIMIT %s', it.login, it.connections);
        EXECUTE format('ALTER ROLE %I RESET ALL', it.login);
        EXECUTE format('ALTER ROLE %I SET statement_timeout = %L', it.login, it.statement);
        EXECUTE format('ALTER ROLE %I SET lock_timeout = %L', it.login, '20s');
        EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', it.login, '1min');
        EXECUTE format('ALTER ROLE %I SET temp_file_limit = %L', it.login, '256MB');
    END LOOP;
    FOR it IN SELECT rolname AS login FROM pg_roles WHERE rolname LIKE 'carehub\_%' AND rolcanlogin
    LOOP
        EXECUTE format('ALTER ROLE %I SET log_min_error_statement = %L', it.login, 'panic');
        EXECUTE format('ALTER ROLE %I SET log_error_verbosity = %L', it.login, 'terse');
        EXECUTE format('ALTER ROLE %I SET log_min_duration_statement = %L', it.login, '-1');
        EXECUTE format('ALTER ROLE %I SET log_statement = %L', it.login, 'none');
    END LOOP;
END $limits$;
