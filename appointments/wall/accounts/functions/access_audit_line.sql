-- The digest of one line of the access log, which the next line takes up. doctor's look at the log computes it again.
CREATE OR REPLACE FUNCTION access_audit_line(line access_auditentry) RETURNS text LANGUAGE sql IMMUTABLE
    SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        line.previous_hash, line.id, extract(epoch FROM line.at)::text, line.door, line.user_id, line.username,
        line.verb, line.target_type, line.target_id, line.establishment_id)::text, 'UTF8')), 'hex')
$$;
