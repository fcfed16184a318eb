-- Imports of past calls. data is what people said and what was found, progress changes with every batch of rows.
CREATE TABLE import (
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    key BLOB NOT NULL,
    version INTEGER NOT NULL,
    data TEXT NOT NULL,
    progress TEXT NOT NULL,
    PRIMARY KEY (tenant_id, key)
) STRICT, WITHOUT ROWID;

-- Calls that came of an import, by the line of its file: they are not carried out to a CRM. It shares the call's row id.
CREATE TABLE imported (
    call_id INTEGER PRIMARY KEY REFERENCES call,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    import_key BLOB NOT NULL,
    line INTEGER NOT NULL
) STRICT;
