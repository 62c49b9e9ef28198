-- An alert names its person as the building's list does, whatever the officers' login writes there: no name is typed, and none has
-- room for a word about health. A number that it does not have comes without a name. Reads as the login, which may.
CREATE OR REPLACE FUNCTION prison_name_alert() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE here record;
BEGIN
    IF current_user <> 'carehub_prison' THEN
        RETURN NEW;
    END IF;
    SELECT line ->> 'last_name' AS last_name, line ->> 'first_name' AS first_name INTO here
        FROM prison_edition e, jsonb_array_elements(e.lines) AS line
        WHERE e.establishment_id = NEW.establishment_id AND (line ->> 'building')::bigint = NEW.building_id
          AND line ->> 'register_number' = NEW.register_number
        ORDER BY e.day DESC LIMIT 1;
    NEW.last_name := left(regexp_replace(coalesce(here.last_name, ''), '[0-9!?.,;:()]', '', 'g'), 60);
    NEW.first_name := left(regexp_replace(coalesce(here.first_name, ''), '[0-9!?.,;:()]', '', 'g'), 60);
    RETURN NEW;
END $$;

CREATE TRIGGER alert_named BEFORE INSERT ON prison_prisonalert
    FOR EACH ROW EXECUTE FUNCTION prison_name_alert();
