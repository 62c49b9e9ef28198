-- Written as PostgreSQL gives them back (pg_get_constraintdef): one that differs from the file is made anew, which
-- reads the whole table.

-- A building of another establishment is none here.
ALTER TABLE prison_prisonfreeze ADD CONSTRAINT prison_freeze_building_here
    FOREIGN KEY (establishment_id, building_id) REFERENCES access_building(establishment_id, id);
ALTER TABLE prison_prisonalert ADD CONSTRAINT prison_alert_building_here
    FOREIGN KEY (establishment_id, building_id) REFERENCES access_building(establishment_id, id);
ALTER TABLE prison_printedsheet ADD CONSTRAINT printed_sheet_building_here
    FOREIGN KEY (establishment_id, building_id) REFERENCES access_building(establishment_id, id);

-- Each line of an edition says what a line says, and nothing else.
ALTER TABLE prison_edition ADD CONSTRAINT lines_are_neutral
    CHECK (prison_lines_are_neutral(lines));

-- Nor are its digest and its hour room for anything else: hours of publication are whole minutes.
ALTER TABLE prison_edition ADD CONSTRAINT edition_digest
    CHECK (digest::text ~ '^[0-9a-f]{64}$'::text);
ALTER TABLE prison_edition ADD CONSTRAINT edition_planned_for
    CHECK (date_trunc('minute'::text, (planned_for AT TIME ZONE 'UTC'::text)) = (planned_for AT TIME ZONE 'UTC'::text));

-- What an officer's login keeps of its paper can be read back, whoever wrote it.
ALTER TABLE prison_printedsheet ADD CONSTRAINT sheet_is_whole
    CHECK (prison_sheet_is_whole(lines));
ALTER TABLE prison_printedsheet ADD CONSTRAINT sheet_of_these_times
    CHECK (day >= '2000-01-01'::date AND day <= '2999-12-31'::date AND (printed_at AT TIME ZONE 'UTC'::text) >= '2000-01-01 00:00:00'::timestamp without time zone AND (printed_at AT TIME ZONE 'UTC'::text) <= '2999-12-31 00:00:00'::timestamp without time zone AND (planned_for AT TIME ZONE 'UTC'::text) >= '2000-01-01 00:00:00'::timestamp without time zone AND (planned_for AT TIME ZONE 'UTC'::text) <= '2999-12-31 00:00:00'::timestamp without time zone);

-- Care's accounts stand in the hospital's database, and nowhere else.
ALTER TABLE access_user ADD CONSTRAINT user_of_this_side
    CHECK (side::text = 'prison'::text);
ALTER TABLE access_membership ADD CONSTRAINT membership_of_this_side
    CHECK (side::text = 'prison'::text);
