-- Calendar addresses of accounts of one's own side; the accounts door has none and ends others by a function.
ALTER TABLE access_calendaraddress ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON access_calendaraddress TO carehub_care, carehub_prison
    USING (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()))
    WITH CHECK (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()));
