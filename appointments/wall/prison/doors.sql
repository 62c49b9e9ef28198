-- Who has business in the prison's database. The care door's login may not so much as connect.
DO $$ BEGIN
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO carehub_prison, carehub_accounts, carehub_courier', current_database());
END $$;
GRANT USAGE ON SCHEMA public TO carehub_prison, carehub_accounts, carehub_courier;
