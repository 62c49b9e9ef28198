-- Every establishment has a care unit from the first day; `manage.py add_unit` renames it and adds another.
CREATE OR REPLACE FUNCTION appointments_first_unit() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO appointments_careunit (establishment_id, name, sees_arrivals) VALUES (NEW.id, 'Unité sanitaire', true);
    RETURN NULL;
END $$;

CREATE TRIGGER first_unit AFTER INSERT ON access_establishment
    FOR EACH ROW EXECUTE FUNCTION appointments_first_unit();
