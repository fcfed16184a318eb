-- What a supervisor looks at: the calls that live now, who waits in a ring group and since when, and who is held up by a
-- wrap-up. The indexes hold what is now and nothing of the past.
ALTER TABLE call ADD COLUMN waiting_since INTEGER;
CREATE INDEX call_live ON call (tenant_id, id) WHERE state = 'live';
CREATE INDEX wrapup_working ON wrapup (tenant_id, opened_at, key) WHERE state = 'open' AND released_at IS NULL;
