-- What reports see of a day's calls (of UTC, counted from 1970), packed into one blob, as a copy of the rows of
-- report_fact. NULL: to be packed, because one of the day's has changed. Every day that has facts has a row.
CREATE TABLE report_day_facts (
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant,
    day INTEGER NOT NULL,
    facts BLOB,
    UNIQUE (tenant_id, day)
) STRICT;
CREATE INDEX report_day_to_pack ON report_day_facts (tenant_id, day) WHERE facts IS NULL;
INSERT INTO report_day_facts (tenant_id, day) SELECT DISTINCT tenant_id, started_at / 86400000000 FROM report_fact;
