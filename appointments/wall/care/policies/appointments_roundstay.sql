-- Care puts people on a round in the name of an account that works there; who comes by their cell is the database's own.
ALTER TABLE appointments_roundstay ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON appointments_roundstay FOR SELECT TO carehub_care
    USING (true);
CREATE POLICY adds ON appointments_roundstay FOR INSERT TO carehub_care WITH CHECK (
    place = '' AND added_by_id IN (
        SELECT m.user_id FROM access_membership m WHERE m.establishment_id = appointments_roundstay.establishment_id)
);
CREATE POLICY ends ON appointments_roundstay FOR UPDATE TO carehub_care
    USING (place = '')
    WITH CHECK (place = '' AND (ended_by_id IS NULL OR ended_by_id IN (
        SELECT m.user_id FROM access_membership m WHERE m.establishment_id = appointments_roundstay.establishment_id)));
