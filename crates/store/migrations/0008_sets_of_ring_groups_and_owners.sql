-- Which ring groups a set is for, by their keys as a list; none: it is its direction's own. Retired sets offer nothing.
ALTER TABLE disposition_set ADD COLUMN ring_groups TEXT NOT NULL DEFAULT '[]';
ALTER TABLE disposition_set ADD COLUMN retired INTEGER NOT NULL DEFAULT 0;

-- The user whose record it is.
ALTER TABLE person ADD COLUMN owner BLOB;

-- The words that the reason of Do not log had. Those of rows that are here are empty: they read as a centre begins.
ALTER TABLE wrapup ADD COLUMN reason_es TEXT;
ALTER TABLE wrapup ADD COLUMN reason_en TEXT;

-- Every ring group that a call ever came through, by its key: nobody walks the calls to know which there are.
CREATE TABLE ring_group (
    tenant_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (tenant_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO ring_group SELECT DISTINCT tenant_id, ring_group FROM call WHERE ring_group IS NOT NULL;

-- Calls that ended without anybody to sum them up, and for whose number a record is to be made, until somebody looked.
-- No foreign key: a call may turn out to be part of another meanwhile.
CREATE TABLE caller_wanted (
    tenant_id INTEGER NOT NULL,
    call_key BLOB NOT NULL,
    PRIMARY KEY (tenant_id, call_key)
) STRICT, WITHOUT ROWID;
