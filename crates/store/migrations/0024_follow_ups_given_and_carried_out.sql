-- Whose a follow-up was that was given to another agent: the agent whose Log asked for it.
ALTER TABLE follow_up ADD COLUMN given_from TEXT;

-- What became of follow-ups in the CRM. By the call's own id, because it outlasts a call that became part of another.
CREATE TABLE crm_follow_up (
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    call BLOB NOT NULL,
    filed TEXT NOT NULL,
    PRIMARY KEY (tenant_id, call)
) STRICT, WITHOUT ROWID;
