-- What the prison door's login may do: read the published lists and where each line stands, and record what officers do.
-- Columns are granted one by one, which also closes the system columns.
GRANT SELECT (id, establishment_id, day, version, planned_for, lines, digest) ON prison_edition TO carehub_prison;
GRANT SELECT (id, establishment_id, at, since, until) ON prison_publishinghour TO carehub_prison;
GRANT SELECT (id, at) ON prison_heartbeat TO carehub_prison;

-- The outbox: filled and never read. The other columns of a tap are the database's.
GRANT INSERT (id, establishment_id, line, seen_state, seen_impediment, state, impediment, by_id) ON prison_tap TO carehub_prison;
GRANT SELECT (line, establishment_id, day, state, impediment, at, previous_state, previous_impediment)
    ON prison_linestate TO carehub_prison;
GRANT SELECT (establishment_id, taps) ON prison_deskcount TO carehub_prison;
GRANT EXECUTE ON FUNCTION prison_moment(bigint, bigint, date, boolean, interval) TO carehub_prison;

GRANT SELECT (id, establishment_id, building_id, reason, frozen_at, lifted_at, frozen_by_id, lifted_by_id, is_carried),
    INSERT (id, establishment_id, building_id, reason, frozen_at, lifted_at, frozen_by_id, lifted_by_id, is_carried),
    UPDATE (lifted_at, lifted_by_id)
    ON prison_prisonfreeze TO carehub_prison;
GRANT SELECT (id, establishment_id, building_id, register_number, last_name, first_name, urgency, raised_at, raised_by_id,
              is_received, is_carried),
    INSERT (id, establishment_id, building_id, register_number, last_name, first_name, urgency, raised_at, raised_by_id,
            is_received, is_carried)
    ON prison_prisonalert TO carehub_prison;

GRANT SELECT, INSERT ON prison_printedsheet TO carehub_prison;

-- How the desk reads its cells, and which screens hang on a wall: a digest opens nothing, a screen that was closed stays so.
GRANT SELECT, INSERT, UPDATE (floor_rule, late_after) ON prison_desksetting TO carehub_prison;
GRANT SELECT,
    INSERT (id, establishment_id, label, names, digest, opened_by_id, opened_at, expires_at, revoked_at),
    UPDATE (revoked_at)
    ON prison_walldisplay TO carehub_prison;

-- What the unit has opened is read here and written by the courier. That something was taken is written and not read.
GRANT SELECT (establishment_id, username, until, is_known) ON prison_exportpermission TO carehub_prison;
GRANT INSERT (establishment_id, by_id, taken_as) ON prison_exportuse TO carehub_prison;

-- The check of a sheet is made as whoever writes it.
GRANT EXECUTE ON FUNCTION prison_sheet_is_whole(jsonb) TO carehub_prison;
