-- Lines of the reviews that the accounts door reads; of administrators, those whom its administrator may know of.
ALTER TABLE access_reviewline ENABLE ROW LEVEL SECURITY;

CREATE POLICY accounts_read ON access_reviewline FOR SELECT TO carehub_accounts
    USING (EXISTS (
        SELECT FROM access_accessreview r WHERE r.id = review_id
            AND (r.side <> 'accounts' OR user_id IN (SELECT access_accounts_in_sight()))));
