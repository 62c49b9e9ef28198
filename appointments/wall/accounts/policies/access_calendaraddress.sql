-- Calendar addresses of accounts of one's own side; the accounts door has none and ends others by a function.
ALTER TABLE access_calendaraddress ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON access_calendaraddress TO carehub_care, carehub_prison
    USING (EXISTS (SELECT FROM access_user u WHERE u.id = user_id AND u.side = access_side()))
    WITH CHECK (EXISTS (SELECT FROM access_user u WHERE u.id = user_id AND u.side = access_side()));
