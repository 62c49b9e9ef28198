-- A visit is written down now, by and for accounts that work at the establishment.
ALTER TABLE appointments_roundvisit ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON appointments_roundvisit FOR SELECT TO carehub_care
    USING (true);
CREATE POLICY notes ON appointments_roundvisit FOR INSERT TO carehub_care WITH CHECK (
    recorded_at BETWEEN now() - interval '1 minute' AND clock_timestamp()
    AND recorded_by_id IN (
        SELECT m.user_id FROM access_membership m WHERE m.establishment_id = appointments_roundvisit.establishment_id)
    AND made_by_id IN (
        SELECT m.user_id FROM access_membership m WHERE m.establishment_id = appointments_roundvisit.establishment_id)
);
