-- What the courier may do in the hospital's database: read the neutral shadow, and bring what officers recorded. It reads
-- no appointment, no agenda, no person, no account.
GRANT SELECT ON access_establishment, access_building TO carehub_courier;
GRANT SELECT (id, establishment_id, building_id, cell, last_name, first_name, register_number, expected_at, state, state_at,
              impediment, visible_from, is_added, withdrawn_from, restored_from),
    UPDATE (state, state_at, impediment)
    ON appointments_movement TO carehub_courier;
GRANT SELECT ON appointments_publicationtime, appointments_unplannedpublication TO carehub_courier;

GRANT SELECT, INSERT ON appointments_movementevent TO carehub_courier;
GRANT USAGE ON SEQUENCE appointments_movementevent_id_seq TO carehub_courier;
GRANT SELECT, INSERT, UPDATE (lifted_at) ON appointments_freeze TO carehub_courier;
GRANT SELECT (id, establishment_id, building_id, register_number, last_name, first_name, urgency, raised_at, received_at,
              is_received, is_told),
    INSERT (id, establishment_id, building_id, register_number, last_name, first_name, urgency, raised_at, received_at,
            received_by_id, is_told),
    UPDATE (is_told)
    ON appointments_alert TO carehub_courier;

-- To whom files and calendar are open; what the prison's database says of it, and what was taken.
GRANT SELECT (id, establishment_id, username, until, withdrawn_at, answer), UPDATE (answer)
    ON appointments_exportpermission TO carehub_courier;
GRANT INSERT ON appointments_exportuse TO carehub_courier;

GRANT SELECT, INSERT, UPDATE ON appointments_courierlease, appointments_prisonlink TO carehub_courier;
