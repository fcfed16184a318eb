-- How many calls that are over stand where, by quarters of an hour (slot: since 1970) and phone system: every day of every time zone
-- is made of such, so no zone has rows of its own. Kept up in the transaction that changes a call or its Activity.
CREATE TABLE ledger (
    tenant_id INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    source TEXT NOT NULL,
    class TEXT NOT NULL,
    inferred INTEGER NOT NULL,
    from_file INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, slot, source, class, inferred, from_file)
) STRICT, WITHOUT ROWID;
INSERT INTO ledger (tenant_id, slot, source, class, inferred, from_file, calls)
    SELECT c.tenant_id, c.started_at / 900000000, c.source,
        COALESCE(c.no_activity, a.outcome, 'gap') AS class, c.inferred, 0, COUNT(*)
    FROM call c LEFT JOIN activity a ON a.call_id = c.id
    WHERE c.state = 'ended' AND c.source NOT LIKE 'import:%'
    GROUP BY 1, 2, 3, 4, 5;

-- When a source was heard last, and the times in which it was not heard.
ALTER TABLE source ADD COLUMN heard_at INTEGER;
CREATE TABLE deaf (
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (tenant_id, from_at, source)
) STRICT, WITHOUT ROWID;

-- Calls of which a connection that was lost made part a conclusion: told one by one.
CREATE INDEX call_inferred ON call (tenant_id, started_at) WHERE inferred = 1;

-- Files of phone systems that are compared with what is known, and the calls that only they tell of.
CREATE TABLE reconciliation (
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    key BLOB NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (tenant_id, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE missing_call (
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    key BLOB NOT NULL,
    source TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    named INTEGER NOT NULL,
    made INTEGER NOT NULL,
    version INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (tenant_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX missing_by_time ON missing_call (tenant_id, began_at, key);
