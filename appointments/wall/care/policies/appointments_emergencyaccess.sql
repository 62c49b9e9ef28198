-- Emergency accesses are begun by a carer, ended by them, judged by another carer, each once; times are the database's
-- (appointments_emergency). Nobody takes one away, and no other door knows of them.
ALTER TABLE appointments_emergencyaccess ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON appointments_emergencyaccess FOR SELECT TO carehub_care
    USING (true);
CREATE POLICY begins ON appointments_emergencyaccess FOR INSERT TO carehub_care
    WITH CHECK (user_id IN (SELECT u.id FROM access_user u WHERE u.is_active));
CREATE POLICY ends_and_judges ON appointments_emergencyaccess FOR UPDATE TO carehub_care
    USING (true)
    WITH CHECK (word_by_id IS NULL OR word_by_id IN (SELECT u.id FROM access_user u WHERE u.is_active));
