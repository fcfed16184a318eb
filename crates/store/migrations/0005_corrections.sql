-- How often an Activity was corrected: a correction names the state that it was made on.
ALTER TABLE activity ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

-- What was filed before and after, as it is and as people read it then. Its key is also that of its entry in the change
-- log. engagement is empty where the call itself was settled.
CREATE TABLE correction (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    key BLOB NOT NULL,
    call_id INTEGER NOT NULL REFERENCES call,
    engagement BLOB,
    at INTEGER NOT NULL,
    by_user BLOB NOT NULL,
    reason TEXT,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    fields TEXT NOT NULL,
    undoes BLOB,
    UNIQUE (key, tenant_id)
) STRICT;
CREATE INDEX correction_of_call ON correction (call_id);
