-- The CRM whose records a tenant's directory mirrors, what of ours is what there, and what is to be carried out to it.
-- A tenant without a row in crm has none, and nothing is noted for it.
CREATE TABLE crm (
    tenant_id INTEGER PRIMARY KEY REFERENCES tenant,
    organisation TEXT NOT NULL
) STRICT;

-- Every id of the CRM that means a record of ours: the one it has (main), that of its twin, and those of records that
-- became part of it (former). kind and local name our record by the id that the world knows.
CREATE TABLE crm_link (
    tenant_id INTEGER NOT NULL,
    remote TEXT NOT NULL,
    kind TEXT NOT NULL,
    local BLOB NOT NULL,
    part TEXT NOT NULL,
    PRIMARY KEY (tenant_id, remote)
) STRICT, WITHOUT ROWID;
CREATE INDEX crm_link_of_local ON crm_link (tenant_id, kind, local, part);

CREATE TABLE crm_user (
    tenant_id INTEGER NOT NULL,
    remote TEXT NOT NULL,
    account TEXT NOT NULL,
    user_key BLOB,
    chosen INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, remote)
) STRICT, WITHOUT ROWID;

CREATE TABLE crm_place (
    tenant_id INTEGER NOT NULL,
    mirrored TEXT NOT NULL,
    place TEXT NOT NULL,
    loaded INTEGER,
    to_load INTEGER,
    at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, mirrored)
) STRICT, WITHOUT ROWID;

-- What is to be carried out, in the order it was noted. agent is whose Activity it is, where it is one.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    kind TEXT NOT NULL,
    subject BLOB NOT NULL,
    version INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    in_doubt INTEGER NOT NULL,
    despite_duplicates INTEGER NOT NULL,
    refusal TEXT,
    agent TEXT,
    UNIQUE (subject, kind, tenant_id)
) STRICT;
CREATE INDEX outbox_due ON outbox (tenant_id, id) WHERE refusal IS NULL;
CREATE INDEX outbox_stuck ON outbox (tenant_id, id) WHERE refusal IS NOT NULL;
CREATE INDEX outbox_of_agent ON outbox (tenant_id, agent) WHERE agent IS NOT NULL;

-- What of an Activity is there; it shares the call's row id.
CREATE TABLE crm_filed (
    call_id INTEGER PRIMARY KEY REFERENCES call,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    filed TEXT NOT NULL
) STRICT;
