-- What the care door's login may do with the agenda. What is not deleted here is not deleted by anybody.
GRANT SELECT, INSERT, UPDATE ON appointments_detainee, appointments_agenda, appointments_kind TO carehub_care;
GRANT SELECT, INSERT ON appointments_registryimport TO carehub_care;
GRANT SELECT, INSERT, DELETE ON appointments_registryupload TO carehub_care;

-- The planning: rooms, practitioners and their absences say who is seen by whom.
GRANT SELECT, INSERT, UPDATE ON appointments_room, appointments_unitcalendar TO carehub_care;
GRANT SELECT, INSERT, UPDATE, DELETE ON appointments_arrivaltime, appointments_sessionpattern, appointments_consultationsession
    TO carehub_care;
GRANT SELECT, INSERT, UPDATE ON appointments_agendahours TO carehub_care;
-- A door asks for a search and reads it; only the worker, the owner, writes what was found.
GRANT SELECT, INSERT ON appointments_plansearch TO carehub_care;
GRANT SELECT, INSERT, DELETE ON appointments_absence, appointments_closure TO carehub_care;
-- To lock a row is to be allowed to change it; no other door's login can stop care here.
GRANT SELECT, UPDATE (subject) ON appointments_hold TO carehub_care;

-- Appointments and their history, requests, hospital escorts.
GRANT SELECT, INSERT, UPDATE ON appointments_appointment TO carehub_care;
GRANT SELECT, INSERT ON appointments_series, appointments_appointmentchange TO carehub_care;
GRANT SELECT, INSERT, UPDATE ON appointments_request, appointments_question, appointments_requestsettings TO carehub_care;
GRANT SELECT, INSERT, UPDATE ON appointments_escort, appointments_slipwording TO carehub_care;

-- The neutral shadow, and when it is published.
GRANT SELECT, INSERT, UPDATE, DELETE ON appointments_movement, appointments_publicationtime TO carehub_care;
GRANT SELECT, INSERT ON appointments_unplannedpublication TO carehub_care;

-- What the list tells is measured by night, by the owner's login; a page can only read it.
GRANT SELECT ON appointments_neutralitymeasure TO carehub_care;

-- What officers recorded, froze and sent, as the courier brought it; care says that an alert was received.
GRANT SELECT ON appointments_movementevent, appointments_freeze, appointments_prisonlink TO carehub_care;
GRANT SELECT, UPDATE (received_at, received_by_id) ON appointments_alert TO carehub_care;
