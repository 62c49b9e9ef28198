-- Officers send alerts as themselves, now, and not as received; the courier says that they were received.
ALTER TABLE prison_prisonalert ENABLE ROW LEVEL SECURITY;

CREATE POLICY officers ON prison_prisonalert FOR SELECT TO carehub_prison
    USING (true);
CREATE POLICY sends ON prison_prisonalert FOR INSERT TO carehub_prison WITH CHECK (
    NOT is_received AND raised_at BETWEEN now() - interval '1 minute' AND clock_timestamp()
);
CREATE POLICY courier ON prison_prisonalert TO carehub_courier
    USING (true)
    WITH CHECK (true);
