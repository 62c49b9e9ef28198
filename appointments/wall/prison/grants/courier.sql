-- What the courier may do here: write editions and what they refer to, take taps, freezes and alerts along, and forget
-- what is over. Of accounts, sessions and the log it knows nothing; nor does it learn which officer tapped.
GRANT SELECT, INSERT, UPDATE ON access_establishment, access_building TO carehub_courier;
GRANT SELECT, INSERT, UPDATE, DELETE ON prison_edition, prison_publishinghour, prison_linestate TO carehub_courier;
GRANT SELECT, INSERT, UPDATE ON prison_heartbeat TO carehub_courier;
GRANT SELECT (id, number, establishment_id, register_number, expected_at, at, line, state, impediment), DELETE
    ON prison_tap TO carehub_courier;
GRANT SELECT (id, establishment_id, building_id, reason, frozen_at, lifted_at, is_carried), UPDATE (is_carried), DELETE
    ON prison_prisonfreeze TO carehub_courier;
GRANT SELECT (id, establishment_id, building_id, register_number, last_name, first_name, urgency, raised_at, is_received,
              is_carried),
    UPDATE (is_received, is_carried), DELETE
    ON prison_prisonalert TO carehub_courier;
GRANT SELECT (id, establishment_id, day), DELETE ON prison_printedsheet TO carehub_courier;

-- What the unit has opened to which account, and in which hours it was used.
GRANT SELECT, INSERT, UPDATE, DELETE ON prison_exportpermission TO carehub_courier;
GRANT SELECT (id, establishment_id, username, taken_as, hour), DELETE ON prison_exportuse TO carehub_courier;

-- The check of an edition is made as whoever writes it.
GRANT EXECUTE ON FUNCTION prison_lines_are_neutral(jsonb) TO carehub_courier;
