-- Care writes down no declaration that the prison did not make.
CREATE OR REPLACE FUNCTION appointments_declaration() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF current_user = 'carehub_care' AND NEW.not_come_declared <> ''
       AND (TG_OP = 'INSERT' OR NEW.not_come_declared IS DISTINCT FROM OLD.not_come_declared)
       AND NOT EXISTS (SELECT FROM appointments_movementevent v JOIN appointments_detainee d
                       ON d.establishment_id = v.establishment_id
                       WHERE d.id = NEW.detainee_id AND v.expected_at = NEW.called_at AND v.impediment = NEW.not_come_declared
                         AND (v.register_number = d.register_number
                              OR EXISTS (SELECT FROM appointments_formernumber f
                                         WHERE f.detainee_id = d.id AND f.register_number = v.register_number)))
    THEN
        RAISE EXCEPTION 'The prison declared no such impediment.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'declaration_is_of_the_prison', TABLE = 'appointments_appointment';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER declaration_is_of_the_prison BEFORE INSERT OR UPDATE ON appointments_appointment
    FOR EACH ROW EXECUTE FUNCTION appointments_declaration();
