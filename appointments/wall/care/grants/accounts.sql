-- What the accounts door's login knows of the agenda: which agendas there are, to give rights on them.
GRANT SELECT (id, establishment_id, name) ON appointments_agenda TO carehub_accounts;
