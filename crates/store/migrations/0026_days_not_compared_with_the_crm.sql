-- Days that could not be compared with the CRM, and why, until they are.
CREATE TABLE crm_check_failure (
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    begin INTEGER NOT NULL,
    until INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (tenant_id, begin)
) STRICT, WITHOUT ROWID;
