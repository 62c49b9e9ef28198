-- Officers' alerts as the courier brings them; care receives them, and what was received stays received.
ALTER TABLE appointments_alert ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON appointments_alert FOR SELECT TO carehub_care
    USING (true);
CREATE POLICY receives ON appointments_alert FOR UPDATE TO carehub_care
    USING (received_at IS NULL)
    WITH CHECK (received_at IS NOT NULL AND received_by_id IN (SELECT u.id FROM access_user u));
CREATE POLICY courier ON appointments_alert TO carehub_courier
    USING (true)
    WITH CHECK (true);
