-- An officer's tap: dated and numbered by the database, taken only on a line of today's or tomorrow's list, and only when
-- the line still stands as the officer saw it. It sets the line's state; of those who are back, and of those who are
-- expected again, no hour is kept (docs/adr/0011).
CREATE OR REPLACE FUNCTION prison_take_tap() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE here record; desk record; stood record; now_at timestamptz := clock_timestamp(); states prison_linestate[];
BEGIN
    SELECT e.day, line ->> 'register_number' AS register_number, (line ->> 'expected_at')::timestamptz AS expected_at
        INTO here
        FROM prison_edition e JOIN access_establishment p ON p.id = e.establishment_id,
             jsonb_array_elements(e.lines) AS line
        WHERE e.establishment_id = NEW.establishment_id
          AND e.day BETWEEN (now_at AT TIME ZONE p.time_zone)::date AND (now_at AT TIME ZONE p.time_zone)::date + 1
          AND line ->> 'id' = NEW.line::text;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'No list of today or tomorrow has this line.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tap_on_a_line', TABLE = 'prison_tap';
    END IF;
    -- One tap at a time in an establishment: the number is the order in which they were made.
    INSERT INTO prison_deskcount AS d (establishment_id, taps, minute, of_minute)
        VALUES (NEW.establishment_id, 1, date_trunc('minute', now_at, 'UTC'), 1)
        ON CONFLICT (establishment_id) DO UPDATE SET
            taps = d.taps + 1,
            of_minute = CASE WHEN d.minute = EXCLUDED.minute THEN d.of_minute + 1 ELSE 1 END,
            minute = EXCLUDED.minute
        RETURNING d.taps, d.of_minute INTO desk;
    -- The whole staff of the largest house, each tapping every few seconds, stays far below.
    IF desk.of_minute > 600 THEN
        RAISE EXCEPTION 'Too many taps in one minute.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'taps_of_a_minute', TABLE = 'prison_tap';
    END IF;
    SELECT s.state, s.impediment INTO stood FROM prison_linestate s WHERE s.line = NEW.line;
    IF (coalesce(stood.state, 'expected'), coalesce(stood.impediment, '')) <> (NEW.seen_state, NEW.seen_impediment) THEN
        RAISE EXCEPTION 'The line has changed since the officer saw it.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tap_as_seen', TABLE = 'prison_tap';
    END IF;
    NEW.number := desk.taps;
    NEW.register_number := here.register_number;
    NEW.expected_at := here.expected_at;
    NEW.at := now_at;
    INSERT INTO prison_linestate AS s
            (line, establishment_id, day, state, impediment, at, previous_state, previous_impediment)
        VALUES (NEW.line, NEW.establishment_id, here.day, NEW.state, NEW.impediment,
                CASE WHEN NEW.state NOT IN ('back', 'expected') THEN now_at END, NEW.seen_state, NEW.seen_impediment)
        ON CONFLICT (line) DO UPDATE SET
            state = EXCLUDED.state, impediment = EXCLUDED.impediment, at = EXCLUDED.at,
            previous_state = EXCLUDED.previous_state, previous_impediment = EXCLUDED.previous_impediment;
    -- All states of the day are written anew, in the order of their keys: how rows lie would else tell in which order
    -- officers tapped, and with the hours of others when somebody came back.
    states := ARRAY(SELECT s FROM prison_linestate s
                    WHERE s.establishment_id = NEW.establishment_id AND s.day = here.day ORDER BY s.line);
    DELETE FROM prison_linestate s WHERE s.establishment_id = NEW.establishment_id AND s.day = here.day;
    INSERT INTO prison_linestate SELECT * FROM unnest(states);
    RETURN NEW;
END $$;

CREATE TRIGGER tap_taken BEFORE INSERT ON prison_tap FOR EACH ROW EXECUTE FUNCTION prison_take_tap();
