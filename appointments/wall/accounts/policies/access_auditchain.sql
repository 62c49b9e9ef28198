-- The ends of the log's chains: no policy and no grant, closed whoever opens it. Who could lock a row could stop a door.
ALTER TABLE access_auditchain ENABLE ROW LEVEL SECURITY;
