-- What the care door's login may do with the agenda. What is not deleted here is not deleted by anybody.
GRANT SELECT, INSERT, UPDATE ON appointments_detainee, appointments_agenda, appointments_kind TO carehub_care;
GRANT SELECT, INSERT, UPDATE (effects, undone_at, undone_by_id) ON appointments_registryimport TO carehub_care;
-- Who is who: a join is taken back, never rewritten; a former number goes with what brought it.
GRANT SELECT, INSERT, UPDATE (undone_at, undone_by_id, undone_by_name) ON appointments_personjoin TO carehub_care;
GRANT SELECT, INSERT, DELETE ON appointments_formernumber TO carehub_care;
GRANT SELECT, INSERT ON appointments_registrychange TO carehub_care;
GRANT EXECUTE ON FUNCTION appointments_goes_with_join(text, text, uuid, uuid) TO carehub_care;
GRANT SELECT, INSERT, DELETE ON appointments_registryupload TO carehub_care;

-- Units are opened and renamed by the owner's login alone.
GRANT SELECT ON appointments_careunit TO carehub_care;

-- The planning: rooms, practitioners and their absences say who is seen by whom.
GRANT SELECT, INSERT, UPDATE ON appointments_room, appointments_unitcalendar TO carehub_care;
GRANT SELECT, INSERT, UPDATE, DELETE ON appointments_arrivaltime, appointments_sessionpattern, appointments_consultationsession
    TO carehub_care;
GRANT SELECT, INSERT, UPDATE ON appointments_agendahours TO carehub_care;
-- A door asks for a search and reads it; only the worker, the owner, writes what was found.
GRANT SELECT, INSERT ON appointments_plansearch TO carehub_care;
GRANT SELECT, INSERT, DELETE ON appointments_absence, appointments_closure TO carehub_care;
-- A word that an appointment stays goes with its absence; without it the appointment wants a decision again.
GRANT SELECT, INSERT, DELETE ON appointments_keptappointment TO carehub_care;
-- To lock a row is to be allowed to change it; no other door's login can stop care here.
GRANT SELECT, UPDATE (subject) ON appointments_hold TO carehub_care;

-- Appointments and their history, requests, hospital escorts.
GRANT SELECT, INSERT, UPDATE ON appointments_appointment TO carehub_care;
-- A series goes with its person when two records are joined, and changes in nothing else.
GRANT UPDATE (detainee_id) ON appointments_series TO carehub_care;
GRANT SELECT, INSERT ON appointments_series, appointments_appointmentchange, appointments_escortchange TO carehub_care;
GRANT SELECT, INSERT, UPDATE ON appointments_request, appointments_question, appointments_requestsettings TO carehub_care;
GRANT SELECT, INSERT, UPDATE ON appointments_escort, appointments_slipwording, appointments_delaysettings
    TO carehub_care;
-- What a carer leaves out of the page of the day.
GRANT SELECT, INSERT, UPDATE ON appointments_dayfilter TO carehub_care;
GRANT SELECT, INSERT, UPDATE (word, said_by_id, said_at) ON appointments_setupanswer TO carehub_care;

-- The neutral shadow, and when it is published.
GRANT SELECT, INSERT, UPDATE, DELETE ON appointments_movement, appointments_publicationtime TO carehub_care;
GRANT SELECT, INSERT ON appointments_unplannedpublication TO carehub_care;

-- What the list tells is measured by night, by the owner's login; a page can only read it.
GRANT SELECT ON appointments_neutralitymeasure TO carehub_care;
-- Figures are counted by the worker, by night or when a door asks, which may ask anew and writes none.
GRANT SELECT, INSERT, UPDATE (state, progress, asked_at) ON appointments_countedfigures TO carehub_care;

-- What an open page asks every few seconds; it reads no row that the login does not.
GRANT EXECUTE ON FUNCTION appointments_open_page(text, timestamptz, interval, bigint, date) TO carehub_care;
-- What each verb asks, and the locks of one that books; nor do these read any.
GRANT EXECUTE ON FUNCTION appointments_rights(bigint, bigint) TO carehub_care;
GRANT EXECUTE ON FUNCTION appointments_hold_to_book(bigint, uuid, bigint) TO carehub_care;
GRANT EXECUTE ON FUNCTION appointments_at_hand(bigint, bigint, timestamptz, uuid, uuid[], boolean, boolean) TO carehub_care;

