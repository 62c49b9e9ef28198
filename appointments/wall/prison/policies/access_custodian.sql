-- Filled in the hospital's database alone: here no policy and no grant, closed whoever opens it.
ALTER TABLE access_custodian ENABLE ROW LEVEL SECURITY;
