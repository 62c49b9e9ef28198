-- What the accounts door's login knows of the agenda: which agendas there are, to give rights on them.
GRANT SELECT (id, establishment_id, name) ON appointments_agenda TO carehub_accounts;
-- And which units: an account of a head says of which one.
GRANT SELECT (id, establishment_id, name) ON appointments_careunit TO carehub_accounts;

-- By what agreement one administrator may manage both sides.
GRANT SELECT ON access_jointadministration TO carehub_accounts;
-- What waits for a second person's word, and the word of an administrator.
GRANT SELECT ON access_secondword TO carehub_accounts;
GRANT EXECUTE ON FUNCTION access_answer_word(bigint, bigint, boolean), access_hands_of(bigint, bigint) TO carehub_accounts;
