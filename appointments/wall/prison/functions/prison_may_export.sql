-- Whether the unit has opened files and calendar to this account today, by the establishment's own clocks. A permission for
-- more than a year holds for nobody: it is not refused when it is written, since that would keep the lists back too.
CREATE OR REPLACE FUNCTION prison_may_export(account bigint, establishment bigint) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM prison_exportpermission p
            JOIN access_establishment e ON e.id = p.establishment_id
            JOIN access_user u ON lower(u.username) = lower(p.username)
        WHERE p.establishment_id = establishment AND u.id = account AND p.is_known
          AND (clock_timestamp() AT TIME ZONE e.time_zone)::date BETWEEN p.until - 367 AND p.until)
$$;
