-- Names that reports segment by, as numbers: facts and rollups hold many of them. kind: 0 an agent, 1 a ring group, 2 a code.
CREATE TABLE report_word (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (tenant_id, kind, name)
) STRICT;

-- What reports see of each call that is over, in the order they began: as narrow as can be, because whatever no rollup
-- answers walks it. kind and col are the numbers of domain::report; a name that is missing is 0.
CREATE TABLE report_fact (
    tenant_id INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    call_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    col INTEGER NOT NULL,
    agent INTEGER NOT NULL,
    ring_group INTEGER NOT NULL,
    wait_ms INTEGER,
    talk_ms INTEGER,
    hold_ms INTEGER,
    acw_ms INTEGER,
    caller INTEGER,
    traits INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, started_at, call_id)
) STRICT, WITHOUT ROWID;

-- Where the fact of an Activity is.
ALTER TABLE activity ADD COLUMN fact_at INTEGER;

-- The calendar that rollups are of, and the last fact they hold: those after it are still to be counted.
CREATE TABLE report_basis (
    tenant_id INTEGER PRIMARY KEY REFERENCES tenant,
    basis INTEGER NOT NULL,
    calendar TEXT NOT NULL,
    held_at INTEGER NOT NULL,
    held_call INTEGER NOT NULL
) STRICT;

-- grain: 0 days, 1 months. A ring group or an agent: -1 all, 0 none, else its word. Those of an earlier basis mean
-- nothing and are thrown away.
CREATE TABLE report_rollup (
    tenant_id INTEGER NOT NULL,
    basis INTEGER NOT NULL,
    shape INTEGER NOT NULL,
    grain INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    ring_group INTEGER NOT NULL,
    agent INTEGER NOT NULL,
    counts BLOB NOT NULL,
    PRIMARY KEY (tenant_id, basis, shape, grain, bucket, ring_group, agent)
) STRICT, WITHOUT ROWID;

-- Tenants with calls of before there were facts, and the last call that was looked at.
CREATE TABLE report_fill (
    tenant_id INTEGER PRIMARY KEY REFERENCES tenant,
    call_id INTEGER NOT NULL
) STRICT;
INSERT INTO report_fill (tenant_id, call_id) SELECT id, 0 FROM tenant;
