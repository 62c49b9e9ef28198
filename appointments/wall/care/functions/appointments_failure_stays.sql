-- Nothing erases a failure: once the day of an appointment is over, it stays on that day, with that person, practitioner,
-- session and building, and is not cancelled any more. Its outcome may still be recorded and corrected. By the
-- establishment's midnight, where figures are cut; within the day booking holds it by the minute. What a chain says never
-- changes.
CREATE OR REPLACE FUNCTION appointments_failure_stays() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF current_user <> 'carehub_care' THEN
        RETURN NEW;
    END IF;
    IF OLD.follows_id IS NOT NULL AND NEW.follows_id IS DISTINCT FROM OLD.follows_id THEN
        RAISE EXCEPTION 'A summons stays linked to the appointment that it makes up for.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'chain_stays', TABLE = 'appointments_appointment';
    END IF;
    -- Whoever was expected stays expected: no failure becomes a visit that nobody had planned.
    IF NEW.is_unplanned <> OLD.is_unplanned THEN
        RAISE EXCEPTION 'Whether somebody was expected does not change afterwards.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'unplanned_stays', TABLE = 'appointments_appointment';
    END IF;
    -- The session tells which half-day was lost, the building where from nobody was brought: figures are cut by both. The
    -- person stays too, unless two records of one person are joined.
    IF (NEW.establishment_id, NEW.agenda_id, NEW.starts_at, NEW.called_at, NEW.called_from_id)
       IS NOT DISTINCT FROM (OLD.establishment_id, OLD.agenda_id, OLD.starts_at, OLD.called_at, OLD.called_from_id)
       AND (NEW.detainee_id = OLD.detainee_id
            OR appointments_goes_with_join('appointments_appointment', OLD.id::text, OLD.detainee_id, NEW.detainee_id))
       AND (OLD.session_id IS NULL OR NEW.session_id IS NOT DISTINCT FROM OLD.session_id OR OLD.status = 'cancelled')
       AND (NEW.status = 'cancelled') = (OLD.status = 'cancelled') AND NEW.cancel_reason = OLD.cancel_reason
    THEN
        RETURN NEW;
    END IF;
    -- Nobody was expected: what was entered today from the paper of another day may be a slip of the hand today.
    IF OLD.is_unplanned AND OLD.status = 'seen' AND NEW.status = 'cancelled' AND NEW.cancel_reason = 'ERREUR'
       AND (NEW.starts_at, NEW.agenda_id, NEW.detainee_id) = (OLD.starts_at, OLD.agenda_id, OLD.detainee_id)
       AND EXISTS (
           SELECT FROM appointments_appointmentchange h JOIN access_establishment e ON e.id = h.establishment_id
           WHERE h.establishment_id = OLD.establishment_id AND h.appointment_id = OLD.id AND h.what = 'unplanned'
             AND (h.at AT TIME ZONE e.time_zone)::date = (now() AT TIME ZONE e.time_zone)::date) THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM access_establishment e WHERE e.id = OLD.establishment_id
        AND (OLD.starts_at AT TIME ZONE e.time_zone)::date < (now() AT TIME ZONE e.time_zone)::date;
    IF FOUND THEN
        RAISE EXCEPTION 'The day of this appointment is over: it is neither moved nor cancelled.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'failure_stays', TABLE = 'appointments_appointment';
    END IF;
    RETURN NEW;
END $$;

-- The name lets it fire before those that ask where the new time lies. It locks nothing.
CREATE TRIGGER appointment_failure_stays BEFORE UPDATE ON appointments_appointment
    FOR EACH ROW EXECUTE FUNCTION appointments_failure_stays();
