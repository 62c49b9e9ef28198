-- Written as PostgreSQL gives them back (pg_get_constraintdef): one that differs from the file is made anew, which
-- reads the whole table.

-- A role stays on the side of its account.
ALTER TABLE access_membership ADD CONSTRAINT membership_on_side_of_user
    FOREIGN KEY (user_id, side) REFERENCES access_user(id, side)
    DEFERRABLE INITIALLY DEFERRED;

-- A link with an identity provider is of a care account.
ALTER TABLE access_providerlink ADD CONSTRAINT provider_link_on_side_of_user
    FOREIGN KEY (user_id, side) REFERENCES access_user(id, side)
    DEFERRABLE INITIALLY DEFERRED;

-- An interface token is of a care account: none can stand in a prison's database, which has no such account.
ALTER TABLE access_interfacetoken ADD CONSTRAINT interface_token_on_side_of_user
    FOREIGN KEY (user_id, side) REFERENCES access_user(id, side)
    DEFERRABLE INITIALLY DEFERRED;

-- A token's secret is at least 128 bits (RFC 4226, section 4, R6), and hexadecimal, whoever writes it.
ALTER TABLE otp_hotp_hotpdevice ADD CONSTRAINT hotp_token_is_usable
    CHECK (key::text ~ '^([0-9a-f]{2}){16,40}$'::text AND (digits = ANY (ARRAY[6, 8]))
        AND counter >= 0 AND tolerance >= 0 AND tolerance <= 100);
