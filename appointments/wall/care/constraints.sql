-- Everything that belongs together belongs to one establishment, and what follows a person stays with that person.
-- Exclusion constraints (nobody is in two places) stand with the models that Django makes the tables from.
-- Written as PostgreSQL gives them back (pg_get_constraintdef): one that differs from the file is made anew.

-- The nominal list.
ALTER TABLE appointments_detainee ADD CONSTRAINT detainee_building_here
    FOREIGN KEY (establishment_id, building_id) REFERENCES access_building(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;

-- Who is who.
ALTER TABLE appointments_detainee ADD CONSTRAINT joined_into_here
    FOREIGN KEY (establishment_id, joined_into_id) REFERENCES appointments_detainee(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_formernumber ADD CONSTRAINT former_number_detainee_here
    FOREIGN KEY (establishment_id, detainee_id) REFERENCES appointments_detainee(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_personjoin ADD CONSTRAINT join_joined_here
    FOREIGN KEY (establishment_id, joined_id) REFERENCES appointments_detainee(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_personjoin ADD CONSTRAINT join_survivor_here
    FOREIGN KEY (establishment_id, survivor_id) REFERENCES appointments_detainee(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_registrychange ADD CONSTRAINT change_detainee_here
    FOREIGN KEY (establishment_id, detainee_id) REFERENCES appointments_detainee(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;

-- The planning.
ALTER TABLE appointments_sessionpattern ADD CONSTRAINT pattern_agenda_here
    FOREIGN KEY (establishment_id, agenda_id) REFERENCES appointments_agenda(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_sessionpattern ADD CONSTRAINT pattern_room_here
    FOREIGN KEY (establishment_id, room_id) REFERENCES appointments_room(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_consultationsession ADD CONSTRAINT session_agenda_here
    FOREIGN KEY (establishment_id, agenda_id) REFERENCES appointments_agenda(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_consultationsession ADD CONSTRAINT session_pattern_of_agenda
    FOREIGN KEY (agenda_id, pattern_id) REFERENCES appointments_sessionpattern(agenda_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_consultationsession ADD CONSTRAINT session_room_here
    FOREIGN KEY (establishment_id, room_id) REFERENCES appointments_room(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_absence ADD CONSTRAINT absence_agenda_here
    FOREIGN KEY (establishment_id, agenda_id) REFERENCES appointments_agenda(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_agendahours ADD CONSTRAINT agenda_hours_here
    FOREIGN KEY (establishment_id, agenda_id) REFERENCES appointments_agenda(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;

-- Units: what a row is of, is of its establishment; a request for a kind is addressed to the unit that has it.
ALTER TABLE appointments_agenda ADD CONSTRAINT agenda_unit_here
    FOREIGN KEY (establishment_id, unit_id) REFERENCES appointments_careunit(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_kind ADD CONSTRAINT kind_unit_here
    FOREIGN KEY (establishment_id, unit_id) REFERENCES appointments_careunit(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_closure ADD CONSTRAINT closure_unit_here
    FOREIGN KEY (establishment_id, unit_id) REFERENCES appointments_careunit(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_request ADD CONSTRAINT request_unit_here
    FOREIGN KEY (establishment_id, unit_id) REFERENCES appointments_careunit(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_request ADD CONSTRAINT request_forwarded_from_here
    FOREIGN KEY (establishment_id, forwarded_from_id) REFERENCES appointments_careunit(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_request ADD CONSTRAINT request_kind_of_unit
    FOREIGN KEY (unit_id, kind_id) REFERENCES appointments_kind(unit_id, id)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE appointments_obstruction ADD CONSTRAINT obstruction_unit_here
    FOREIGN KEY (establishment_id, unit_id) REFERENCES appointments_careunit(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_obstructionreport ADD CONSTRAINT report_unit_here
    FOREIGN KEY (establishment_id, unit_id) REFERENCES appointments_careunit(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_publishedfigure ADD CONSTRAINT published_unit_here
    FOREIGN KEY (establishment_id, unit_id) REFERENCES appointments_careunit(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_complaint ADD CONSTRAINT complaint_unit_here
    FOREIGN KEY (establishment_id, unit_id) REFERENCES appointments_careunit(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;

-- The neutral shadow.
ALTER TABLE appointments_movement ADD CONSTRAINT movement_building_here
    FOREIGN KEY (establishment_id, building_id) REFERENCES access_building(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_freeze ADD CONSTRAINT freeze_building_here
    FOREIGN KEY (establishment_id, building_id) REFERENCES access_building(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_alert ADD CONSTRAINT alert_building_here
    FOREIGN KEY (establishment_id, building_id) REFERENCES access_building(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;

-- People are called, and lists go out, at whole minutes: an edition has no room for more.
ALTER TABLE appointments_arrivaltime ADD CONSTRAINT arrival_time_of_a_minute
    CHECK (date_trunc('minute'::text, at::interval) = at::interval);
ALTER TABLE appointments_publicationtime ADD CONSTRAINT publication_time_of_a_minute
    CHECK (date_trunc('minute'::text, at::interval) = at::interval);

-- Files and calendar are open to an officer for a year at most.
ALTER TABLE appointments_exportpermission ADD CONSTRAINT export_a_year
    CHECK (until >= opened_on AND until <= (opened_on + 366));

-- Appointments: one establishment, one person, a session of the agenda.
ALTER TABLE appointments_appointment ADD CONSTRAINT appointment_agenda_here
    FOREIGN KEY (establishment_id, agenda_id) REFERENCES appointments_agenda(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_appointment ADD CONSTRAINT appointment_detainee_here
    FOREIGN KEY (establishment_id, detainee_id) REFERENCES appointments_detainee(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_appointment ADD CONSTRAINT appointment_kind_here
    FOREIGN KEY (establishment_id, kind_id) REFERENCES appointments_kind(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_appointment ADD CONSTRAINT appointment_series_of_person
    FOREIGN KEY (establishment_id, detainee_id, series_id) REFERENCES appointments_series(establishment_id, detainee_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_appointment ADD CONSTRAINT appointment_session_of_agenda
    FOREIGN KEY (agenda_id, session_id) REFERENCES appointments_consultationsession(agenda_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_appointment ADD CONSTRAINT follows_same_person
    FOREIGN KEY (detainee_id, follows_id) REFERENCES appointments_appointment(detainee_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_series ADD CONSTRAINT series_detainee_here
    FOREIGN KEY (establishment_id, detainee_id) REFERENCES appointments_detainee(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_keptappointment ADD CONSTRAINT kept_agenda_here
    FOREIGN KEY (establishment_id, agenda_id) REFERENCES appointments_agenda(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;

-- What a team tells itself is of a unit of the same establishment.
ALTER TABLE appointments_shiftnote ADD CONSTRAINT shift_note_unit_here
    FOREIGN KEY (establishment_id, unit_id) REFERENCES appointments_careunit(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_teamtask ADD CONSTRAINT team_task_unit_here
    FOREIGN KEY (establishment_id, unit_id) REFERENCES appointments_careunit(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;

-- Requests and questions.
ALTER TABLE appointments_request ADD CONSTRAINT request_appointment_of_person
    FOREIGN KEY (detainee_id, appointment_id) REFERENCES appointments_appointment(detainee_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_request ADD CONSTRAINT request_detainee_here
    FOREIGN KEY (establishment_id, detainee_id) REFERENCES appointments_detainee(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_request ADD CONSTRAINT request_kind_here
    FOREIGN KEY (establishment_id, kind_id) REFERENCES appointments_kind(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_request ADD CONSTRAINT request_returned_of_person
    FOREIGN KEY (detainee_id, returned_from_id) REFERENCES appointments_appointment(detainee_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_question ADD CONSTRAINT question_appointment_of_person
    FOREIGN KEY (detainee_id, appointment_id) REFERENCES appointments_appointment(detainee_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_question ADD CONSTRAINT question_detainee_here
    FOREIGN KEY (establishment_id, detainee_id) REFERENCES appointments_detainee(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_requestsettings ADD CONSTRAINT request_settings_kind_here
    FOREIGN KEY (establishment_id, arrival_kind_id) REFERENCES appointments_kind(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;

-- Hospital escorts.
ALTER TABLE appointments_escort ADD CONSTRAINT escort_detainee_here
    FOREIGN KEY (establishment_id, detainee_id) REFERENCES appointments_detainee(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_escort ADD CONSTRAINT escort_follows_same_person
    FOREIGN KEY (detainee_id, follows_id) REFERENCES appointments_escort(detainee_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_escortchange ADD CONSTRAINT escort_change_of_escort
    FOREIGN KEY (establishment_id, escort_id) REFERENCES appointments_escort(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;

-- Obstructed care.
ALTER TABLE appointments_obstruction ADD CONSTRAINT obstruction_appointment_of_person
    FOREIGN KEY (detainee_id, appointment_id) REFERENCES appointments_appointment(detainee_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_obstruction ADD CONSTRAINT obstruction_building_here
    FOREIGN KEY (establishment_id, building_id) REFERENCES access_building(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_obstruction ADD CONSTRAINT obstruction_detainee_here
    FOREIGN KEY (establishment_id, detainee_id) REFERENCES appointments_detainee(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_appointment ADD CONSTRAINT appointment_called_from_here
    FOREIGN KEY (establishment_id, called_from_id) REFERENCES access_building(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;

-- Reports and complaints: the digest is that of the bytes, and the person is of the establishment.
ALTER TABLE appointments_reportfile ADD CONSTRAINT report_file_digest
    CHECK (sha256::text = encode(sha256(content), 'hex'::text) AND size = length(content));
ALTER TABLE appointments_complaintletter ADD CONSTRAINT complaint_letter_digest
    CHECK (sha256::text = encode(sha256(content), 'hex'::text) AND size = length(content));
ALTER TABLE appointments_complaint ADD CONSTRAINT complaint_detainee_here
    FOREIGN KEY (establishment_id, detainee_id) REFERENCES appointments_detainee(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;

-- Officers' accounts stand in the prison's database, and nowhere else.
ALTER TABLE access_user ADD CONSTRAINT user_of_this_side
    CHECK (side::text <> 'prison'::text);
ALTER TABLE access_membership ADD CONSTRAINT membership_of_this_side
    CHECK (side::text <> 'prison'::text);

-- Emergency access: an agenda or a person of the establishment, for an hour at most, with a reason.
ALTER TABLE appointments_emergencyaccess ADD CONSTRAINT emergency_agenda_here
    FOREIGN KEY (establishment_id, agenda_id) REFERENCES appointments_agenda(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_emergencyaccess ADD CONSTRAINT emergency_detainee_here
    FOREIGN KEY (establishment_id, detainee_id) REFERENCES appointments_detainee(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_emergencyaccess ADD CONSTRAINT emergency_for_an_hour
    CHECK (until <= (began_at + '01:00:00'::interval) AND (ended_at IS NULL OR ended_at >= began_at));
ALTER TABLE appointments_emergencyaccess ADD CONSTRAINT emergency_has_a_reason
    CHECK (length(btrim(reason::text)) >= 15);
-- Rounds.
ALTER TABLE appointments_roundstay ADD CONSTRAINT round_stay_detainee_here
    FOREIGN KEY (establishment_id, detainee_id) REFERENCES appointments_detainee(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_roundstay ADD CONSTRAINT round_stay_kind_here
    FOREIGN KEY (establishment_id, kind_id) REFERENCES appointments_roundkind(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_roundvisit ADD CONSTRAINT round_visit_building_here
    FOREIGN KEY (establishment_id, building_id) REFERENCES access_building(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_roundvisit ADD CONSTRAINT round_visit_replaces_of_day
    FOREIGN KEY (stay_id, day, replaces_id) REFERENCES appointments_roundvisit(stay_id, day, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_roundvisit ADD CONSTRAINT round_visit_stay_here
    FOREIGN KEY (establishment_id, stay_id) REFERENCES appointments_roundstay(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;

-- Hand-overs: a person and a receiving unit of the establishment.
ALTER TABLE appointments_handover ADD CONSTRAINT hand_over_detainee_here
    FOREIGN KEY (establishment_id, detainee_id) REFERENCES appointments_detainee(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_handover ADD CONSTRAINT hand_over_partner_here
    FOREIGN KEY (establishment_id, partner_id) REFERENCES appointments_partnerunit(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_handovertaken ADD CONSTRAINT taken_over_detainee_here
    FOREIGN KEY (establishment_id, detainee_id) REFERENCES appointments_detainee(establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
