-- Programs that are told of calls. One that an admin removed keeps its row, empty, until what it was told is forgotten.
CREATE TABLE webhook_endpoint (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    key BLOB NOT NULL,
    removed INTEGER NOT NULL,
    version INTEGER NOT NULL,
    endpoint TEXT NOT NULL,
    UNIQUE (key, tenant_id)
) STRICT;
CREATE INDEX webhook_endpoint_told ON webhook_endpoint (tenant_id, removed, id);

-- How many notices a tenant ever had, and up to when wrap-ups that became late were told.
CREATE TABLE webhook_count (
    tenant_id INTEGER PRIMARY KEY REFERENCES tenant,
    notices INTEGER NOT NULL,
    late_up_to INTEGER
) STRICT;

-- What is told, as it was when it became so.
CREATE TABLE webhook_notice (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    key BLOB NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (key, tenant_id)
) STRICT;
CREATE INDEX webhook_notice_at ON webhook_notice (tenant_id, at, id);

-- Who is told it, and what became of that.
CREATE TABLE webhook_delivery (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    endpoint_id INTEGER NOT NULL REFERENCES webhook_endpoint,
    notice_id INTEGER NOT NULL REFERENCES webhook_notice,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    last TEXT,
    UNIQUE (notice_id, endpoint_id)
) STRICT;
CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint_id, not_before, id) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_of ON webhook_delivery (endpoint_id, id);
CREATE INDEX webhook_delivery_state ON webhook_delivery (endpoint_id, state, id);
