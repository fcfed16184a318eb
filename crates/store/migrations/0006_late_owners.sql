-- Records that have a number which they had not before, and whose earlier calls were not looked for yet: version is the
-- record's then, so that looking is not done for numbers that it got since. No foreign key: a record may go meanwhile.
CREATE TABLE late_owner (
    tenant_id INTEGER NOT NULL,
    person BLOB NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, person)
) STRICT, WITHOUT ROWID;
