-- Who has business in the hospital's database. The prison door's login may not so much as connect.
DO $$ BEGIN
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO carehub_care, carehub_accounts, carehub_courier', current_database());
END $$;
GRANT USAGE ON SCHEMA public TO carehub_care, carehub_accounts, carehub_courier;
