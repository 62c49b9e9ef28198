-- django-axes counts wrong passwords in tables that know no side: each door gets its own rows.
ALTER TABLE axes_accessattempt ADD COLUMN IF NOT EXISTS side text NOT NULL DEFAULT access_side();
ALTER TABLE axes_accessfailurelog ADD COLUMN IF NOT EXISTS side text NOT NULL DEFAULT access_side();
ALTER TABLE axes_accesslog ADD COLUMN IF NOT EXISTS side text NOT NULL DEFAULT access_side();

-- The package's own "once a name, an address and a browser" would let one door's attempt shut out another's.
DO $$
DECLARE its text;
BEGIN
    FOR its IN SELECT conname FROM pg_constraint WHERE conrelid = 'axes_accessattempt'::regclass AND contype = 'u'
               AND conname <> 'axes_attempt_once_per_side' LOOP
        EXECUTE format('ALTER TABLE axes_accessattempt DROP CONSTRAINT %I', its);
    END LOOP;
END $$;
