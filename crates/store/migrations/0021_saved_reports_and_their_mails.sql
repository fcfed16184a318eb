-- Where reports are mailed to; null: nowhere.
ALTER TABLE app_user ADD COLUMN email TEXT;

-- Reports that somebody keeps. scheduled: whether it is mailed by itself.
CREATE TABLE saved_report (
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    key BLOB NOT NULL,
    owner BLOB NOT NULL,
    shared INTEGER NOT NULL,
    scheduled INTEGER NOT NULL,
    version INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (tenant_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX saved_report_of ON saved_report (tenant_id, owner, key);

-- Their mails, each by when it was due: there is one for a time, whatever happens. waiting: it is to be sent.
CREATE TABLE report_mail (
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    report BLOB NOT NULL,
    due INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (tenant_id, report, due)
) STRICT, WITHOUT ROWID;
CREATE INDEX report_mail_waiting ON report_mail (tenant_id, next_at, report, due) WHERE waiting = 1;
