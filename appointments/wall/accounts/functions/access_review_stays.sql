-- A review is proof: what it says stays as it was when it opened, a decision is made once, an end too; for the owner's
-- login as well. Lines come with their review, in one transaction.
CREATE OR REPLACE FUNCTION access_review_stays() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE
    before jsonb := to_jsonb(OLD);
    after jsonb := to_jsonb(NEW);
    decided text[] := '{decision,decided_at,decided_by_id,stood}';
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'access_accessreview' THEN
        IF OLD.closed_at IS NULL AND before - 'closed_at' = after - 'closed_at' THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF OLD.decision = '' AND EXISTS (SELECT FROM access_accessreview r WHERE r.id = OLD.review_id AND r.closed_at IS NULL)
           AND before - decided = after - decided
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'A review of accounts is kept as it is: % is refused.', TG_OP
        USING ERRCODE = 'check_violation', CONSTRAINT = 'review_stays';
END $$;

CREATE TRIGGER review_stays BEFORE UPDATE OR DELETE ON access_accessreview
    FOR EACH ROW EXECUTE FUNCTION access_review_stays();
CREATE TRIGGER reviews_never_emptied BEFORE TRUNCATE ON access_accessreview
    FOR EACH STATEMENT EXECUTE FUNCTION access_review_stays();
CREATE TRIGGER line_stays BEFORE UPDATE OR DELETE ON access_reviewline
    FOR EACH ROW EXECUTE FUNCTION access_review_stays();
CREATE TRIGGER lines_never_emptied BEFORE TRUNCATE ON access_reviewline
    FOR EACH STATEMENT EXECUTE FUNCTION access_review_stays();
