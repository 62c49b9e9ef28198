-- Digests of former passwords: no policy and no grant, closed whoever opens it. A trigger writes and asks.
ALTER TABLE access_usedpassword ENABLE ROW LEVEL SECURITY;
