-- Calls that turned out to be part of another after they may have been carried out to the CRM: what of them is there, as far as
-- is known, for as long as it is to be taken away.
CREATE TABLE crm_vanished (
    tenant_id INTEGER NOT NULL,
    call BLOB NOT NULL,
    into_call BLOB NOT NULL,
    filed TEXT,
    PRIMARY KEY (tenant_id, call)
) STRICT, WITHOUT ROWID;
