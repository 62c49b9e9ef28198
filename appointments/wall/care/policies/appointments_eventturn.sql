-- Whose turn it is to record: no policy and no grant, closed whoever opens it. Who could lock a row could stop a desk.
ALTER TABLE appointments_eventturn ENABLE ROW LEVEL SECURITY;
