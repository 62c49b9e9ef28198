-- The package's table of user handles stays empty, for ours are derived: no policy and no grant, closed whoever opens it.
ALTER TABLE django_otp_webauthn_webauthnuserhandle ENABLE ROW LEVEL SECURITY;