-- What officers recorded, froze and sent, as the courier brought it; care says that an alert was received.
GRANT SELECT ON appointments_movementevent, appointments_freeze, appointments_prisonlink TO carehub_care;
GRANT SELECT, UPDATE (received_at, received_by_id) ON appointments_alert TO carehub_care;

-- Obstructed care: facts are written, corrected and withdrawn, never deleted; their past is kept by a trigger.
GRANT SELECT, INSERT,
    UPDATE (kind, day, half_day, building_id, cause, facts, affected, expected, minutes, detainee_id, appointment_id,
            is_serious, withdrawn_at, withdrawn_by_id, withdrawn_reason, changed_by_id, revision)
    ON appointments_obstruction TO carehub_care;
GRANT SELECT, INSERT, UPDATE ON appointments_obstructionsettings TO carehub_care;
GRANT SELECT ON appointments_obstructionpast, appointments_prisonsilence TO carehub_care;
GRANT SELECT, INSERT, UPDATE (ended_at) ON appointments_obstructionreader TO carehub_care;

-- Reports: what was handed in is decided about and never changed; what was published stays. Complaints stand apart.
GRANT SELECT, INSERT, UPDATE ON appointments_obstructionreport, appointments_addressee, appointments_letterwording,
    appointments_letterhead, appointments_reportsettings TO carehub_care;
GRANT SELECT, INSERT, UPDATE, DELETE ON appointments_reportfact TO carehub_care;
GRANT SELECT, INSERT, UPDATE (decision, decided_by_id, decided_by_name, decided_at, reason)
    ON appointments_reportversion TO carehub_care;
GRANT SELECT, INSERT ON appointments_reportfile, appointments_publishedfigure TO carehub_care;
GRANT SELECT, INSERT, UPDATE (follow_up_on, answered_on, answer) ON appointments_reportsending TO carehub_care;
GRANT SELECT ON appointments_retentionpurge TO carehub_care;
GRANT SELECT, INSERT, UPDATE (detainee_id, obstruction_id, addressee, body, withdrawn_on, revision)
    ON appointments_complaint TO carehub_care;
GRANT SELECT, INSERT, UPDATE (sent_on, mode, follow_up_on, answered_on), DELETE
    ON appointments_complaintletter TO carehub_care;
-- What officers may take out of the screen, and what they took.
GRANT SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by_id) ON appointments_exportpermission TO carehub_care;
GRANT SELECT ON appointments_exportuse TO carehub_care;
-- Emergency access: begun with a reason, ended, judged; its times are the database's.
GRANT SELECT, INSERT, UPDATE (ended_at, word, word_by_id) ON appointments_emergencyaccess TO carehub_care;

-- Rounds: kinds are retired, times on a round are ended, visits only grow.
GRANT SELECT, INSERT, UPDATE ON appointments_roundkind TO carehub_care;
GRANT SELECT, INSERT, UPDATE (ends_on, ended_by_id, detainee_id) ON appointments_roundstay TO carehub_care;
GRANT SELECT, INSERT ON appointments_roundvisit TO carehub_care;

-- What a team tells itself: notes are withdrawn and tasks done, never rewritten; a draft goes when it is sent.
GRANT SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by_id) ON appointments_shiftnote TO carehub_care;
GRANT SELECT, INSERT, UPDATE (done_at, done_by_id) ON appointments_teamtask TO carehub_care;
GRANT SELECT, INSERT, UPDATE (sealed, saved_at), DELETE ON appointments_draft TO carehub_care;

-- How long each kind of data is kept; what was forgotten is written by the nightly purge, the owner, alone.
GRANT SELECT, INSERT, UPDATE (months) ON appointments_retentionperiod TO carehub_care;
GRANT SELECT ON appointments_purgerecord TO carehub_care;
-- Hand-overs: who sent what to whom, and what was taken over, stays as it was; a key is retired, never deleted.
GRANT SELECT, INSERT, UPDATE (retired_at) ON appointments_partnerunit TO carehub_care;
GRANT SELECT, INSERT ON appointments_handover, appointments_handovertaken TO carehub_care;
