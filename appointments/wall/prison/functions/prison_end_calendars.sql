-- With the permission the account's calendar addresses end, for good: one that is opened later brings none of them back.
CREATE OR REPLACE FUNCTION prison_end_calendars() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE access_calendaraddress a SET revoked_at = clock_timestamp()
        FROM access_user u
        WHERE u.id = a.user_id AND lower(u.username) = lower(OLD.username)
          AND a.establishment_id = OLD.establishment_id AND a.revoked_at IS NULL
          AND NOT prison_may_export(a.user_id, a.establishment_id);
    RETURN NULL;
END $$;

CREATE TRIGGER permission_ends_calendars AFTER DELETE ON prison_exportpermission
    FOR EACH ROW EXECUTE FUNCTION prison_end_calendars();
