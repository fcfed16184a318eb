-- The list of one agent's calls goes back in time as well: when the call of a part began stands beside the agent, in the
-- index by which it was already asked whether they have a part in a call.
ALTER TABLE engagement ADD COLUMN began_at INTEGER NOT NULL DEFAULT 0;
UPDATE engagement SET began_at = (SELECT c.started_at FROM call c WHERE c.id = engagement.call_id);
DROP INDEX engagement_of_agent;
CREATE INDEX engagement_of_agent ON engagement (tenant_id, agent, began_at, call_id);

-- Views of the list of Activities, and which of them somebody begins with.
CREATE TABLE list_view (
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    key BLOB NOT NULL,
    owner BLOB NOT NULL,
    shared INTEGER NOT NULL,
    version INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (tenant_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_view_of_owner ON list_view (tenant_id, owner);
CREATE INDEX list_view_shared ON list_view (tenant_id) WHERE shared;
CREATE TABLE first_view (
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    user BLOB NOT NULL,
    view BLOB NOT NULL,
    PRIMARY KEY (tenant_id, user)
) STRICT, WITHOUT ROWID;

-- Corrections of many Activities at once, and what became of each of their calls. No foreign keys: a call may become part of
-- another, and what was done stays to be read.
CREATE TABLE bulk (
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    key BLOB NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (tenant_id, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE bulk_item (
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    bulk BLOB NOT NULL,
    call BLOB NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (tenant_id, bulk, call)
) STRICT, WITHOUT ROWID;
